"""A trainer whose engine the test plays: it notes what it is asked and answers when told."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.analysis import analyse
from cnnstudio.core.beside_messages import (
    HoldWeights,
    LeaveSeat,
    LetWeightsGo,
    ProbeBeside,
    seat_of,
)
from cnnstudio.core.data.choice import CROP
from cnnstudio.core.explain_messages import Explain
from cnnstudio.core.explaining import Index
from cnnstudio.core.kernel_messages import ShowKernels
from cnnstudio.core.look_messages import (
    FileImage,
    ImageSource,
    LiveImage,
    Maps,
    Moment,
    Probed,
    ProbeFailed,
)
from cnnstudio.core.maps_messages import SaveMaps
from cnnstudio.core.messages import EngineReady, Request, RunFinished
from cnnstudio.core.network import Network
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.picture_messages import KeepFrame, ShowThumbnails
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.thumbnails import thumbnail
from cnnstudio.ui.beside_looks import BesideLooks
from cnnstudio.ui.trainer import EngineState

DIGITS = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the engine; `image` is None where another block of the last one is wanted."""

    network: Network
    image: ImageSource | None
    pixels: str
    block: str
    resize: str = CROP
    trains: bool = False
    seed: int = 0
    grey: bool = False


class PlayedTrainer(QObject):
    """Has the signals and methods of `Trainer` that the viewer uses."""

    state_changed = Signal(object)
    ready = Signal(object)
    run_started = Signal(object)
    run_ended = Signal(object)
    weights_read = Signal(object)
    probed = Signal(object)
    maps = Signal(object)
    probe_failed = Signal(object)
    path_shown = Signal(object)
    inside_shown = Signal(object)
    kernels_shown = Signal(object)
    kernels_failed = Signal(object)
    explained = Signal(object)
    explain_failed = Signal(object)
    data_progress = Signal(object)
    files_left_out = Signal(object)
    data_read = Signal(object)
    reading_ended = Signal(object)
    samples_shown = Signal(object)
    samples_failed = Signal(object)
    thumbnails_shown = Signal(object)
    frame_kept = Signal(object)
    frame_lost = Signal(object)
    saving_maps = Signal(object)
    maps_saved = Signal(object)
    maps_not_saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.state = EngineState.READY
        self.asked: list[Asked] = []
        self.generation = 0
        self.data_held = ""
        self.is_running = False
        self.readings: list[TrainingPlan] = []
        self.samples_asked: list[tuple[int, ...]] = []
        self.step = 0
        self.size = 28, 28
        self.label: str | None = "3"
        self.moment: Moment | None = None
        self.values: dict[str, NDArray[np.float32]] = {}
        self.answers_at_once = True
        self.refuses: set[ImageSource] = set()
        self.restarts = 0
        self.kernels_asked: list[ShowKernels] = []
        self.questions: list[Explain] = []
        self.thumbnails_asked: list[ShowThumbnails] = []
        self.jobs: list[KeepFrame | SaveMaps] = []
        self.let_go_times = 0
        self.asked_beside: list[ProbeBeside | HoldWeights | LetWeightsGo | LeaveSeat] = []
        self.beside = BesideLooks(self._ask_beside)

    def probe(
        self,
        network: Network,
        image: ImageSource,
        pixels: str,
        block: str,
        resize: str = CROP,
        *,
        trains: bool = False,
        seed: int = 0,
        grey: bool = False,
    ) -> int:
        self.generation += 1
        self.asked.append(Asked(network, image, pixels, block, resize, trains, seed, grey))
        if self.answers_at_once:
            # The real one answers from another thread, so never before it has returned.
            QTimer.singleShot(0, self, self.answer)
        return self.generation

    def show_block(self, block: str, generation: int | None = None) -> None:
        if generation is not None and seat_of(generation):
            self._answer_beside(generation, block)
            return
        last = self.asked[-1]
        self.asked.append(Asked(last.network, None, last.pixels, block))
        if self.answers_at_once:
            QTimer.singleShot(0, self, self.answer)

    def _ask_beside(self, request: Request) -> None:
        assert isinstance(request, ProbeBeside | HoldWeights | LetWeightsGo | LeaveSeat)
        self.asked_beside.append(request)
        if isinstance(request, ProbeBeside) and self.answers_at_once:
            probe = request.probe
            QTimer.singleShot(0, self, lambda: self._answer_beside(probe.generation, probe.block))

    def _answer_beside(self, generation: int, block: str) -> None:
        """Answer with a hundred more than is seen otherwise, times the seat."""
        probes = [asked.probe for asked in self.asked_beside if isinstance(asked, ProbeBeside)]
        probe = next(probe for probe in probes if probe.generation == generation)
        asked = Asked(probe.network, probe.image, probe.pixels, block)
        if not self.beside.is_newest(generation):
            return
        if asked.image in self.refuses:
            self.probe_failed.emit(ProbeFailed(generation, "this state of the run is deleted"))
            return
        self.probed.emit(self.probed_for(asked, generation))
        values = self.values_of(asked) + 100 * seat_of(generation)
        self.maps.emit(Maps(generation, block, values))

    def explain(self, generation: int, block: str, index: Index) -> None:
        self.questions.append(Explain(generation, block, index))

    def show_kernels(self, network: Network, block: str, seed: int, *, before: bool) -> int:
        self.kernels_asked.append(
            ShowKernels(len(self.kernels_asked), network, block, seed, before)
        )
        return len(self.kernels_asked) - 1

    def show_thumbnails(self, paths: tuple[str, ...], side: int) -> int:
        self.thumbnails_asked.append(ShowThumbnails(len(self.thumbnails_asked), paths, side))
        return len(self.thumbnails_asked) - 1

    def let_go(self) -> None:
        self.let_go_times += 1

    def do(self, job: KeepFrame | SaveMaps) -> None:
        self.jobs.append(job)

    def read_data(self, plan: TrainingPlan) -> int:
        self.readings.append(plan)
        return len(self.readings)

    def stop_reading(self) -> None:
        if self.readings:
            self.reading_ended.emit(RunFinished(len(self.readings), 0, stopped=True))

    def list_samples(self, plan: TrainingPlan) -> int:
        self.samples_asked.append(())
        return len(self.samples_asked)

    def show_samples(self, plan: TrainingPlan, images: tuple[int, ...], *_how: object) -> int:
        self.samples_asked.append(images)
        return len(self.samples_asked)

    def restart_engine(self) -> None:
        self.restarts += 1

    def enter(self, state: EngineState) -> None:
        self.state = state
        self.state_changed.emit(state)
        if state is EngineState.READY:
            self.ready.emit(EngineReady({}, ("CPU",)))

    def end_run(self) -> None:
        self.state = EngineState.READY
        self.state_changed.emit(EngineState.READY)
        self.run_ended.emit(RunFinished(1, 8, stopped=False))

    def answer(self, generation: int | None = None) -> None:
        """Answer the last question, or as if it were an older one."""
        asked, generation = self.asked[-1], generation or self.generation
        if asked.image in self.refuses:
            path = asked.image.path if isinstance(asked.image, FileImage) else ""
            self.probe_failed.emit(ProbeFailed(generation, f"{path} cannot be read"))
            return
        if asked.image is not None:
            self.probed.emit(self.probed_for(asked, generation))
        self.maps.emit(Maps(generation, asked.block, self.values_of(asked)))
        if asked.image is not None:
            self.path_shown.emit(self.path_for(asked, generation))

    def fail(self, message: str) -> None:
        self.probe_failed.emit(ProbeFailed(self.generation, message))

    def probed_for(self, asked: Asked, generation: int) -> Probed:
        shares = np.linspace(0.0, 0.2, 10, dtype=np.float32)
        shares[3] = 0.4
        return Probed(
            generation,
            np.full((28, 28, 3), 200, np.uint8),
            self.size,
            np.full((28, 28, 1), 0.5, np.float32),
            self.label,
            DIGITS,
            shares / shares.sum(),
            self.step,
            moment=self.moment if isinstance(asked.image, LiveImage) else None,
        )

    def path_for(self, asked: Asked, generation: int) -> PathShown:
        blocks = [node.uid for _path, node in asked.network.walk()]
        values = {uid: self.values_of(replace(asked, block=uid)) for uid in blocks}
        return PathShown(generation, tuple(thumbnail(uid, v) for uid, v in values.items()))

    def values_of(self, asked: Asked) -> NDArray[np.float32]:
        if asked.block in self.values:
            return self.values[asked.block]
        shape = analyse(asked.network).facts[asked.block].output_shape
        assert shape is not None
        return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
