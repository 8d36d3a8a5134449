from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from cnnstudio.core import edits, i18n, rearranging, resources
from cnnstudio.core.blocks import CATALOGUE, FAMILY_LABELS, Family, make_block
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.fields import Choice, Sizes, fields_of
from cnnstudio.core.i18n import _, ngettext, sentence, use_language
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.problems import TEMPLATES, Problem

CORE = Path(i18n.__file__).parent


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small catalogue in the place of the shipped one."""
    catalog = Catalog(locale="zh_CN")
    catalog.add("Filters", "滤波器")
    catalog.add("true or false", "真或假")
    catalog.add("needs at least one lane", "至少需要一条支路")
    catalog.add(("{count} block", "{count} blocks"), ("{count} 个模块",))
    catalog.add(
        "{kind}: {name} must be {expected}, not {received}",
        "{kind}：{name} 应为{expected}，而不是 {received}",
    )
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / "cnnstudio.mo"
    file.parent.mkdir(parents=True)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    file.write_bytes(buffer.getvalue())
    monkeypatch.setattr(resources, "path", lambda *_parts: tmp_path)


@pytest.mark.usefixtures("chinese")
def test_the_language_changes_at_run_time_and_back() -> None:
    problem = Problem("no_lanes")
    assert use_language("en") == i18n.language() == "en"
    assert problem.message() == "needs at least one lane"

    assert use_language("zh_CN") == i18n.language() == "zh_CN"
    assert problem.message() == "至少需要一条支路"
    assert _(fields_of(CATALOGUE["Conv2D"])["filters"].label) == "滤波器"
    assert ngettext("{count} block", "{count} blocks", 2) == "{count} 个模块"
    with pytest.raises(ValueError, match=r"Conv2D：use_bias 应为真或假，而不是 1"):
        make_block("Conv2D", {"use_bias": 1})

    use_language("en")
    assert problem.message() == "needs at least one lane"
    assert ngettext("{count} block", "{count} blocks", 2) == "{count} blocks"


@pytest.mark.usefixtures("chinese")
def test_what_is_not_translated_is_shown_in_english() -> None:
    use_language("zh_CN")
    assert Problem("no_blocks").message() == TEMPLATES["no_blocks"][1]
    assert _("") == ""


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LC_MESSAGES": "zh_TW.UTF-8"}, "zh_CN"),
        ({"LANG": "zh"}, "zh_CN"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_system_is_followed(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], found: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert use_language(None) == found
    assert use_language("tlh") == found


@pytest.mark.parametrize(
    ("system", "found"),
    [("zh_CN", "zh_CN"), ("zh-Hans-CN", "zh_CN"), ("en_GB", "en"), ("C", "en"), ("", "zh_CN")],
)
def test_who_knows_the_system_better_than_its_variables_is_believed(
    monkeypatch: pytest.MonkeyPatch, system: str, found: str
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert use_language(None, system) == found
    assert use_language("en", "zh_CN") == "en"


def _declared() -> Iterator[str]:
    """Every text that is declared at import and shown later."""
    yield from FAMILY_LABELS.values()
    yield from (text for _severity, text in TEMPLATES.values())
    yield from (dataset.title for dataset in DATASETS.values())
    yield from (edits.ADD, edits.RENAME, edits.CHANGE)
    declared = [text for name, text in vars(rearranging).items() if name.isupper()]
    yield from (text for text in declared if isinstance(text, str))
    yield from rearranging.WRAPS.values()
    yield from (kind.lesson for kind in CATALOGUE.values())
    for kind in (*CATALOGUE.values(), TrainingPlan):
        for field in fields_of(kind).values():
            yield from (field.label, field.help)
            match field:
                case Choice():
                    yield from field.labels.values()
                case Sizes():
                    yield from (name for names in field.axes for name in names)
                case _:
                    pass
            labels = (getattr(field, name, "") for name in ("none_label", "minus_one"))
            yield from (label for label in labels if label)


def test_every_declared_text_is_there_and_marked_for_the_translators() -> None:
    extracted = extract_from_dir(CORE, method_map=[("**.py", "python")])
    marked = {message for _file, _line, message, _comments, _context in extracted}
    assert "" not in set(_declared())
    assert set(_declared()) <= marked


def test_every_block_has_a_family_and_a_stem_for_its_name() -> None:
    assert set(FAMILY_LABELS) == set(Family)
    for kind in CATALOGUE.values():
        assert kind.family in Family
        assert kind.stem.isidentifier()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a 7×7 kernel does not fit", "A 7×7 kernel does not fit"),
        ("conv_1 is red", "conv_1 is red"),
        ("/a/b.cnn.json cannot be opened", "/a/b.cnn.json cannot be opened"),
        ("至少需要一条支路", "至少需要一条支路"),
        ("", ""),
        (" ", " "),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_with_a_name(text: str, shown: str) -> None:
    assert sentence(text) == shown
