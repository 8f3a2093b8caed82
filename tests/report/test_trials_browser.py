"""The page of the trials in a real browser, with no network: it renders, asks for nothing, and fits a phone."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from trochlea.cli import main

FRAME = """
<!doctype html><iframe src="{page}" style="width:{width}px;height:800px"></iframe>
<script>
addEventListener("load", () => {{
  const frame = document.querySelector("iframe"), page = frame.contentDocument;
  const found = {{
    width: page.documentElement.scrollWidth,
    asked: frame.contentWindow.performance.getEntriesByType("resource").map((entry) => entry.name),
    figures: [...page.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect().width),
    broken: [...page.querySelectorAll('a[href^="#"]')]
      .filter((link) => !page.querySelector(link.getAttribute("href"))).length,
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
def page(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trials") / "out"
    assert main(["evidence", "--outcome", "function", "--out", str(folder)]) == 0
    return folder / "evidence.html"


@pytest.mark.parametrize("width", [390, 1100])
def test_the_page_renders_without_a_network_and_without_sideways_scrolling(chromium, page, tmp_path, width):
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(page=page.as_uri(), width=width))
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    reach = ("--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files", "--virtual-time-budget=5000")
    command = [chromium, *options, *reach, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", frame.as_uri()]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    found = json.loads(printed.partition('<pre id="found">')[2].partition("</pre>")[0])
    assert found["asked"] == []
    assert found["h1"] == "Hip, knee or both: what the trials say"
    assert len(found["figures"]) >= 5
    assert all(figure <= width for figure in found["figures"])
    assert found["broken"] == 0
    assert found["width"] <= width
