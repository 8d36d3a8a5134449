"""A real X server with a window manager, and the studio on it, driven by a real mouse."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 90.0


class Screen:
    """An X server of its own, with a window manager."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.display}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.environment.pop("QT_QPA_PLATFORM", None)
        self._manager = subprocess.Popen(
            ["openbox"], env=self.environment, stderr=subprocess.DEVNULL
        )

    def do(self, *words: str | int) -> str:
        """Run one chain of xdotool commands."""
        command = ["xdotool", *map(str, words)]
        answer = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return answer.stdout.strip()

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()


class StudioOnX:
    """The studio as a process, a mouse, a keyboard, and questions about what is shown."""

    def __init__(self, screen: Screen, log: Path, *arguments: str) -> None:
        self._screen = screen
        self._log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", "-m", "tests.e2e.studio_on_x", *arguments],
                env=screen.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.ask("names")
        screen.do("search", "--sync", "--onlyvisible", "--name", "CNN Studio")

    def ask(self, name: str, *arguments: object) -> Any:
        """Ask a question of `studio_on_x.Ear`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the studio has ended: {self._log.read_text()[-2000:]}"
        return json.loads(answer)

    def wait_until(self, holds: Callable[[], object], what: str) -> None:
        """Ask again and again until something holds."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain for: {what}"
            time.sleep(0.02)

    def click(self, place: list[int], times: int = 1) -> None:
        self._screen.do("mousemove", *place, "click", "--repeat", times, "--delay", 60, 1)

    def click_button(self, text: str) -> None:
        self.wait_until(lambda: self.ask("button", text), f"the button {text!r}")
        self.click(self.ask("button", text))

    def key(self, *keys: str) -> None:
        self._screen.do("key", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        self._screen.do("type", "--delay", 30, text)

    def drag(self, start: list[int], end: list[int], hold: str = "") -> None:
        """Press, move in small steps, as a hand does, and release; with a key held if need be."""
        self._screen.do("mousemove", *start, "mousedown", 1)
        if hold:
            self._screen.do("keydown", hold)
        steps = 12
        for step in range(1, steps + 1):
            place = [a + (b - a) * step // steps for a, b in zip(start, end, strict=True)]
            self._screen.do("mousemove", *place)
            self.ask("engine")
        self._screen.do("mousemove", *end)
        self.ask("engine")
        self._screen.do("mouseup", 1)
        if hold:
            self._screen.do("keyup", hold)

    def kill(self) -> None:
        """End the studio as the system does when it runs out of memory."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    for program in ("Xvfb", "openbox", "xdotool"):
        assert shutil.which(program), f"{program} is missing: run `make test-libraries`"
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture
def launch(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., StudioOnX]]:
    """Start the studio; what a test starts ends with it."""
    started: list[StudioOnX] = []

    def start(*arguments: str) -> StudioOnX:
        started.append(StudioOnX(screen, tmp_path / "studio.log", *arguments))
        return started[-1]

    yield start
    for studio in started:
        studio.close()
