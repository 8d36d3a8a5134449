"""The newest probe's maps, kept so that another block's are there at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.explain_messages import Explain, Explained, ExplainFailed
from cnnstudio.core.i18n import _
from cnnstudio.core.inner_layers import part_of
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.look_messages import Maps, Probe, Probed, ProbeFailed, Show
from cnnstudio.core.messages import Event
from cnnstudio.engine.errors import details, explain
from cnnstudio.engine.explain import Look
from cnnstudio.engine.inner_thumbnails import inner_layers
from cnnstudio.engine.map_files import Looked

log = logging.getLogger(__name__)


class ShownMaps:
    """Answers `Show` and `Explain` from any thread, also while the main thread computes.

    What is asked of a probe that is still being answered waits for it; what is asked of an older
    one is dropped.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._newest = 0
        self._answered = 0
        self._maps: Mapping[str, NDArray[np.float32]] = {}
        self._failure: ProbeFailed | None = None
        self._waiting: Show | None = None
        self._look: Look | None = None
        self._looked: Looked | None = None
        self._unexplained: Explain | None = None
        self._told: set[str] = set()

    def expect(self, generation: int) -> None:
        """Note that a probe has been asked for, which makes earlier ones stale."""
        with self._lock:
            self._newest = max(self._newest, generation)

    def forget(self) -> None:
        """Let all of the last look go, and drop the one that is being answered."""
        with self._lock:
            self._newest += 1
            self._answered = 0
            self._maps, self._failure, self._look, self._looked = {}, None, None, None
            self._waiting = self._unexplained = None

    def looked(self) -> Looked | None:
        """Return the newest look that was answered, whatever has been asked for since."""
        with self._lock:
            return self._looked

    def answer(self, request: Show | Explain) -> None:
        """Answer either of the two."""
        if isinstance(request, Show):
            self.show(request)
        else:
            self.explain(request)

    def show(self, request: Show) -> None:
        """Send a block's maps, at once if the probe has been answered."""
        with self._lock:
            if request.generation < self._newest:
                return
            if request.generation == self._answered:
                self._answer(request)
            else:
                self._waiting = request

    def is_wanted(self, generation: int) -> bool:
        """Return whether no newer probe has been asked for."""
        with self._lock:
            return generation >= self._newest

    def explain(self, request: Explain) -> None:
        """Send why a number is what it is, at once if the probe has been answered."""
        with self._lock:
            if request.generation < self._newest:
                return
            look = self._look
            if request.generation != self._answered or look is None:
                # Where the probe has failed that has been said already.
                self._unexplained = request
                return
        self._send(_explained(request, look))

    def publish(self, probe: Probe, probed: Probed, look: Look) -> None:
        """Keep a probe's maps and send what was asked for, unless it is stale."""
        with self._lock:
            if not self._settle(probe, look.maps, None):
                return
            self._look = look
            self._looked = Looked(probe, probed, look.maps)
            self._send(probed)
            self._answer(Show(probe.generation, probe.block))
            self._answer_waiting()
            request, self._unexplained = self._unexplained, None
        if request is not None and request.generation == probe.generation:
            self._send(_explained(request, look))

    def fail(self, probe: Probe, message: str, details: str = "") -> None:
        """Say that a probe failed, unless it is stale."""
        with self._lock:
            failure = ProbeFailed(probe.generation, message, details)
            if self._settle(probe, {}, failure):
                self._send(failure)
                self._waiting = None

    def _settle(
        self, probe: Probe, maps: Mapping[str, NDArray[np.float32]], failure: ProbeFailed | None
    ) -> bool:
        if probe.generation < self._newest:
            return False
        self._newest = self._answered = probe.generation
        self._maps, self._failure, self._look, self._looked = maps, failure, None, None
        self._told.clear()
        return True

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.generation == self._answered:
            self._answer(waiting)

    def _answer(self, request: Show) -> None:
        values = self._maps.get(request.block)
        if values is not None:
            self._send(Maps(request.generation, request.block, values))
            self._tell_inside(request.generation, part_of(request.block))
        elif self._failure is not None:
            self._send(self._failure)
        else:
            message = _("this block is not in the network that was looked at: select another one")
            self._send(ProbeFailed(request.generation, message))

    def _tell_inside(self, generation: int, part: str) -> None:
        """Tell what lies inside the part that is looked at, once for each look."""
        if self._look is None or part in self._told:
            return
        layers = inner_layers(part, self._look)
        if layers:
            self._told.add(part)
            self._send(InsideShown(generation, part, layers))


def _explained(request: Explain, look: Look) -> Explained | ExplainFailed:
    about = request.generation, request.block, request.index
    try:
        return Explained(*about, look.explain(request.block, request.index))
    except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
        message, raw = explain(error), details(error)
        log.info("no explanation of %s in %s: %s", request.index, request.block, raw)
        return ExplainFailed(*about, message, raw)
