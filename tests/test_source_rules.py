"""What is read off the source itself: where colours and texts live, how long a file may be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnnstudio"
LONGEST_FILE = 400


def sources(*parts: str) -> Iterator[tuple[Path, ast.Module]]:
    for part in parts:
        path = PACKAGE / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield file, ast.parse(file.read_text(encoding="utf-8"), str(file))


def calls(*parts: str) -> Iterator[tuple[Path, ast.Call]]:
    for file, tree in sources(*parts):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, node


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def place(file: Path, node: ast.expr) -> str:
    return f"{file.relative_to(ROOT)}:{node.lineno}"


COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\b(?:rgb|hsl|hsv)a?\(")
COLOUR_MAKERS = {
    "QColor",
    "fromRgb",
    "fromRgbF",
    "fromHsv",
    "mkColor",
    "mkPen",
    "mkBrush",
    "intColor",
}


def is_colour(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(COLOUR.search(text))
        case ast.Call(args=arguments) if called(node) in COLOUR_MAKERS:
            return any(
                isinstance(argument, ast.Tuple)
                or (isinstance(argument, ast.Constant) and isinstance(argument.value, int | str))
                for argument in arguments
            )
        case ast.Attribute(value=ast.Attribute(attr="GlobalColor"), attr=name):
            return name != "transparent"
        case _:
            return False


def without_docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) in prose:
            continue
        if isinstance(node, ast.expr):
            yield node


def test_no_colour_is_written_outside_the_theme() -> None:
    found = [
        place(file, node)
        for file, tree in sources("ui", "app.py")
        if file != PACKAGE / "ui" / "theme.py"
        for node in without_docstrings(tree)
        if is_colour(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["'#1f77b4'", "f'color: #fff;'", "QColor(1, 2, 3)", "pg.mkPen('r')", "Qt.GlobalColor.red"],
)
def test_a_colour_is_known_in_every_spelling(line: str) -> None:
    assert any(is_colour(node) for node in ast.walk(ast.parse(line)))


SHOWN = {
    "QAction", "QCheckBox", "QDockWidget", "QGroupBox", "QLabel", "QMenu", "QPushButton",
    "QRadioButton", "addAction", "addMenu", "addTab", "setAccessibleDescription",
    "setAccessibleName", "setInformativeText", "setPlaceholderText", "setPrefix", "setStatusTip",
    "setSuffix", "setTabText", "setText", "setTitle", "setToolTip", "setWhatsThis",
    "setWindowTitle", "showMessage",
}  # fmt: skip


def has_words(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(re.search(r"[^\W\d_]{2}", text))
        case ast.JoinedStr(values=values):
            return any(has_words(value) for value in values)
        case _:
            return False


def test_every_text_that_a_widget_shows_can_be_translated() -> None:
    found = [
        place(file, call)
        for file, call in calls("ui", "app.py")
        if called(call) in SHOWN and any(has_words(argument) for argument in call.args)
    ]
    assert found == []


TRANSLATORS = {"_", "gettext", "ngettext"}


def evaluated_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it that run when the module is imported."""
    yield node
    match node:
        case ast.FunctionDef(args=arguments, decorator_list=decorators):
            children = [arguments, *decorators]
        case ast.Lambda(args=arguments):
            children = [arguments]
        case _:
            children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from evaluated_at_import(child)


def test_no_text_is_translated_before_the_language_is_known() -> None:
    found = [
        place(file, node)
        for file, tree in sources(".")
        for node in evaluated_at_import(tree)
        if isinstance(node, ast.Call) and called(node) in TRANSLATORS
    ]
    assert found == []


def test_no_translated_text_is_put_together_before_it_is_looked_up() -> None:
    found = [
        place(file, call)
        for file, call in calls(".")
        if called(call) in {*TRANSLATORS, "N_"}
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in call.args)
    ]
    assert found == []


def test_no_file_has_grown_too_long_to_read_at_once() -> None:
    lengths = {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8").count("\n")
        for file in PACKAGE.rglob("*.py")
    }
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}
