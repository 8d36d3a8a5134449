"""The look's promises: contrast in both themes, and a style sheet that finds its icons."""

import re
import tempfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core import settings
from cnnstudio.ui.glyphs import glyph_file, glyph_folder
from cnnstudio.ui.style_sheet import style_sheet
from cnnstudio.ui.theme import DARK, LIGHT, Theme, Tokens, contrast

ENOUGH = 4.5
"""WCAG 2.2, level AA, for text of any size."""
PLAIN = ("window", "panel", "card", "raised", "selection")
TEXTS = {
    "text": (*PLAIN, "error_surface", "warning_surface"),
    "muted": (*PLAIN, "error_surface", "warning_surface"),
    "accent": PLAIN,
    "success": PLAIN,
    "error": (*PLAIN, "error_surface"),
    # A card can have a warning beside its error.
    "warning": (*PLAIN, "warning_surface", "error_surface"),
    "on_accent": ("accent", "accent_hover"),
}


@pytest.mark.parametrize(
    ("text", "surface"),
    [(text, surface) for text, surfaces in TEXTS.items() for surface in surfaces],
)
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_surface_it_stands_on(
    tokens: Tokens, text: str, surface: str
) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= ENOUGH


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_code_can_be_read_marked_or_not(tokens: Tokens) -> None:
    for color in tokens.code.values():
        assert min(contrast(color, tokens.card), contrast(color, tokens.selection)) >= ENOUGH


def test_black_on_white_has_the_largest_contrast_and_equal_colours_the_least() -> None:
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_finds_its_icons_whatever_the_folder_is_called(
    tokens: Tokens, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "a (b) é"
    folder.mkdir()
    sheet = style_sheet(tokens, folder)
    icons = re.findall(r'url\("([^"]+)"\)', sheet)
    assert icons
    assert all(Path(icon).is_file() for icon in icons)
    assert sheet.count("url(") == len(icons)


def test_a_chosen_theme_is_the_applications(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert theme.tokens is DARK
    assert DARK.panel in app.styleSheet()


def test_coloured_icons_are_kept_where_they_are_found_again_and_not_in_the_temporary_folder(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    other = Theme("dark")
    assert not other.icon("play", "accent").isNull()
    assert list(tmp_path.iterdir()) == []
    assert list(glyph_folder().glob("play-*.svg"))
    assert glyph_folder().is_relative_to(settings.cache_folder())
    other.deleteLater()


def test_an_icon_that_an_earlier_version_drew_another_way_is_drawn_anew(tmp_path: Path) -> None:
    file = Path(glyph_file(tmp_path, "play", "#123456"))
    drawn = file.read_bytes()
    assert b"#123456" in drawn
    file.write_bytes(b"<svg/>")
    assert Path(glyph_file(tmp_path, "play", "#123456")).read_bytes() == drawn
    assert list(tmp_path.iterdir()) == [file]


def test_an_icon_that_cannot_be_written_is_shown_in_black(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")
    icon = Path(glyph_file(no_folder, "play", "#123456"))
    assert b"currentColor" in icon.read_bytes()
