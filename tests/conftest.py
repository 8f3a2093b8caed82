"""Fixtures: where the real trials lie, and what happens when they or OpenSim are absent."""

import os
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by the fixtures it uses, so that `-m opensim` and `-m data` select them all."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "opensim" in names:
            item.add_marker(pytest.mark.opensim)
        if "vtk" in names:
            item.add_marker(pytest.mark.vtp)
        if "data_dir" in names:
            item.add_marker(pytest.mark.data)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder with real trials; skips when absent, fails instead when TROCHLEA_REQUIRE_DATA=1."""
    if not DATA.is_dir():
        if os.environ.get("TROCHLEA_REQUIRE_DATA") == "1":
            pytest.fail(f"TROCHLEA_REQUIRE_DATA=1, but {DATA} is absent")
        pytest.skip(f"needs the real trials in {DATA}, which are not part of the checkout")
    return DATA


@pytest.fixture(scope="session")
def opensim():
    """The official OpenSim wheel; skips when absent, fails instead when TROCHLEA_REQUIRE_OPENSIM=1."""
    try:
        import opensim as module
    except ImportError:
        if os.environ.get("TROCHLEA_REQUIRE_OPENSIM") == "1":
            pytest.fail("TROCHLEA_REQUIRE_OPENSIM=1, but the opensim wheel is not installed")
        pytest.skip("needs the opensim wheel: pip install 'trochlea[opensim]'")
    return module


@pytest.fixture(scope="session")
def vtk():
    """The vtk package, which reads VTP; skips when absent, fails instead when TROCHLEA_REQUIRE_VTP=1."""
    try:
        import vtkmodules as module
    except ImportError:
        if os.environ.get("TROCHLEA_REQUIRE_VTP") == "1":
            pytest.fail("TROCHLEA_REQUIRE_VTP=1, but the vtk package is not installed")
        pytest.skip("needs the vtk package: pip install 'trochlea[vtp]'")
    return module
