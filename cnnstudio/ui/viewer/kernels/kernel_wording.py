"""What is said of weights."""

from __future__ import annotations

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import N_, _, ngettext
from cnnstudio.core.kernel_messages import KernelsShown, WeightShown
from cnnstudio.core.kernel_pictures import Form
from cnnstudio.core.map_layout import Place
from cnnstudio.core.view.captions import said_state
from cnnstudio.ui.numbers import exact, short
from cnnstudio.ui.viewer.kernels.kernel_drawing import KernelDrawing, Moment, values_at

MOMENTS = {
    Moment.NOW: N_("As it is now"),
    Moment.BEFORE: N_("Before training"),
    Moment.CHANGE: N_("What training changed"),
}


def hint_of(enlarged: int | None, count: int) -> str:
    """Say which kernel is shown alone, and what can be done."""
    if enlarged is None:
        return _("Point at a weight to read it, click a kernel to enlarge it")
    return _(
        "Filter {filter}, numbered 0 to {last}; arrow keys step through them, Esc leaves"
    ).format(filter=enlarged, last=count - 1)


def value_at(shown: KernelDrawing, weight: WeightShown, place: Place) -> str:
    """Say the number that is pointed at, and where it stands in the layer."""
    picture, wanted = shown.picture, shown.wanted
    value = exact(float(picture.values[place.row, place.column, place.channel]))
    if not weight.is_whole:
        return _("Mean of neighbouring weights: {value}").format(value=value)
    match picture.form:
        case Form.ROW:
            return _("Number {number}: {value}").format(number=place.channel, value=value)
        case Form.MATRIX:
            return _in_matrix(shown, place, value)
        case _ if wanted.colours and picture.has_colours:
            values = values_at(weight, wanted.moment)[place.row, place.column, :, place.channel]
            red, green, blue = (exact(float(part)) for part in values)
            return _(
                "Filter {filter} · row {row}, column {column}: red {red}, green {green}, "
                "blue {blue}"
            ).format(
                filter=place.channel,
                row=place.row,
                column=place.column,
                red=red,
                green=green,
                blue=blue,
            )
        case _:
            return _("Filter {filter} · row {row}, column {column}: {value}").format(
                filter=place.channel, row=place.row, column=place.column, value=value
            )


def _in_matrix(shown: KernelDrawing, place: Place, value: str) -> str:
    picture = shown.picture
    unit = place.row // picture.rows_each
    first = int(place.column * picture.columns_each)
    last = max(first, int((place.column + 1) * picture.columns_each) - 1)
    if first == last:
        return _("Unit {unit} · input {input}: {value}").format(unit=unit, input=first, value=value)
    return _("Unit {unit} · inputs {first} to {last}: mean {value}").format(
        unit=unit, first=first, last=last, value=value
    )


def facts_of(weight: WeightShown) -> str:
    """Say what a weight is, in numbers."""
    count = 1
    for side in weight.shape:
        count *= side
    numbers = ngettext("{count:,} number", "{count:,} numbers", count).format(count=count)
    return _("{shape} · {numbers} · mean {mean} · spread {spread}").format(
        shape=times(weight.shape),
        numbers=numbers,
        mean=short(weight.mean),
        spread=short(weight.spread),
    )


def origin_of(answer: KernelsShown, weight: WeightShown) -> str:
    """Say what the weights come from, honestly."""
    if not weight.is_whole:
        return _("Too many to be seen one by one: each cell is the mean of neighbours")
    if answer.step == 0:
        if answer.is_loaded:
            return _("With the weights of a file; nothing has been learned here since")
        return _("Nothing has been learned yet: these are random")
    trained = said_state(answer.step, is_loaded=answer.is_loaded)
    if weight.before is None:
        return trained
    return _("{trained}; outlined: new weights by the plan's seed, with which a run starts").format(
        trained=trained
    )
