"""What a person calls the states of kept runs."""

from __future__ import annotations

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.runs.kept import KeptState

_NAMES = {
    KeptState.RUNNING: N_("running"),
    KeptState.FINISHED: N_("finished"),
    KeptState.STOPPED: N_("stopped"),
    KeptState.FAILED: N_("failed"),
    KeptState.INTERRUPTED: N_("interrupted"),
}


def state_name(state: KeptState) -> str:
    """Return the name of a state."""
    return _(_NAMES[state])
