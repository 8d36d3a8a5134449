"""The engine's process: a thread reads what the studio asks, the main thread does it.

What needs no Keras is answered by the reading thread at once, whatever the main thread is busy
with: Stop and the other wishes for a run, Show, Explain, Speak, Shutdown. It also notices the
studio's death, at which the process ends.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, assert_never

from cnnstudio.core import i18n
from cnnstudio.core.beside_messages import SEATS, LeaveSeat, ProbeBeside, seat_of
from cnnstudio.core.data_messages import ReadData
from cnnstudio.core.explain_messages import Explain
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import LiveImage, Probe, Show
from cnnstudio.core.maps_messages import SaveMaps
from cnnstudio.core.messages import (
    Request,
    RunFailed,
    RunFinished,
    RunRequest,
    RunWish,
    Shutdown,
    Speak,
    Stop,
    Train,
)
from cnnstudio.core.picture_messages import LetGo
from cnnstudio.core.preflight import Preflight
from cnnstudio.core.run_messages import AddEpochs, ChangeRate, FindRate, Pause, Resume
from cnnstudio.engine.launcher import LANGUAGE
from cnnstudio.engine.live_frames import LiveFrames
from cnnstudio.engine.mailbox import Inbox, Outbox
from cnnstudio.engine.map_files import MapFiles
from cnnstudio.engine.priority import give_way
from cnnstudio.engine.quiet import set_environment, without_opencv
from cnnstudio.engine.shown_maps import ShownMaps

if TYPE_CHECKING:
    from cnnstudio.engine.service import Service

log = logging.getLogger(__name__)

_SECONDS_TO_SAVE = 60.0


def main(handle: int) -> None:
    """Serve the studio at the other end of a pipe until it goes.

    Args:
        handle: of this end, inherited from the studio.
    """
    faulthandler.enable()
    # Whether the engine goes on is the studio's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    )
    give_way()
    set_environment()
    i18n.use_language(os.environ.get(LANGUAGE))
    _Worker(_opened(handle)).run()


def _opened(handle: int) -> Connection:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection  # only there

        return PipeConnection(handle)
    return Connection(handle)


class _Worker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._saving = threading.Lock()
        self._inbox = Inbox()
        self._outbox = Outbox(connection, self._exit)
        self._seats = tuple(ShownMaps(self._outbox.send) for _seat in range(SEATS + 1))
        self._live = LiveFrames()
        self._map_files = MapFiles(self._seats[0].looked, self._outbox.send, self._saving)
        self._service: Service | None = None

    def run(self) -> None:
        threading.Thread(target=self._read_all, name="reader", daemon=True).start()
        # TensorFlow and Keras come with some hundred thousand objects that stay: Python's collector
        # would search them again and again while they are read and while a network learns.
        gc.disable()
        with without_opencv():
            # Reads TensorFlow, with the reader listening.
            from cnnstudio.engine.service import Service

        gc.freeze()
        gc.enable()
        self._service = Service(
            self._inbox, self._outbox.send, self._seats, self._saving, self._live
        )
        self._service.serve()

    def _read_all(self) -> None:
        try:
            while True:
                self._sort(self._connection.recv())
        except (EOFError, OSError):
            log.info("the studio is gone")
        except BaseException:
            log.exception("the engine ends: a request could not be read")
        finally:
            self._exit()

    def _sort(self, request: Request) -> None:
        match request:
            case Stop() | Pause() | Resume() | ChangeRate() | AddEpochs():
                self._steer(request)
            case Show() | Explain():
                self._seats[seat_of(request.generation)].answer(request)
            case Speak():
                i18n.use_language(request.language)
            case Shutdown():
                self._exit()
            case Train() | FindRate() | Preflight() | ReadData():
                self._train(request)
            case Probe() | ProbeBeside():
                self._await(request)
            case SaveMaps() | LetGo() | LeaveSeat():
                self._do_aside(request)
            case _:
                self._inbox.put(request)

    def _do_aside(self, request: SaveMaps | LetGo | LeaveSeat) -> None:
        match request:
            case SaveMaps():
                self._map_files.save(request)
            case LetGo():
                self._live.let_go()
            case LeaveSeat():
                self._seats[request.seat].forget()
            case _:
                assert_never(request)

    def _await(self, request: Probe | ProbeBeside) -> None:
        """Let a probe wait its turn; one of a camera first for its picture, so that no run does."""
        probe = request.probe if isinstance(request, ProbeBeside) else request
        self._seats[seat_of(probe.generation)].expect(probe.generation)
        if isinstance(probe.image, LiveImage) and not isinstance(request, ProbeBeside):
            self._live.when_ready(probe.image, lambda: self._inbox.put(request))
        else:
            self._inbox.put(request)

    def _steer(self, request: Stop | RunWish) -> None:
        if not isinstance(request, Stop):
            self._inbox.wish(request)
        elif self._inbox.stop(request.run):
            self._outbox.send(RunFinished(request.run, 0, stopped=True))

    def _train(self, request: RunRequest) -> None:
        if not self._inbox.put(request):
            message = _("another run is under way: stop it first, or wait for its end")
            self._outbox.send(RunFailed(request.run, message))

    def _exit(self) -> None:
        """End the process, without waiting for anything but a file that is being written."""
        if self._service is not None:
            self._service.leave()
        self._saving.acquire(timeout=_SECONDS_TO_SAVE)
        os._exit(0)
