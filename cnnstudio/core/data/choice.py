"""The parameters of a plan that are about its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from cnnstudio.core.data.short_names import short_name
from cnnstudio.core.data.sources import EXAMPLES, SourceError, from_json, to_text
from cnnstudio.core.data.splits import RULES
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.fields import Choice, Value
from cnnstudio.core.i18n import N_, _

CROP, FIT, STRETCH = "crop", "fit", "stretch"
RESIZES: dict[str | None, str] = {
    CROP: N_("cut to shape about the middle"),
    FIT: N_("whole, with black margins"),
    STRETCH: N_("whole, stretched"),
}
"""How an image of other proportions than the Input's is made to fit it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChoice(Choice):
    """The text form of any data source; the options are those that a list offers."""

    @override
    def accepts(self, value: Value) -> bool:
        if not isinstance(value, str):
            return False
        try:
            return to_text(from_json(value)) == value
        except SourceError:
            return False

    @override
    def read(self, raw: Any) -> Value:
        try:
            return to_text(from_json(raw))
        except SourceError as error:
            raise ValueError(self.expectation()) from error

    @override
    def show(self, value: Value) -> str:
        return short_name(value) if self.accepts(value) else str(value)

    @override
    def expectation(self) -> str:
        return _("one of {options}").format(options=EXAMPLES)


DATA = DataChoice(
    label=N_("Data"),
    help=N_("the labelled images to learn from"),
    options=tuple(DATASETS),
    labels={name: dataset.title for name, dataset in DATASETS.items()},
)
SPLIT = Choice(
    label=N_("Kept back"),
    help=N_("which images are kept back to measure what was learned"),
    options=tuple(RULES),
    labels=RULES,
    advanced=True,
)
RESIZE = Choice(
    label=N_("Resizing"),
    help=N_("how an image of other proportions than the Input's is made to fit it"),
    options=tuple(RESIZES),
    labels=RESIZES,
    advanced=True,
)
