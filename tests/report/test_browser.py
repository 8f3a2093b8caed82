"""The report in a real browser, with no network: it renders, asks for nothing, and fits a phone."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from trochlea.cli import main

WIDTHS = """
<!doctype html><iframe src="{page}" style="width:{width}px;height:800px"></iframe>
<script>
addEventListener("load", () => {{
  const page = document.querySelector("iframe").contentDocument;
  const asked = document.querySelector("iframe").contentWindow.performance.getEntriesByType("resource");
  const figures = [...page.querySelectorAll("svg")].map((s) => s.getBoundingClientRect().width);
  const found = {{
    width: page.documentElement.scrollWidth, asked: asked.map((e) => e.name), figures,
    h1: page.querySelector("h1").innerText,
  }};
  document.body.innerHTML = "<pre id=found>" + JSON.stringify(found) + "</pre>";
}});
</script>
"""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("TROCHLEA_REQUIRE_BROWSER") == "1":
            pytest.fail("TROCHLEA_REQUIRE_BROWSER=1, but no chromium is installed")
        pytest.skip("needs a Chromium browser on the PATH")
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "out"
    assert main(["demo", "--out", str(folder)]) == 0
    return folder / "report.html"


def look(chromium: str, report: Path, width: int) -> dict:
    """What a browser without network sees of the page at one width."""
    frame = report.parent.parent / f"frame-{width}.html"
    frame.write_text(WIDTHS.format(page=report.as_uri(), width=width))
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--allow-file-access-from-files",
        f"--user-data-dir={frame.parent / f'profile-{width}'}",
        "--virtual-time-budget=5000",
        "--dump-dom",
        frame.as_uri(),
    ]
    page = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    text = page.partition('<pre id="found">')[2].partition("</pre>")[0]
    return json.loads(text)


@pytest.mark.parametrize("width", [390, 1100])
def test_the_report_renders_without_a_network_and_without_sideways_scrolling(chromium, report, width):
    found = look(chromium, report, width)
    assert found["asked"] == []
    assert found["h1"]
    assert len(found["figures"]) >= 5
    assert all(0 < figure <= width for figure in found["figures"])
    assert found["width"] <= width
