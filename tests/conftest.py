"""What holds for every test: no screen, no person's files, nothing left behind."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.leaks import belongings, left_behind

# A red build can be run again as it was; `make soak` is what searches for new examples. A busy
# machine is slow at times, which says nothing about the code.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_session_home = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
_HOMES = {
    "HOME": "",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}
_SESSION_HOMES = {
    **_HOMES,
    # Where fontconfig and Keras keep what is dear to make anew.
    "XDG_CACHE_HOME": "cache",
    "KERAS_HOME": "keras",
    "XDG_RUNTIME_DIR": "runtime",
}


def _make_homes(root: Path, names: dict[str, str]) -> dict[str, str]:
    for name in names.values():
        (root / name).mkdir(mode=0o700, exist_ok=True)
    return {variable: str(root / name) for variable, name in names.items()}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots", type=Path, metavar="DIR", help="keep the tests' screenshots in DIR"
    )


def pytest_configure(config: pytest.Config) -> None:
    home = tempfile.TemporaryDirectory(prefix="cnnstudio-tests-", ignore_cleanup_errors=True)
    config.stash[_session_home] = home
    os.environ.update(_make_homes(Path(home.name), _SESSION_HOMES))
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ.pop("LANGUAGE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that take pictures, before those to run are chosen by their marks."""
    for item in items:
        if "screenshots" in getattr(item, "fixturenames", ()):
            item.add_marker("screenshots")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_session_home].cleanup()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Before any fixture, a session's too: what a test of tests/e2e starts is to use its X server.
    if "e2e" in item.path.relative_to(item.config.rootpath).parts:
        os.environ.pop("QT_QPA_PLATFORM", None)
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for variable, path in _make_homes(tmp_path_factory.mktemp("home"), _HOMES).items():
            patch.setenv(variable, path)
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind(_home_of_its_own: None) -> Iterator[None]:
    before = belongings()
    yield
    leaks = left_behind(before)
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks))


@pytest.fixture
def screenshots(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder for pictures of the window: that of ``--screenshots``, else one thrown away."""
    chosen: Path | None = request.config.getoption("--screenshots")
    folder = chosen or tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
