"""Talks to an engine as the studio does, and never waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cnnstudio.core.look_messages import DatasetImage, ImageSource, Maps, Probe, ProbeFailed
from cnnstudio.core.messages import (
    EngineReady,
    Event,
    Request,
    RunFailed,
    RunFinished,
    Shutdown,
    Train,
)
from cnnstudio.core.network import Network
from cnnstudio.core.pipe import receive
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.launcher import Engine, launch

PATIENCE = 90.0

AnEvent = TypeVar("AnEvent")


def wait_until(that: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look again and again until something is so."""
    end = time.monotonic() + seconds
    while not that():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.005)


class Conversation:
    """Requests and events of one engine; every event received is kept."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Event] = []
        self._runs = 0
        self._generations = 0

    def ask(self, request: Request) -> None:
        self.engine.connection.send(request)

    def train(self, network: Network, plan: TrainingPlan, *, fresh: bool = True) -> int:
        """Ask for a run and return its number."""
        self._runs += 1
        self.ask(Train(self._runs, network, plan, fresh))
        return self._runs

    def probe(
        self,
        network: Network,
        block: str,
        image: ImageSource | int = 0,
        pixels: str = "0..1",
        *,
        grey: bool = False,
        trains: bool = False,
    ) -> int:
        """Ask for a look at an image, a digit by its number, and return the generation."""
        self._generations += 1
        if isinstance(image, int):
            image = DatasetImage("mnist-5k", image)
        self.ask(Probe(self._generations, network, image, pixels, block, grey=grey, trains=trains))
        return self._generations

    def next(self) -> Event:
        """Return the next event.

        Raises:
            EOFError: if the engine is gone.
        """
        assert self.engine.connection.poll(PATIENCE), "the engine is silent"
        event: Event = receive(self.engine.connection)
        self.heard.append(event)
        return event

    def until(
        self, kind: type[AnEvent], that: Callable[[AnEvent], bool] = lambda _event: True
    ) -> AnEvent:
        """Pass over events until one of a kind comes, and return it."""
        while True:
            event = self.next()
            if isinstance(event, kind) and that(event):
                return event

    def end_of(self, run: int) -> RunFinished | RunFailed:
        """Return the final event of a run."""
        while True:
            event = self.next()
            if isinstance(event, RunFinished | RunFailed) and event.run == run:
                return event

    def maps(self, generation: int, block: str) -> Maps | ProbeFailed:
        """Return the answer to a question about a block."""
        while True:
            event = self.next()
            if isinstance(event, ProbeFailed) and event.generation == generation:
                return event
            if isinstance(event, Maps) and (event.generation, event.block) == (generation, block):
                return event


@contextmanager
def conversation() -> Iterator[Conversation]:
    """Start an engine and end it again."""
    engine = launch()
    try:
        talk = Conversation(engine)
        talk.until(EngineReady)
        yield talk
        if engine.is_alive():
            talk.ask(Shutdown())
    finally:
        engine.kill()
        engine.connection.close()
