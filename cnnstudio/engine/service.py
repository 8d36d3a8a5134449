"""What the engine does for a studio, on its main thread: train, look inside, save."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import assert_never

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core import settings
from cnnstudio.core.beside_messages import HoldWeights, LetWeightsGo, ProbeBeside, seat_of
from cnnstudio.core.data_messages import ReadData, ShowSamples
from cnnstudio.core.document import Design
from cnnstudio.core.file_messages import (
    CheckRoundTrip,
    ExportModel,
    ReadModel,
    ReadWeights,
    SaveWeights,
)
from cnnstudio.core.kernel_messages import ShowKernels
from cnnstudio.core.look_messages import DatasetImage, LiveImage, Probe, Probed
from cnnstudio.core.messages import (
    EngineReady,
    Event,
    FileJob,
    RunFailed,
    RunFinished,
    RunRequest,
    SaveModel,
    Train,
)
from cnnstudio.core.network import Network
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.picture_messages import KeepFrame, ShowThumbnails
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import Preflight
from cnnstudio.core.run_messages import FindRate, RunPaused, RunResumed
from cnnstudio.core.runs.store import runs_folder
from cnnstudio.core.thumbnails import thumbnail
from cnnstudio.engine import features
from cnnstudio.engine.beside import OtherModels
from cnnstudio.engine.builder import build, copy_weights
from cnnstudio.engine.data_facts import read_data, samples
from cnnstudio.engine.datasets import dataset_of
from cnnstudio.engine.distribution import distribution_of
from cnnstudio.engine.errors import details, explain
from cnnstudio.engine.explain import Look
from cnnstudio.engine.feeding import feeds_of
from cnnstudio.engine.file_jobs import check, done
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.inputs import enter
from cnnstudio.engine.keeping import Keeper, Keeping
from cnnstudio.engine.kernels import kernels
from cnnstudio.engine.live_frames import Frame, LiveFrames
from cnnstudio.engine.mailbox import Inbox, Job, Later
from cnnstudio.engine.models import Models
from cnnstudio.engine.preflight import try_steps
from cnnstudio.engine.rate_search import search
from cnnstudio.engine.run import Run, Trainee
from cnnstudio.engine.shown_maps import ShownMaps
from cnnstudio.engine.thumbnails import thumbnails
from cnnstudio.engine.training import carry_out, check_trainable, kept, take_up

_SECONDS_TO_KEEP = 5.0
"""A run that is stopped may take until its state is kept, when the process is to end."""

log = logging.getLogger(__name__)

_Asked = ShowKernels | ShowSamples | ShowThumbnails | KeepFrame | CheckRoundTrip | FileJob


def _maps(probe: Probe, models: Models, entered: NDArray[np.float32]) -> dict[str, features.Maps]:
    if probe.trains:
        return models.learning_pass(probe.network).maps(entered, probe.seed)
    return models.explorer(probe.network).maps(entered)


def _path_shown(
    probe: Probe, maps: Mapping[str, features.Maps], shown: ShownMaps
) -> PathShown | None:
    if not shown.is_wanted(probe.generation):
        return None
    uids = [node.uid for _path, node in probe.network.walk() if node.uid in maps]
    return PathShown(probe.generation, tuple(thumbnail(uid, maps[uid]) for uid in uids))


class Service:
    """Serves one studio.

    Args:
        inbox: brings the jobs.
        send: takes the events.
        seats: take the maps of probes, those of the moment first.
        saving: held while a file is written, so that nobody ends the process meanwhile.
        live: has the pictures of cameras and videos.
    """

    def __init__(
        self,
        inbox: Inbox,
        send: Callable[[Event | Later], None],
        seats: tuple[ShownMaps, ...],
        saving: threading.Lock,
        live: LiveFrames,
    ) -> None:
        self._inbox = inbox
        self._send = send
        self._seats = seats
        self._saving = saving
        self._live = live
        self._keeper: Keeper | None = None
        self._distribution = distribution_of()
        self._models = Models(self._distribution)
        self._others = OtherModels()
        self._images = FittedImages()

    def serve(self) -> None:
        """Say that Keras is loaded, then do one job after another, for ever."""
        versions = {"tensorflow": tf.__version__, "keras": keras.__version__}
        devices = tuple(device.device_type for device in tf.config.list_physical_devices())
        self._send(EngineReady(versions, devices))
        while True:
            self._do(self._inbox.take())

    def leave(self) -> None:
        """Stop the run that goes on, if there is one, and wait until its state is kept.

        Called by another thread, before the process ends.
        """
        keeper = self._keeper
        if keeper is not None:
            self._inbox.stop(self._inbox.run)
            keeper.cut(_SECONDS_TO_KEEP)

    def _do(self, job: Job) -> None:
        match job:
            case Train() | FindRate() | Preflight() | ReadData():
                self._carry_out(job)
                # What a run leaves behind, all its data too, refers to itself in circles.
                gc.collect()
            case Probe():
                self._probe(job, lambda: self._models)
            case ProbeBeside(probe=probe, weights=weights):
                models = partial(self._others.of, weights) if weights else lambda: self._models
                self._probe(probe, models)
            case HoldWeights() | LetWeightsGo():
                self._others.heed(job, self._models)
            case SaveModel() | ExportModel() | SaveWeights() | KeepFrame():
                with self._saving:
                    self._send(self._answer(job))
            case _:
                self._send(self._answer(job))

    def _answer(self, job: _Asked) -> Event:
        """Do a job that has one answer."""
        match job:
            case ShowKernels():
                return kernels(job, self._models)
            case ShowSamples():
                return samples(job)
            case ShowThumbnails():
                return thumbnails(job)
            case KeepFrame():
                return self._live.keep(job)
            case CheckRoundTrip():
                return check(job, self._models)
            case SaveModel() | ExportModel() | SaveWeights() | ReadModel() | ReadWeights():
                return done(job, self._models)
            case _:
                assert_never(job)

    def _do_waiting(self) -> None:
        """Do what has been asked for while a run goes on."""
        while (job := self._inbox.take_waiting()) is not None:
            self._do(job)
        if self._inbox.is_resting:
            self._rest()

    def _rest(self) -> None:
        """Do what is asked for while the run rests, until it is to go on."""
        run, began = self._inbox.run, time.monotonic()
        self._send(RunPaused(run))
        while (job := self._inbox.take_while_resting()) is not None:
            self._do(job)
        seconds = time.monotonic() - began
        self._inbox.wishes.rested += seconds
        self._send(RunResumed(run, seconds))

    def _carry_out(self, request: RunRequest) -> None:
        match request:
            case Train():
                self._train(request)
            case FindRate():
                self._find_rate(request)
            case Preflight(network=network, plan=plan):
                try_steps(self._run(request), lambda: self._new(network, plan))
            case ReadData():
                read_data(self._run(request))

    def _train(self, request: Train) -> None:
        network, plan = request.network, request.plan

        run = self._run(request)

        def trainee() -> Trainee:
            check_trainable(network, plan, self._images)
            take_up(run, Design(request.name, network, plan), request.resume)
            is_new = request.fresh or request.resume
            make = self._models.fresh if is_new else self._models.kept
            return make(network, plan.seed)

        # As it is now: the person may have changed the limit a moment ago.
        keeping = Keeping(runs_folder(), budget=settings.load().run_disk_bytes)
        with kept(run, keeping):
            self._keeper = run.keeper
            carry_out(run, trainee)
        self._keeper = None

    def _find_rate(self, request: FindRate) -> None:
        network, plan = request.network, request.plan

        def copy() -> Trainee:
            made = self._new(network, plan)
            if not request.fresh:
                copy_weights(self._models.of(network).built.model, made.built.model)
            return made

        search(self._run(request), copy, request.batches)

    def _new(self, network: Network, plan: TrainingPlan) -> Trainee:
        """Return a model that nobody holds, with new weights."""
        check_trainable(network, plan, self._images)
        with self._distribution.scope():
            return Trainee(build(network, seed=plan.seed))

    def _run(self, request: RunRequest) -> Run:
        return Run(
            request.run,
            request.plan,
            self._tell,
            self._inbox.stop_wanted,
            self._images,
            self._do_waiting,
            self._inbox.wishes,
            distribution=self._distribution,
        )

    def _tell(self, event: Event) -> None:
        if isinstance(event, RunFinished | RunFailed):
            # First: the studio may ask for the next run as soon as it hears of this one's end.
            self._inbox.run_ended()
        self._send(event)

    def _probe(self, probe: Probe, models: Callable[[], Models]) -> None:
        try:
            self._look(probe, models())
        except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
            message, raw = explain(error), details(error)
            log.info("probe %s failed: %s\n%s", probe.generation, message, raw)
            self._seats[seat_of(probe.generation)].fail(probe, message, raw)

    def _frame(self, probe: Probe) -> Frame | None:
        """Return the picture of a camera or video; beside the look of the moment that same one."""
        if not isinstance(probe.image, LiveImage):
            return None
        is_beside = seat_of(probe.generation) > 0
        return self._live.seen(probe.image) if is_beside else self._live.take(probe.image)

    def _look(self, probe: Probe, models: Models) -> None:
        trainee = models.of(probe.network)
        frame = self._frame(probe)
        shape = trainee.built.model.input_shape[1:]
        entered = enter(probe, shape, frame.opened() if frame else None)
        maps = _maps(probe, models, entered.values)
        output = maps[probe.network.nodes[-1].uid]
        probabilities = features.class_probabilities(probe.network, output)
        dataset = dataset_of(probe.image.dataset) if isinstance(probe.image, DatasetImage) else None
        probed = Probed(
            probe.generation,
            entered.picture,
            entered.size,
            entered.values,
            entered.label,
            features.class_labels(len(probabilities), dataset),
            probabilities,
            trainee.steps,
            trainee.is_loaded,
            is_picture=entered.is_picture,
            words=entered.words,
            note=entered.note,
            trains=probe.trains,
            outcome=features.outcome(probe, output, dataset),
            moment=frame.moment if frame else None,
        )
        insides = models.insides(probe.network)
        look = Look(
            probe.network,
            feeds_of(insides.built),
            maps,
            insides.weights(),
            entered.pixels,
            trains=probe.trains,
            inner=insides.nodes,
        )
        seat = seat_of(probe.generation)
        self._seats[seat].publish(probe, probed, look)
        if seat == 0:
            # Not before the maps themselves, which a person waits for.
            self._send(partial(_path_shown, probe, maps, self._seats[seat]))
