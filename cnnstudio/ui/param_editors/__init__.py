"""One editor for each kind of parameter, made from the parameter's own declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cnnstudio.core.fields import Choice, Field, Flag, Integer, Margins, Pair, Real, Sizes
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.numbers import IntegerEditor, RealEditor
from cnnstudio.ui.param_editors.options import ChoiceEditor, FlagEditor
from cnnstudio.ui.param_editors.several_numbers import MarginsEditor, PairEditor
from cnnstudio.ui.param_editors.sizes import SizesEditor

__all__ = ["Editor", "make_editor"]

_EDITORS: Mapping[type[Field], Callable[[Any], Editor]] = MappingProxyType(
    {
        Integer: IntegerEditor,
        Real: RealEditor,
        Flag: FlagEditor,
        Choice: ChoiceEditor,
        Pair: PairEditor,
        Margins: MarginsEditor,
        Sizes: SizesEditor,
    }
)


def make_editor(field: Field) -> Editor:
    """Return a new editor for a parameter that `field` describes."""
    return _EDITORS[type(field)](field)
