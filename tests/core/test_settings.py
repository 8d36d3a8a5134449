from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core import settings
from cnnstudio.core.i18n import LANGUAGES
from cnnstudio.core.settings import THEMES, Settings, settings_file
from tests.core.strategies import json_values


def write(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, "utf-8")


def test_what_was_chosen_is_remembered() -> None:
    chosen = Settings("dark", "zh_CN", ["/a.cnn.json"], {"window": "00ff"})
    settings.save(chosen)
    assert settings.load() == chosen
    assert [path.name for path in settings_file().parent.iterdir()] == [settings_file().name]


def test_without_a_file_there_are_the_defaults() -> None:
    assert settings.load() == Settings("system", None, [], {})


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "3", '"dark"', "[" * 100_000, "\x00", '{"theme": "da']
)
def test_a_damaged_file_gives_the_defaults(text: str) -> None:
    write(text)
    assert settings.load() == Settings()


def test_a_file_that_is_not_text_gives_the_defaults(caplog: pytest.LogCaptureFixture) -> None:
    write("")
    settings_file().write_bytes(b"\xff\xfe\x00")
    assert settings.load() == Settings()
    assert caplog.record_tuples[0][:2] == ("cnnstudio.core.settings", logging.WARNING)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"theme": "purple", "language": "zh_CN"}, Settings(language="zh_CN")),
        ({"theme": 3, "language": "tlh"}, Settings()),
        ({"theme": ["dark"], "language": ["en"]}, Settings()),
        ({"theme": "dark", "language": None}, Settings(theme="dark")),
        ({"recent": ["/a", 3, None, ["/b"], "/c"]}, Settings(recent=["/a", "/c"])),
        ({"recent": {"/a": 1}}, Settings()),
        ({"recent": [f"/{n}" for n in range(99)]}, Settings(recent=[f"/{n}" for n in range(8)])),
        ({"geometry": {"window": 3, "splitter": "00"}}, Settings(geometry={"splitter": "00"})),
        ({"geometry": [["window", "00"]]}, Settings()),
        ({"colour": "blue", "theme": "light"}, Settings(theme="light")),
    ],
)
def test_what_is_wrong_in_a_file_is_left_out_and_the_rest_kept(
    raw: dict[str, object], kept: Settings
) -> None:
    write(json.dumps(raw))
    assert settings.load() == kept


@given(
    st.dictionaries(st.sampled_from(sorted(asdict(Settings()))), json_values())
    | st.fixed_dictionaries({"recent": st.lists(json_values(), max_size=3)})
    | st.fixed_dictionaries({"geometry": st.dictionaries(st.text(), json_values(), max_size=3)})
)
def test_whatever_the_file_holds_the_settings_are_sound(raw: dict[str, object]) -> None:
    write(json.dumps(raw))
    found = settings.load()
    assert found.theme in THEMES
    assert found.language in (None, *LANGUAGES)
    assert all(isinstance(path, str) for path in found.recent)
    assert all(isinstance(state, str) for state in found.geometry.values())


def test_the_newest_designs_come_first_each_once(tmp_path: Path) -> None:
    found = Settings()
    for name in [*"abcdefghij", "e"]:
        found.opened(tmp_path / name)
    assert found.recent == [str(tmp_path / name) for name in "ejihgfdc"]


def test_settings_that_cannot_be_saved_are_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    settings_file().parent.parent.mkdir(parents=True, exist_ok=True)
    settings_file().parent.write_text("a file where the folder should be")
    settings.save(Settings(theme="dark"))
    assert "settings not saved" in caplog.text
    assert settings.load() == Settings()


def test_a_folder_where_the_file_should_be_gives_the_defaults() -> None:
    settings_file().mkdir(parents=True)
    assert settings.load() == Settings()
    settings.save(Settings())
    assert [path.name for path in settings_file().parent.iterdir()] == ["settings.json"]


def test_favourites_and_folds_are_kept_and_rubbish_in_them_is_not() -> None:
    kept = Settings(favourites=["Conv2D", "Dense"], folds={"pooling": False})
    settings.save(kept)
    assert settings.load() == kept
    write(json.dumps({"favourites": ["Dense", 7, "Dense", None], "folds": {"a": True, "b": 1}}))
    assert settings.load() == Settings(favourites=["Dense"], folds={"a": True})


@pytest.mark.parametrize("limit", [0, -3, True, 1.5, "20", None, 10**9])
def test_a_limit_for_checkpoints_that_cannot_be_is_not_taken(limit: object) -> None:
    write(json.dumps({"run_disk_gb": limit}))
    assert settings.load().run_disk_gb == Settings().run_disk_gb


def test_the_limit_for_checkpoints_is_remembered() -> None:
    settings.save(Settings(run_disk_gb=250))
    assert settings.load().run_disk_gb == 250
    assert settings.load().run_disk_bytes == 250 * 10**9
