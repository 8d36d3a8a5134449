"""What is said of code or a model that has come in, where not all of it could."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.ui.notice_line import Notice

if TYPE_CHECKING:
    from cnnstudio.core.source.session import Remark


def code_notice(remarks: Sequence[Remark]) -> Notice:
    """Say that some of the code was left out or taken otherwise; the details say which lines."""
    count = len(remarks)
    text = ngettext(
        "The code has come in, but {count} thing in it could not be taken as it is.",
        "The code has come in, but {count} things in it could not be taken as they are.",
        count,
    ).format(count=count)
    return Notice(text, "warning", details=remark_lines(remarks))


def without_input(remarks: Sequence[Remark], open_it: Callable[[], object]) -> Notice:
    """Say that a whole network was pasted behind another, and offer to open it by itself."""
    text = _("A whole network was pasted into this one, without its Input.")
    button = _("Open it as a new design")
    return Notice(text, "info", action=button, act=open_it, details=remark_lines(remarks))


def refusal(remarks: Sequence[Remark]) -> Notice:
    """Say why no network has come out of code, by the first remark; the details say all."""
    text = remark_lines(remarks[:1])
    return Notice(text, "error", details=remark_lines(remarks) if len(remarks) > 1 else "")


def model_notice(remarks: Sequence[str]) -> Notice:
    """Say what of a model is not as it was; the details say all of several remarks."""
    count = len(remarks)
    if count == 1:
        return Notice(sentence(remarks[0]), "warning")
    text = ngettext(
        "The model has come in with {count} remark.",
        "The model has come in with {count} remarks.",
        count,
    ).format(count=count)
    return Notice(text, "warning", details="\n".join(sentence(remark) for remark in remarks))


def remark_lines(remarks: Sequence[Remark]) -> str:
    """Return remarks, one a line, with the lines of the code that they are about."""
    return "\n".join(
        _("Line {line}: {remark}").format(line=remark.line, remark=remark.message)
        for remark in remarks
    )
