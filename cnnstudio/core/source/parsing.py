"""Text as Python's syntax tree, without what would take too long or too much room."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

from cnnstudio.core.i18n import _

LONGEST_TEXT = 200_000
"""Characters of code that are read."""
_DEEPEST_BRACKETS = 100
_LONGEST_CHAIN = 900
"""Operators in a row without a comma or a new statement, each of which is a level of the tree."""
_QUIET = re.compile(
    r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?|#[^\n]*",
    re.DOTALL,
)
"""Texts and comments, also those that do not end: to look for their end again would take long."""
_MOST_PLACES = 500
"""Values in an f-string: Python's parser takes long over many."""
_NOT_PYTHON = re.compile(r"^(\s*)([%!?].*|```.*|In \[\d*\]:.*|Out\[\d*\]:.*)$")
_PROMPT = re.compile(r"^\s*(>>>|\.\.\.) ?")
_TOKEN = re.compile(
    r"(?P<opening>[(\[{])|(?P<closing>[)\]}])|(?P<part>[,;])|(?P<line>\n)|"
    r"\*\*|//|[-+*/%@&|^~<>.]|\b(?:not|and|or|if|else|lambda|in|is|await)\b"
)
"""What makes code deeper, and what ends that."""
_PRINT = re.compile(r"^\s*(print|exec)\b(?!\s*\()")


class Unreadable(ValueError):  # noqa: N818 - it is told to people, as no error of the program
    """A text that is not read as Python; the text is for people.

    Attributes:
        line: where, the first line being 1.
    """

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


def parsed(text: str) -> ast.Module:
    """Return the syntax tree of a text, which is not executed.

    A text cut out of a notebook or a console is read too: orders to the notebook and prompts are
    left out.

    Raises:
        Unreadable: if it is no Python 3, or too long or too deep to be read.
    """
    if len(text) > LONGEST_TEXT:
        raise Unreadable(
            _("The text has {size} characters: at most {limit} are read.").format(
                size=len(text), limit=LONGEST_TEXT
            )
        )
    text = textwrap.dedent(text.lstrip("\ufeff"))
    lines = text.splitlines()
    if any(line.lstrip().startswith(">>>") for line in lines):
        text = "\n".join(_PROMPT.sub("", line) if _PROMPT.match(line) else "" for line in lines)
    _refuse_deep(text)
    try:
        return _tree(text)
    except SyntaxError as error:
        plain = "\n".join(_NOT_PYTHON.sub(r"\1pass", line) for line in text.splitlines())
        if plain == text.rstrip("\n"):
            raise _told(text, error) from error
    try:
        return _tree(plain)
    except SyntaxError as error:
        raise _told(plain, error) from error


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            # Of the code's own style, which is not ours to judge.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError) as error:
        raise _too_deep() from error
    except SyntaxError:
        raise
    except ValueError as error:
        raise Unreadable(_("The text holds characters that no Python code has.")) from error


def _refuse_deep(text: str) -> None:
    """Refuse what lies so deep inside one another that it would break Python's own parser."""
    quiet = _QUIET.sub(_emptied, text)
    depth = chain = 0
    line = 1
    for token in _TOKEN.finditer(quiet):
        match token.lastgroup:
            case "line":
                line += 1
                chain = chain if depth else 0
            case "part":
                chain = 0
            case "closing":
                depth = max(0, depth - 1)
            case found:
                chain += 1
                depth += found == "opening"
        if chain > _LONGEST_CHAIN or depth > _DEEPEST_BRACKETS:
            raise _too_deep(line)


def _emptied(found: re.Match[str]) -> str:
    """Return what is left of a text or comment: its lines."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    lines = found[0].count("\n")
    if before in tuple("fFrR") and found[0].count("{") > _MOST_PLACES:
        raise _too_deep(found.string.count("\n", 0, found.start()) + 1)
    return "\n" * lines


def _too_deep(line: int = 1) -> Unreadable:
    return Unreadable(_("The code lies too deep inside itself to be read."), line)


def _told(text: str, error: SyntaxError) -> Unreadable:
    """Return what is said of a text that is no Python."""
    number = error.lineno or 1
    lines = text.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if _PRINT.match(line):
        return Unreadable(
            _("This line is Python 2: {line}. Write the brackets that Python 3 wants.").format(
                line=line.strip()[:60]
            ),
            number,
        )
    return Unreadable(_("This line is not Python: {line}").format(line=line.strip()[:60]), number)
