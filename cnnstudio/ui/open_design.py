"""What the window works on: the open design, its analysis, its undo history, the current block."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, TypedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from cnnstudio.core.analysis import Report, analyse
from cnnstudio.core.datasets import Dataset, known
from cnnstudio.core.document import Design
from cnnstudio.core.edits import RENAME, Edit, Replace, Step
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.learning import design_problems
from cnnstudio.core.machine import memory_size
from cnnstudio.core.network import Network, Path, PlacedBlock, renamed
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.problems import Problem

if TYPE_CHECKING:
    from cnnstudio.core.repairs_site import Repair

MEND_ALL = N_("Mend all problems")
MERGE_SECONDS = 1.0
"""Changes of one parameter closer together than this are one step of the undo history."""


class _Aim(TypedDict):
    """What the network is for."""

    dataset: Dataset | None
    batch_size: int
    memory: int | None
    pixels: str
    loss: str


@dataclass(frozen=True, slots=True)
class Cures:
    """What would cure some problems of a network, in their order, best first."""

    network: Network
    repairs: list[tuple[Repair, ...]]


@dataclass(frozen=True, slots=True)
class Mending:
    """The step that cures a network of all that can be cured; without edits if nothing can."""

    network: Network
    step: Step


class OpenDesign(QObject):
    """The open design.

    Every change goes through the undo stack. Views follow the signals: `about_to_edit` and
    `edited` bracket each single edit, `about_to_reset` and `was_reset` a whole new network;
    `changed` follows when network and report are up to date again. `name_taken` carries the name
    that a block was to have and the one it got instead.

    Attributes:
        undo_stack: the steps that can be undone.
        number: counts the designs that have been open here, to tell one from another.
    """

    about_to_edit = Signal(object)
    edited = Signal(object)
    about_to_reset = Signal()
    was_reset = Signal()
    changed = Signal()
    plan_changed = Signal()
    current_changed = Signal()
    file_changed = Signal()
    name_taken = Signal(str, str)

    def __init__(self, design: Design, path: FilePath | None = None) -> None:
        super().__init__()
        self.number = 0
        self.undo_stack = QUndoStack(self)
        self._design = design
        self._path = path
        self._report = analyse(design.network)
        self._problems: dict[str | None, tuple[Problem, ...]] | None = None
        self._seen: dict[str, tuple[Dataset, tuple[int, ...]]] = {}
        self._current: str | None = None

    @property
    def design(self) -> Design:
        """The design as it would be saved now."""
        return self._design

    @property
    def network(self) -> Network:
        """The network as it is now."""
        return self._design.network

    @property
    def plan(self) -> TrainingPlan:
        """The training plan as it is now."""
        return self._design.plan

    @property
    def dataset(self) -> Dataset | None:
        """What is known of the plan's data; of files only once they have been read."""
        return known(self.plan.data) or self._seen.get(self.plan.data, (None, ()))[0]

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """How many images each class of the plan's data has that the plan's split divides.

        Empty until they have been read, and for data that comes divided.
        """
        return self._seen.get(self.plan.data, (None, ()))[1]

    @property
    def report(self) -> Report:
        """The analysis of the network as it is now."""
        return self._report

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the design from being built, from learning its data, or from doing it well."""
        return tuple(problem for mine in self.problems_by_block.values() for problem in mine)

    @property
    def problems_by_block(self) -> Mapping[str | None, tuple[Problem, ...]]:
        """The same by the uid of the block, None standing for the network; do not change it."""
        if self._problems is None:
            self._problems = {}
            for problem in design_problems(self.network, self._report, **self._aim):
                before = self._problems.get(problem.block, ())
                self._problems[problem.block] = (*before, problem)
        return self._problems

    def problems_of(self, uid: str | None) -> tuple[Problem, ...]:
        """Return the problems of one block, or of the whole network for None."""
        return self.problems_by_block.get(uid, ())

    def cures(self, problems: Sequence[Problem]) -> Callable[[], Cures]:
        """Return the job that finds what would cure each problem; for a thread in the background.

        It works on the network as it is now, and may take seconds on a very long one.
        """
        network, aim = self.network, self._aim

        def find() -> Cures:
            from cnnstudio.core.repairs import repairs_of  # the window opens before it is read

            return Cures(network, [repairs_of(network, p, **aim) for p in problems])

        return find

    def mending(self) -> Callable[[], Mending]:
        """Return the job that cures every error and warning there is a cure for; as `cures`."""
        network, aim = self.network, self._aim

        def mend() -> Mending:
            from cnnstudio.core.repairs import repaired  # the window opens before it is read

            _network, steps = repaired(network, **aim)
            edits = tuple(edit for step in steps for edit in step.edits)
            return Mending(network, Step(_(MEND_ALL), edits))

        return mend

    @property
    def _aim(self) -> _Aim:
        plan = self.plan
        return {
            "dataset": self.dataset,
            "batch_size": plan.batch_size,
            "memory": memory_size(),
            "pixels": plan.pixels,
            "loss": plan.loss,
        }

    @property
    def path(self) -> FilePath | None:
        """The design's file, None if it has never been saved."""
        return self._path

    @property
    def is_dirty(self) -> bool:
        """Whether there are changes that are not saved."""
        return not self.undo_stack.isClean()

    @property
    def current(self) -> PlacedBlock | None:
        """The block that inspector and viewer show."""
        path = self.network.find(self._current) if self._current else None
        return None if path is None else self.network.at(path)

    def set_current(self, uid: str | None) -> None:
        """Make a block the current one."""
        if uid != self._current:
            self._current = uid
            self.current_changed.emit()

    def push(self, step: Step, merge_key: str = "") -> None:
        """Do a step and remember it; steps with one merge key, close together, become one."""
        if step.edits:
            self.undo_stack.push(_StepCommand(self, step, merge_key))

    def rename(self, path: Path, wanted: str) -> bool:
        """Give a block a name, counted up if it is taken; return whether that changed it."""
        node = self.network.at(path)
        wanted = " ".join(wanted.split())
        is_taken = wanted != node.name and wanted in self.network.names()
        after = renamed(self.network, node, wanted)
        if after != node:
            self.push(Step(RENAME, (Replace(path, node, after),)))
        if is_taken:
            self.name_taken.emit(wanted, after.name)
        return after != node

    def push_plan(self, plan: TrainingPlan, label: str, merge_key: str = "") -> None:
        """Change the training plan and remember it."""
        if plan != self.plan:
            self.undo_stack.push(_PlanCommand(self, self.plan, plan, label, merge_key))

    def learn_of_data(self, data: str, dataset: Dataset, class_sizes: tuple[int, ...]) -> None:
        """Take note of what reading has told of the data that plans name `data`."""
        if self._seen.get(data) != (dataset, class_sizes):
            self._seen[data] = dataset, class_sizes
            if data == self.plan.data:
                self._problems = None
                self.plan_changed.emit()

    def open(self, design: Design, path: FilePath | None) -> None:
        """Show another design; its history starts anew."""
        self.about_to_reset.emit()
        self.number += 1
        self._design, self._path = design, path
        self._report = analyse(design.network)
        self._problems = self._current = None
        self.undo_stack.clear()
        self.was_reset.emit()
        self.plan_changed.emit()
        self.changed.emit()
        self.current_changed.emit()
        self.file_changed.emit()

    def saved(self, path: FilePath, written: Design) -> None:
        """Note that `written`, this design as it is or as it was, is in `path` now."""
        self._path = path
        self._design = replace(self._design, name=written.name)
        if self._design == written:
            self.undo_stack.setClean()
        self.file_changed.emit()

    def perform(self, step: Step) -> None:
        """Do a step's edits one by one; for the undo stack only."""
        for edit in step.edits:
            self.about_to_edit.emit(edit)
            network = edit.apply(self.network)
            self._design = replace(self._design, network=network)
            self.edited.emit(edit)
        self._report = analyse(self.network)
        self._problems = None
        self.changed.emit()

    def adopt_plan(self, plan: TrainingPlan) -> None:
        """Make `plan` the design's; for the undo stack only."""
        self._design = replace(self._design, plan=plan)
        self._problems = None
        self.plan_changed.emit()


class _Mergeable(QUndoCommand):
    """A command that swallows the next one if both have the same key and come close together.

    Commands know the design weakly: in a cycle of design, stack and commands Python's collector
    would free the commands before the stack that is about to free them.
    """

    def __init__(self, label: str, key: str) -> None:
        super().__init__(label)
        self._key = key
        self._at = time.monotonic()

    @override
    def id(self) -> int:
        return hash(self._key) & 0x3FFFFFFF if self._key else -1

    def _swallows(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Mergeable) or other._key != self._key:  # noqa: SLF001 - own kind
            return False
        close = other._at - self._at < MERGE_SECONDS  # noqa: SLF001 - own kind
        self._at = other._at if close else self._at  # noqa: SLF001 - own kind
        return close


class _StepCommand(_Mergeable):
    def __init__(self, design: OpenDesign, step: Step, key: str) -> None:
        super().__init__(step.text(), key)
        self._open = weakref.proxy(design)
        self._step = step

    @override
    def redo(self) -> None:
        self._open.perform(self._step)

    @override
    def undo(self) -> None:
        self._open.perform(self._step.inverse())

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _StepCommand) or not self._swallows(other):
            return False
        edits = _joined(self._step.edits, other._step.edits)  # noqa: SLF001 - own kind
        self._step = Step(self._step.label, edits)
        return True


class _PlanCommand(_Mergeable):
    def __init__(
        self, design: OpenDesign, before: TrainingPlan, after: TrainingPlan, label: str, key: str
    ) -> None:
        super().__init__(label, key)
        self._open = weakref.proxy(design)
        self._before, self._after = before, after

    @override
    def redo(self) -> None:
        self._open.adopt_plan(self._after)

    @override
    def undo(self) -> None:
        self._open.adopt_plan(self._before)

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _PlanCommand) or not self._swallows(other):
            return False
        self._after = other._after  # noqa: SLF001 - own kind
        return True


def _joined(first: tuple[Edit, ...], then: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Join edits; replacements of the same blocks, one set after the other, become one set."""
    before = [edit for edit in first if isinstance(edit, Replace)]
    after = [edit for edit in then if isinstance(edit, Replace)]
    if len(before) < len(first) or len(after) < len(then):
        return (*first, *then)
    if [edit.path for edit in before] != [edit.path for edit in after]:
        return (*first, *then)
    return tuple(Replace(a.path, a.before, b.after) for a, b in zip(before, after, strict=True))
