"""The report in a real browser, with no network: it renders, asks for nothing, fits a phone, and its 3-D view moves."""

import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trochlea.cli import main

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip

VIEW = "document.getElementById('kneecap-view')"

SAME = 0.002
"""Share of pixels that may differ between two drawings of one view [-]; the worst seen is 0."""

MOVED = 0.01
"""Least share of pixels that a movement of the view changes [-]; the least seen is 0.04."""


class Browser:
    """A Chromium driven through its debugging pipe: one page, with everything it asks for and complains about."""

    def __init__(self, program: str, profile: Path, *flags: str) -> None:
        (read_here, write_there), (read_there, write_here) = os.pipe(), os.pipe()
        wired = f'exec "$0" "$@" 3<&{read_there} 4>&{write_there}'
        command = ["bash", "-c", wired, program, *FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, pass_fds=(read_there, write_there), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(read_there)
        os.close(write_there)
        self.reader, self.writer = os.fdopen(read_here, "rb", buffering=0), os.fdopen(write_here, "wb", buffering=0)
        self.asked: list[str] = []
        self.complaints: list[Any] = []
        self.loaded, self.number, self.rest, self.session = False, 0, b"", None
        page = next(t for t in self.say("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.say("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.say(f"{domain}.enable")

    def say(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; events on the way are noted."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        while True:
            heard = self.hear()
            if heard.get("id") == self.number:
                assert "error" not in heard, heard
                return heard["result"]

    def hear(self) -> dict[str, Any]:
        """The next message."""
        while b"\0" not in self.rest:
            more = os.read(self.reader.fileno(), 1 << 16)
            assert more, "the browser ended"
            self.rest += more
        one, _, self.rest = self.rest.partition(b"\0")
        heard = json.loads(one)
        method, params = heard.get("method"), heard.get("params", {})
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            entry = params.get("entry", {})
            # the graphics driver speaks of its own speed
            if (entry.get("source"), entry.get("level")) != ("rendering", "warning"):
                self.complaints.append(params)
        elif method == "Page.loadEventFired":
            self.loaded = True
        return heard

    def open(self, path: Path, *, width: int, height: int = 900, scripts: bool = True, dark: bool = False) -> None:
        """Open a page and wait until it is there."""
        self.asked, self.complaints, self.loaded = [], [], False
        self.say("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.say("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.say("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.say("Page.navigate", url=path.as_uri())
        while not self.loaded:
            self.hear()

    def ask(self, expression: str) -> Any:
        """Value of an expression in the page; promises are waited for."""
        answer = self.say("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait until the page has drawn what was asked of it."""
        frames = "new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(d))))"
        self.ask(frames)

    def canvas(self) -> np.ndarray:
        """Pixels of the 3-D view, shape (height, width, 4)."""
        self.settle()
        url = self.ask(f"{VIEW}.querySelector('canvas').toDataURL()")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGBA"))

    def place(self, selector: str) -> tuple[float, float]:
        """Middle of an element of the view, scrolled into sight."""
        element = f"{VIEW}.querySelector('{selector}')"
        self.ask(f"{element}.scrollIntoView({{block: 'center'}})")
        box = self.ask(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({element}.getBoundingClientRect())"
        )
        return box[0], box[1]

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """A movement of the mouse, as from a hand."""
        self.say("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector: str) -> None:
        """Click into the middle of an element of the view."""
        x, y = self.place(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"text": key} if len(key) == 1 else {}
        self.say("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **text)
        self.say("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def close(self) -> None:
        """End the browser that this object started."""
        self.writer.close()
        self.reader.close()
        self.process.terminate()
        self.process.wait(timeout=20)


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


@pytest.fixture(scope="module")
def browser(chromium, tmp_path_factory) -> Iterator[Browser]:
    started = Browser(chromium, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def view(browser, report) -> Iterator[Browser]:
    """The report, freshly opened on a desk; whatever was done to it, it complained about nothing."""
    browser.open(report, width=1000)
    yield browser
    assert browser.complaints == []


def moved(one: np.ndarray, other: np.ndarray) -> float:
    """Share of the pixels that differ."""
    return float((np.abs(one.astype(int) - other).max(axis=2) > 12).mean())


def shown(browser: Browser, selector: str) -> bool:
    """Whether a part of the view takes room on the page."""
    return browser.ask(f"{VIEW}.querySelector('{selector}').getBoundingClientRect().height > 0")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [390, 1100])
def test_the_report_renders_without_a_network_and_without_sideways_scrolling(browser, report, width, scripts):
    browser.open(report, width=width, scripts=scripts)
    assert [url for url in browser.asked if not url.startswith("data:")] == [report.as_uri()]
    assert browser.complaints == []
    layout = browser.say("Page.getLayoutMetrics")
    assert layout["cssContentSize"]["width"] <= width
    assert layout["cssContentSize"]["height"] > 2000


@pytest.mark.parametrize("dark", [False, True])
def test_the_view_draws_bone_and_pressure(browser, report, dark):
    browser.open(report, width=1000, dark=dark)
    shot = browser.canvas()
    is_drawn = shot[..., 3] > 128
    assert 0.1 < is_drawn.mean() < 0.95
    strong = shot[..., :3].max(axis=2).astype(int) - shot[..., :3].min(axis=2)
    assert (strong[is_drawn] > 80).mean() > 0.01
    assert browser.complaints == []
    assert shown(browser, "[data-part=live]")
    assert not shown(browser, ".still")


def test_the_slider_shows_another_frame_and_says_which(view):
    before, words = view.canvas(), view.ask(f"{VIEW}.querySelector('[data-part=words]').textContent")
    view.click("[data-part=slider]")
    view.press("ArrowLeft")
    for _ in range(6):
        view.press("ArrowLeft")
    after = view.ask(f"{VIEW}.querySelector('[data-part=words]').textContent")
    assert moved(before, view.canvas()) > MOVED
    assert after != words
    assert "MPa" in after


def test_a_frame_without_a_result_says_so(browser, report, tmp_path):
    # Whether the demo has such a frame depends on the model's numbers: its first frame loses its result here.
    words = report.read_text(encoding="utf-8")
    start = words.index('id="kneecap-scene">') + len('id="kneecap-scene">')
    end = words.index("</script>", start)
    scene = json.loads(words[start:end])
    scene["frames"][0] = {
        "label": scene["frames"][0]["label"],
        "status": "frame in which the quadriceps does not pull",
    }
    page = tmp_path / "report.html"
    page.write_text(words[:start] + json.dumps(scene).replace("<", "\\u003c") + words[end:], encoding="utf-8")
    browser.open(page, width=1000)
    browser.click("[data-part=slider]")
    browser.press("Home")
    lost = browser.ask(f"{VIEW}.querySelector('[data-part=lost]').innerText")
    assert lost.startswith("No result: frame in which the quadriceps does not pull")
    assert shown(browser, "[data-part=lost]")
    assert browser.complaints == []


def test_the_movement_can_be_played_and_stopped(view):
    slider = f"{VIEW}.querySelector('[data-part=slider]').value"
    start = view.ask(slider)
    view.click("[data-part=play]")
    view.ask("new Promise((done) => setTimeout(done, 400))")
    view.click("[data-part=play]")
    stopped = view.ask(slider)
    view.ask("new Promise((done) => setTimeout(done, 300))")
    assert stopped != start
    assert view.ask(slider) == stopped


def test_every_button_shows_another_side_and_the_first_comes_back(view):
    first = view.canvas()
    shots = [first]
    for name in ("front", "below", "outer", "behind"):
        view.click(f"[data-view={name}]")
        shots.append(view.canvas())
        assert view.ask(f"{VIEW}.querySelector('[data-view={name}]').getAttribute('aria-pressed')") == "true"
    for one, other in zip(shots[:-1], shots[1:], strict=True):
        assert moved(one, other) > MOVED
    view.click("[data-view=oblique]")
    assert moved(first, view.canvas()) < SAME


def test_dragging_turns_and_the_wheel_zooms_once_the_view_was_chosen(view):
    first = view.canvas()
    x, y = view.place("canvas")
    view.mouse("mouseWheel", x, y, deltaX=0, deltaY=240)
    assert moved(first, view.canvas()) < SAME  # the page scrolls instead
    x, y = view.place("canvas")
    view.mouse("mousePressed", x, y, button="left", clickCount=1)
    view.mouse("mouseMoved", x + 80, y + 30, button="left", buttons=1)
    view.settle()
    view.mouse("mouseReleased", x + 80, y + 30, button="left", clickCount=1)
    turned = view.canvas()
    assert moved(first, turned) > MOVED
    view.mouse("mouseWheel", x, y, deltaX=0, deltaY=240)
    assert moved(turned, view.canvas()) > MOVED


def test_two_fingers_zoom(view):
    first = view.canvas()
    x, y = view.place("canvas")
    for kind, apart in (("touchStart", 40), ("touchMove", 70), ("touchMove", 100), ("touchEnd", None)):
        points = [] if apart is None else [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        view.say("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        view.settle()
    closer = view.canvas()
    assert moved(first, closer) > MOVED
    assert (closer[..., 3] > 128).mean() > 1.2 * (first[..., 3] > 128).mean()


def test_keys_turn_zoom_and_go_back(view):
    first = view.canvas()
    view.ask(f"{VIEW}.querySelector('canvas').focus()")
    shots = [first]
    for key in ("ArrowLeft", "ArrowUp", "+"):
        view.press(key)
        shots.append(view.canvas())
    for one, other in zip(shots[:-1], shots[1:], strict=True):
        assert moved(one, other) > MOVED
    view.press("0")
    assert moved(first, view.canvas()) < SAME


def test_the_thigh_bone_and_the_kneecap_can_be_hidden(view):
    first = view.canvas()
    view.click("[data-part=show-femur]")
    without = view.canvas()
    assert (without[..., 3] > 128).mean() < 0.5 * (first[..., 3] > 128).mean()
    view.click("[data-part=show-patella]")
    assert (view.canvas()[..., 3] > 0).mean() == 0


def test_on_paper_the_picture_stands_in_for_the_view(view):
    view.say("Emulation.setEmulatedMedia", media="print")
    assert not shown(view, "[data-part=live]")
    assert shown(view, ".still img")


def test_without_scripts_the_picture_is_there(browser, report):
    browser.open(report, width=1000, scripts=False)
    document = browser.say("DOM.getDocument")["root"]["nodeId"]
    images = browser.say("DOM.querySelectorAll", nodeId=document, selector=".still img")["nodeIds"]
    box = browser.say("DOM.getBoxModel", nodeId=images[0])["model"]
    assert box["width"] > 600


def test_without_webgl_the_picture_stays_and_says_why(chromium, report, tmp_path):
    flat = Browser(chromium, tmp_path, "--disable-3d-apis")
    try:
        flat.open(report, width=1000)
        assert not shown(flat, "[data-part=live]")
        assert shown(flat, ".still img")
        assert shown(flat, "[data-part=no-webgl]")
    finally:
        flat.close()
