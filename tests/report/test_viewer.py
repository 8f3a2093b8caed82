"""The parts of the 3-D view in the package are whole, licensed, and what their page says."""

import re
from importlib.resources import files

VIEWER = files("trochlea.report").joinpath("viewer")


def text(name):
    return VIEWER.joinpath(name).read_text(encoding="utf-8")


def test_the_library_names_its_version_and_licence_and_the_page_beside_it_agrees():
    head = text("three.min.js").partition("\n")[0]
    version = re.fullmatch(r"/\* three\.js ([\d.]+), MIT licence, Copyright .*\*/", head).group(1)
    assert f"three.js {version}" in text("README.md")
    assert f"three@{version}" in text("README.md")
    revision = version.split(".")[1]
    assert re.search(rf'="{revision}"', text("three.min.js")) is not None
    assert text("three.LICENSE.txt").startswith("The MIT License")


def test_every_part_of_the_library_that_the_view_uses_is_exported():
    used = set(re.findall(r"\bTHREE\.(\w+)", text("kneecap_view.js")))
    exported = set(re.findall(r"\b([A-Z]\w+)\b(?=[,\s}])", text("three.entry.js").partition("export")[2]))
    assert used
    assert used <= exported


def test_scripts_can_stand_inside_a_page():
    for name in ("three.min.js", "kneecap_view.js"):
        assert "</script" not in text(name)
        assert "<!--" not in text(name)


def test_our_script_asks_the_network_for_nothing():
    script = text("kneecap_view.js")
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "import(",
        "WebSocket",
        "sendBeacon",
        "http:",
        "https:",
        "new Image",
        ".src",
    ):
        assert word not in script, word


def test_every_part_that_the_script_looks_for_is_in_the_page():
    page = files("trochlea.report").joinpath("templates", "kneecap_pictures.html.j2").read_text(encoding="utf-8")
    wanted = set(re.findall(r'part\("([\w-]+)"\)', text("kneecap_view.js"))) | {"tag-outer", "tag-inner"}
    assert wanted == set(re.findall(r'data-part="([\w-]+)"', page))
    views = set(re.findall(r'data-view="(\w+)"', page))
    for view in views:
        assert re.search(rf"\b{view}: \[", text("kneecap_view.js")), view
