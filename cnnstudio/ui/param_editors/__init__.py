"""One editor for each kind of parameter, made from the parameter's own declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cnnstudio.core.data.choice import DataChoice
from cnnstudio.core.fields import (
    Choice,
    Field,
    Flag,
    Integer,
    Margins,
    Pair,
    Real,
    Sizes,
    Triple,
)
from cnnstudio.core.kept_fields import KeptArrays, KeptShape, KeptText
from cnnstudio.core.metrics import MetricChoice
from cnnstudio.core.real_fields import Interval, Reals, Regularizer
from cnnstudio.ui.param_editors.data import DataEditor
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.kept import KeptView
from cnnstudio.ui.param_editors.metrics import MetricsEditor
from cnnstudio.ui.param_editors.numbers import IntegerEditor, RealEditor
from cnnstudio.ui.param_editors.options import ChoiceEditor, FlagEditor
from cnnstudio.ui.param_editors.real_rows import IntervalEditor, RealsEditor, RegularizerEditor
from cnnstudio.ui.param_editors.several_numbers import AxesEditor, MarginsEditor
from cnnstudio.ui.param_editors.sizes import SizesEditor

__all__ = ["Editor", "make_editor"]

_EDITORS: Mapping[type[Field], Callable[[Any], Editor]] = MappingProxyType(
    {
        Integer: IntegerEditor,
        Real: RealEditor,
        Flag: FlagEditor,
        Choice: ChoiceEditor,
        DataChoice: DataEditor,
        MetricChoice: MetricsEditor,
        Pair: AxesEditor,
        Triple: AxesEditor,
        Margins: MarginsEditor,
        Sizes: SizesEditor,
        Interval: IntervalEditor,
        Reals: RealsEditor,
        Regularizer: RegularizerEditor,
        KeptText: KeptView,
        KeptShape: KeptView,
        KeptArrays: KeptView,
    }
)


def make_editor(field: Field) -> Editor:
    """Return a new editor for a parameter that `field` describes."""
    return _EDITORS[type(field)](field)
