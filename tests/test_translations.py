"""Every text is translated into every language; `make translations` collects and compiles."""

import ast
import io
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from PySide6.QtGui import QFontDatabase, QTextLayout
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar
from pytestqt.qtbot import QtBot

from cnnstudio.app import Studio
from cnnstudio.core import settings
from cnnstudio.core.i18n import DOMAIN, LANGUAGES, use_language
from cnnstudio.core.settings import Settings
from cnnstudio.ui import chinese_font
from cnnstudio.ui.chinese_font import with_chinese

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnnstudio"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
# Python marks a text by N_ where it is declared and looks it up where it is shown.
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
MENU_LETTER = re.compile(r"&(\w)")

Text = str | tuple[str, ...]
"""What a translation is looked up by: a text, or singular and plural."""

each_language = pytest.mark.parametrize("language", TRANSLATED)


@cache
def collected() -> frozenset[Text]:
    """What `make translations` finds in the source."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = project["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        PACKAGE,
        method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
        keywords=KEYWORDS,
    )
    return frozenset(text for _file, _line, text, _comments, _context in found)


def file_of(language: str, suffix: str) -> Path:
    return ROOT / "resources" / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}{suffix}"


@cache
def catalogue(language: str) -> Catalog:
    with file_of(language, ".po").open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def forms(text: Text | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def entries(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The forms of every translation by the forms of its text."""
    return {forms(message.id): forms(message.string) for message in catalog if message.id}


def placeholders(text: str) -> Counter[tuple[str, str | None, str | None]]:
    """The placeholders of a text with their conversions and formats, however they are ordered."""
    parsed = string.Formatter().parse(text)
    return Counter(
        (name, conversion, spec) for _text, name, spec, conversion in parsed if name is not None
    )


def menu_letters(text: str) -> list[str]:
    """The letters that choose items of a menu: that of `&Open…` and of `打开(&O)…` is o."""
    return [letter.lower() for letter in MENU_LETTER.findall(text)]


def literals_given_to_translators() -> Iterator[str]:
    """The texts of all calls, those too that extraction overlooks, as inside an f-string."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "N_"}:
                yield from (
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                )


def test_every_text_that_is_looked_up_is_collected() -> None:
    assert set(literals_given_to_translators()) - collected() == set()


@each_language
def test_every_text_has_an_entry_and_every_entry_its_text(language: str) -> None:
    texts = set(entries(catalogue(language)))
    wanted = set(map(forms, collected()))
    assert wanted - texts == set(), "run `make translations`, then translate what is new"
    assert texts - wanted == set(), "run `make translations`"


@each_language
def test_every_entry_is_translated_and_none_is_fuzzy(language: str) -> None:
    catalog = catalogue(language)
    for text, translated in entries(catalog).items():
        assert all(translated), text
        assert len(translated) == (1 if len(text) == 1 else catalog.num_plurals), text
    assert [message.id for message in catalog if message.fuzzy] == []
    assert list(catalog.obsolete) == []


@each_language
def test_every_translation_has_the_placeholders_of_its_text(language: str) -> None:
    wrong = {
        text: translated
        for text, translated in entries(catalogue(language)).items()
        # The last form is the one that names the count in every language.
        if any(placeholders(form) != placeholders(text[-1]) for form in translated)
    }
    assert wrong == {}


@each_language
def test_every_translation_keeps_the_letter_of_its_menu(language: str) -> None:
    wrong = {
        text: translated
        for text, translated in entries(catalogue(language)).items()
        if menu_letters(translated[0]) != menu_letters(text[0])
    }
    assert wrong == {}


@each_language
def test_the_compiled_catalogue_is_that_of_the_entries(language: str) -> None:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue(language))
    buffer.seek(0)
    with file_of(language, ".mo").open("rb") as file:
        assert entries(read_mo(file)) == entries(read_mo(buffer)), "run `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_items_of_a_menu_share_a_letter(language: str, qtbot: QtBot) -> None:
    settings.save(Settings(language=language))
    studio = Studio()
    shared = [shared_letters(menu) for menu in menus(studio.window.menuBar())]
    studio.close()
    use_language("en")
    assert shared
    assert [letters for letters in shared if letters] == []


def menus(menu: QMenuBar | QMenu) -> Iterator[QMenuBar | QMenu]:
    yield menu
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from menus(inner)


def shared_letters(menu: QMenuBar | QMenu) -> set[str]:
    letters = [letter for action in menu.actions() for letter in menu_letters(action.text())]
    return {letter for letter in letters if letters.count(letter) > 1}


def test_chinese_is_drawn_in_its_simplified_forms(qapp: QApplication) -> None:
    if not any(QFontDatabase.hasFamily(name) for name in chinese_font.FAMILIES):
        pytest.skip("no font of simplified Chinese is installed")
    layout = QTextLayout("直骨", with_chinese(qapp.font()))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    drawn_by = {run.rawFont().familyName() for run in layout.glyphRuns()}
    assert drawn_by <= set(chinese_font.FAMILIES)
