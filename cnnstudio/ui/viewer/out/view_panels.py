"""What the stage shows, as panels of a figure."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnstudio.core.i18n import _
from cnnstudio.core.mosaic import measure
from cnnstudio.core.view.captions import caption, said_bad
from cnnstudio.core.view.panels import BarsPanel, Caption, MapsPanel, Panel
from cnnstudio.ui.theme import Tokens
from cnnstudio.ui.viewer.kernels.kernel_drawing import KernelDrawing, Moment, as_of
from cnnstudio.ui.viewer.kernels.kernel_wording import MOMENTS, facts_of, origin_of
from cnnstudio.ui.viewer.kernels.kernels_panel import KernelsPanel
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.map_view import MapView
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.out.drawing_panels import panel_of_drawing, without_gap
from cnnstudio.ui.viewer.out.part_in_sight import cut_to
from cnnstudio.ui.viewer.stage import Stage

_DIRECTLY = Qt.FindChildOption.FindDirectChildrenOnly


def shows_something(stage: Stage) -> bool:
    """Return whether the stage shows anything that a picture can be made of."""
    if stage.tabs.mode is Mode.KERNELS:
        return stage.kernels.shown is not None
    return any(pane.exhibit is not None for pane in _panes(stage))


def panels_of(
    stage: Stage, tokens: Tokens, known: tuple[str, ...], *, part: bool = False
) -> list[Panel]:
    """Return what the stage shows, from left to right; nothing where it only says something.

    Args:
        stage: shows maps, or weights.
        tokens: the colours of the figure.
        known: what else is known of the maps of the moment, in words: image and weights.
        part: whether of what is enlarged only the part in sight is wanted.
    """
    if stage.tabs.mode is Mode.KERNELS:
        panel = _of_kernels(stage.kernels, tokens)
        return [] if panel is None else [_cut(panel, stage.kernels.map_view, part=part)]
    panes = _panes(stage)
    several = len(panes) > 1
    found = []
    for pane in panes:
        lines: tuple[str, ...] = (pane.caption.text(),) if several else ()
        if pane is stage.pane:
            lines += known
        panel = _of_pane(pane, tokens, lines)
        if panel is not None:
            found.append(_cut(panel, pane.map_view, part=part))
    return found


def is_enlarged(stage: Stage) -> bool:
    """Return whether only a part of what the stage shows is in sight."""
    if stage.tabs.mode is Mode.KERNELS:
        ports = [stage.kernels.map_view.viewport]
    else:
        ports = [pane.map_view.viewport for pane in _panes(stage)]
    return any(port is not None and not port.is_fit for port in ports)


def _cut(panel: Panel, view: MapView, *, part: bool) -> Panel:
    port = view.viewport
    if not part or port is None or not isinstance(panel, MapsPanel):
        return panel
    return cut_to(panel, port)


def _panes(stage: Stage) -> list[MapPane]:
    """Return the panes that are seen, from left to right."""
    panes = stage.panes.findChildren(MapPane, options=_DIRECTLY)
    return sorted((pane for pane in panes if not pane.isHidden()), key=lambda pane: pane.x())


def _of_pane(pane: MapPane, tokens: Tokens, lines: tuple[str, ...]) -> Panel | None:
    exhibit = pane.exhibit
    if exhibit is None:
        return None
    bad = said_bad(measure(pane.maps).not_finite, pane.maps.size)
    said = caption(
        exhibit.node.name,
        exhibit.node.block.kind,
        exhibit.values.shape,
        channel=pane.channel,
        lines=(*lines, bad),
    )
    if pane.pages.currentWidget() is pane.vector_view:
        return BarsPanel(said, pane.maps, exhibit.labels)
    drawing = pane.map_view.drawing
    if drawing is None or pane.pages.currentWidget() is not pane.map_view:
        return None
    return panel_of_drawing(drawing, said, tokens)


def _of_kernels(panel: KernelsPanel, tokens: Tokens) -> Panel | None:
    shown, weight, subject = panel.shown, panel.weight, panel.subject
    if shown is None or weight is None or subject is None:
        return None
    node, answer = subject
    title = _("{name} · {kind} · {weight}").format(
        name=node.name, kind=node.block.kind, weight=weight.name
    )
    part = shown.wanted.channel
    kernels = _("Mean over the input channels") if part is None else _("Input channel {channel}")
    chosen = shown.wanted.filter
    lines = (
        facts_of(as_of(weight, shown.wanted.moment)),
        kernels.format(channel=part) if shown.picture.inputs > 1 and not colours(shown) else "",
        "" if chosen is None else _("Filter {filter} alone").format(filter=chosen),
        "" if shown.wanted.moment is Moment.NOW else _(MOMENTS[shown.wanted.moment]),
        origin_of(answer, weight),
    )
    said = Caption(title, lines)
    return _of_kernel_drawing(shown, said, tokens)


def _of_kernel_drawing(shown: KernelDrawing, said: Caption, tokens: Tokens) -> MapsPanel:
    drawing = shown.drawing
    if colours(shown) and drawing.picture is not None:
        return MapsPanel(said, without_gap(drawing.picture, drawing))
    return panel_of_drawing(drawing, said, tokens)


def colours(shown: KernelDrawing) -> bool:
    """Whether kernels are seen in red, green and blue."""
    return shown.wanted.colours and shown.picture.has_colours
