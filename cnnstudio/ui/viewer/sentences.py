"""What the viewer says where maps would be while there are none."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.look_messages import ProbeFailed
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry, Standing


def notice_of(inquiry: Inquiry, design: OpenDesign, trainer: Trainer) -> Notice | None:
    """Return why there are no maps, and what helps; None if there are or soon will be."""
    match inquiry.standing:
        case Standing.FAULTY:
            return _faulty(design, inquiry)
        case Standing.NO_ENGINE:
            return _no_engine(trainer)
        case Standing.MUTED:
            return muted(inquiry.block)
        case Standing.FAILED if inquiry.failure is not None:
            return Notice(
                sentence(inquiry.failure.message), "error", details=inquiry.failure.details
            )
        case _:
            return None


def without_engine(inquiry: Inquiry, design: OpenDesign, trainer: Trainer) -> Notice:
    """Return why there are no weights to look at."""
    return _no_engine(trainer) if inquiry.can_be_built else _faulty(design, inquiry)


def empty(open_file: Callable[[], object]) -> Notice:
    """Return what is said before there is an image."""
    return Notice(
        _("Here is what every block makes of an image: pick one above, or open one of your own"),
        icon="eye",
        action=_("Open images…"),
        act=open_file,
    )


def unfinished() -> str:
    """Say why there is no outcome of a network that is looked at up to its first error."""
    return _("The network has errors, so only its first blocks are looked at: it predicts nothing")


def chosen_instead(failure: ProbeFailed) -> Notice:
    """Say that a newly opened network could not be asked about what was looked at before."""
    text = _("Nothing came out of this network for what you looked at, so here is something else")
    return Notice(text, "info", details=sentence(failure.message))


def waiting() -> Notice:
    """Return what is said while the engine has been asked."""
    return Notice(_("The image is going through the network…"), icon="refresh-cw")


def _faulty(design: OpenDesign, inquiry: Inquiry) -> Notice:
    problem = design.report.errors[0]
    said = design.network.said(problem)
    if inquiry.network is None:
        text = _("No maps while the network cannot be built: {problem}").format(problem=said)
    else:
        text = _("From its first problem on the network cannot be built: {problem}").format(
            problem=said
        )
    if problem.block is None:
        return Notice(text, "error")
    return Notice(
        text,
        "error",
        action=_("Show the block"),
        act=lambda: design.set_current(problem.block),
    )


def muted(block: PlacedBlock | None) -> Notice:
    """Return what is said of a block that is left out."""
    name = block.name if block else ""
    return Notice(_("{name} is muted, so nothing passes through it").format(name=name), icon="eye")


def _no_engine(trainer: Trainer) -> Notice:
    match trainer.state:
        case EngineState.LOST:
            return Notice(
                sentence(_("the engine stopped unexpectedly; a new one is being started")),
                "warning",
            )
        case EngineState.BROKEN:
            return Notice(
                _("The engine does not start, so there are no maps"),
                "error",
                action=_("Start the engine"),
                act=trainer.restart_engine,
            )
        case _:
            return Notice(
                _("The engine is loading TensorFlow; maps appear in a few seconds"), icon="cpu"
            )


def undrawn(error: Exception) -> Notice:
    """Say why something is not drawn.

    Raises:
        Exception: the error itself, if it is a bug and no lack of memory.
    """
    if not isinstance(error, MemoryError):
        raise error
    return Notice(_("There is not enough memory to draw the maps of this block"), "error")
