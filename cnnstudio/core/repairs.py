"""Repairs: undoable steps that take a problem away, each tried by analysis before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from cnnstudio.core import repairs_ends as ends
from cnnstudio.core import repairs_habits as habits
from cnnstudio.core import repairs_lanes as lanes
from cnnstudio.core import repairs_sizes as sizes
from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Opaque, Repeat
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.edits import Step
from cnnstudio.core.i18n import _
from cnnstudio.core.learning import USUAL_BATCH, design_problems
from cnnstudio.core.network import Network, Row
from cnnstudio.core.objective import AUTO
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.core.repairs_site import Repair, Site
from cnnstudio.core.report import Report

MOST = 3
"""Repairs that are offered of one problem."""

Proposals = Callable[[Site], Iterator[Repair]]

PROPOSALS: dict[str, Proposals] = {
    "no_blocks": ends.no_input,
    "no_input": ends.no_input,
    "input_not_first": ends.input_not_first,
    "vector_received": sizes.not_a_map,
    "wrong_rank": sizes.not_a_map,
    "sequence_expected": sizes.not_a_sequence,
    "volume_expected": sizes.not_a_volume,
    "kernel_too_large": sizes.kernel_too_large,
    "kernel_too_large_dilated": sizes.kernel_too_large,
    "window_too_large": sizes.kernel_too_large,
    "strides_and_dilation": sizes.strides_and_dilation,
    "groups_channels": sizes.groups,
    "groups_filters": sizes.groups,
    "output_padding_too_large": sizes.output_padding,
    "output_padding_too_small": sizes.output_padding,
    "axis_missing": sizes.axis,
    "axes_twice": sizes.axis,
    "means_and_variances": sizes.means,
    "means_channels": sizes.means,
    "reshape_rests": sizes.reshape,
    "reshape_count": sizes.reshape,
    "permute_axes": sizes.permute,
    "cropped_away": sizes.cropped_away,
    "crop_and_pad": sizes.one_flag_off,
    "opaque_foreign": lambda _site: iter(()),
    "opaque_unbuilt": lambda _site: iter(()),
    "opaque_input": lambda _site: iter(()),
    "too_large": sizes.too_large,
    "too_many_weights": sizes.too_large,
    "too_deep": lambda _site: iter(()),
    "too_many_layers": sizes.too_many_layers,
    "empty_output": sizes.empty_output,
    "lanes_differ": lanes.lanes_differ,
    "lanes_differ_in_rank": lanes.lanes_differ,
    "lanes_differ_on_axis": lanes.lanes_differ,
    "no_lanes": lanes.no_lanes,
    "lanes_too_few": lanes.lanes_too_few,
    "lanes_not_two": lanes.lanes_not_two,
    "output_rank": ends.output_rank,
    "output_classes": ends.output_classes,
    "output_activation": ends.output_activation,
    "input_not_image": ends.input_not_image,
    "no_weights": ends.no_weights,
    "softmax_of_one": ends.softmax_of_one,
    "maps_too_large": ends.maps_too_large,
    "weights_too_large": ends.weights_too_large,
    "softmax_axis": sizes.axis,
    "softmax_twice": habits.two_activations,
    "activation_twice": habits.two_activations,
    "two_activations": habits.two_activations,
    "flatten_missing": habits.dense_on_map,
    "dense_on_map": habits.dense_on_map,
    "places_dropped": habits.places_dropped,
    "steps_dropped": habits.places_dropped,
    "useless_bias": habits.useless_bias,
    "dropout_before_normalization": habits.dropout_before_normalization,
    "pixels_are_smaller": habits.pixels_are_smaller,
    "dropout_nothing": habits.dropout_rate,
    "dropout_everything": habits.dropout_rate,
}
"""What is tried against each problem, best first; a block of an error can be left out besides."""

_OF_THE_WHOLE = frozenset({
    "maps_too_large", "weights_too_large", "output_rank", "output_classes", "output_activation",
    "input_not_image", "no_weights",
})  # fmt: skip
"""Problems of the whole network, told at the block that has the largest share in them."""
_OF_LANES = frozenset({
    "lanes_differ", "lanes_differ_in_rank", "lanes_differ_on_axis", "no_lanes", "lanes_too_few",
    "lanes_not_two",
})  # fmt: skip
"""Problems of one merge: what leaves another of them in its place repairs nothing."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a network is for, as far as it is known.

    Attributes:
        dataset: what it is to learn.
        batch_size: images a step of training.
        memory: bytes of memory of the machine, None to leave it out of account.
        pixels: the range that pixels are brought to, None if that is not known.
        loss: that of the training plan.
    """

    dataset: Dataset | None = None
    batch_size: int = USUAL_BATCH
    memory: int | None = None
    pixels: str | None = None
    loss: str = AUTO

    def problems(self, network: Network, report: Report) -> tuple[Problem, ...]:
        """Return all that is wrong with a network."""
        return design_problems(
            network, report, self.dataset, batch_size=self.batch_size, memory=self.memory,
            pixels=self.pixels, loss=self.loss,
        )  # fmt: skip


def repairs_of(
    network: Network,
    problem: Problem,
    dataset: Dataset | None = None,
    *,
    batch_size: int = USUAL_BATCH,
    memory: int | None = None,
    pixels: str | None = None,
    loss: str = AUTO,
) -> tuple[Repair, ...]:
    """Return what takes a problem of a network away: up to `MOST` repairs, best first.

    Each has been tried: after it the problem is gone and there is no error at a block that had
    none. Blocks behind an error are not known to work or not; repairs after which they do come
    first.

    Args:
        network: the network.
        problem: one of its problems, as `design_problems` tells them; for another there is none.
        dataset: what the network is to learn, if that is known.
        batch_size: images a step of training.
        memory: bytes of memory of the machine, None to leave it out of account.
        pixels: the range that pixels are brought to, a key of `PIXEL_RANGES`; None if not known.
        loss: that of the training plan.
    """
    trial = _Trial(network, problem, Aim(dataset, batch_size, memory, pixels, loss))
    return tuple(sorted(trial.repairs(), key=trial.harm))


def repaired(
    network: Network,
    dataset: Dataset | None = None,
    *,
    batch_size: int = USUAL_BATCH,
    memory: int | None = None,
    pixels: str | None = None,
    loss: str = AUTO,
    least: Severity = Severity.WARNING,
) -> tuple[Network, tuple[Step, ...]]:
    """Apply first repairs, errors first, until none is left.

    A problem that comes back is given up, or, if it is an error, its block is left out; so is every
    block with an error after very many steps. So this ends, and with no error left, but for those
    whose cure would leave out layers that came with a model: nobody can put those in again, so a
    person decides of each.

    Args:
        network: the network.
        dataset: what it is to learn, if that is known.
        batch_size: images a step of training.
        memory: bytes of memory of the machine, None to leave it out of account.
        pixels: the range that pixels are brought to, a key of `PIXEL_RANGES`; None if not known.
        loss: that of the training plan.
        least: problems that matter less are left alone.

    Returns:
        The network, and the steps that have led to it, in their order.
    """
    aim = Aim(dataset, batch_size, memory, pixels, loss)
    wanted = list(Severity)[: list(Severity).index(least) + 1]
    steps: list[Step] = []
    most = 64 + 4 * sum(1 for _node in network.walk())
    tried: set[tuple[str, str | None]] = set()
    given_up: set[tuple[str, str | None]] = set()
    while True:
        found = aim.problems(network, analyse(network))
        left = [p for p in found if p.severity in wanted and _key(p) not in given_up]
        if not left:
            return network, tuple(steps)
        problem = min(left, key=lambda p: wanted.index(p.severity))
        trial = _Trial(network, problem, aim)
        again = problem.block is not None and _key(problem) in tried
        repair = None if again or len(steps) > most else trial.first()
        repair = repair or trial.left_out()
        tried.add(_key(problem))
        after = None if repair is None else repair.step.apply(network)
        if repair is None or after is None or _parts(network.nodes) - _parts(after.nodes):
            given_up.add(_key(problem))
            continue
        network = after
        steps.append(repair.step)


class _Trial:
    """Tries repairs of one problem."""

    def __init__(self, network: Network, problem: Problem, aim: Aim) -> None:
        self._network = network
        self._problem = problem
        self._aim = aim
        self._report = analyse(network)
        self._before = aim.problems(network, self._report)
        self._had = {_key(p) for p in self._report.errors}
        self._found: dict[Step, tuple[bool, int]] = {}
        path = network.find(problem.block) if problem.block else ()
        self._site = None if path is None else Site(
            network, self._report, problem, path, aim.dataset, self.cures
        )  # fmt: skip

    def repairs(self) -> tuple[Repair, ...]:
        """Return the first that cure, in the order in which they were proposed."""
        return tuple(islice(self._curing(), MOST))

    def first(self) -> Repair | None:
        """Return the one that `repairs_of` names first."""
        seen: list[Repair] = []
        for repair in islice(self._curing(), MOST):
            if not self.harm(repair):
                return repair
            seen.append(repair)
        return min(seen, key=self.harm, default=None)

    def left_out(self) -> Repair | None:
        """Return the repair that leaves out the block of an error, whatever comes of it."""
        site = self._site
        if site is None or not site.path or self._problem.severity is not Severity.ERROR:
            return None
        return next(_leaving_out(site), None)

    def cures(self, repair: Repair) -> bool:
        """Return whether the problem is gone after a repair, and no error has come."""
        return self._outcome(repair.step)[0]

    def harm(self, repair: Repair) -> int:
        """Return how many errors appear behind the problem, and how many warnings come."""
        return self._outcome(repair.step)[1]

    def _curing(self) -> Iterator[Repair]:
        site = self._site
        if site is None:
            return
        seen: set[str] = set()
        for repair in _proposed(site):
            if repair.text not in seen and repair.step.edits and self.cures(repair):
                seen.add(repair.text)
                yield repair

    def _outcome(self, step: Step) -> tuple[bool, int]:
        if step not in self._found:
            self._found[step] = self._tried(step)
        return self._found[step]

    def _tried(self, step: Step) -> tuple[bool, int]:
        network = step.apply(self._network)
        report = analyse(network)
        after = self._aim.problems(network, report)
        if any(self._is_same(problem) for problem in after):
            return False, 0
        come = [p for p in report.errors if _key(p) not in self._had]
        if any(self._worked(p.block) for p in come):
            return False, 0
        if self._problem.severity is Severity.ERROR:
            # What shows up behind an error need not be the repair's doing.
            return True, len(come)
        warned = {_sort(p) for p in self._before if p.severity is Severity.WARNING}
        warnings = {_sort(p) for p in after if p.severity is Severity.WARNING}
        return True, len(warnings - warned)

    def _is_same(self, other: Problem) -> bool:
        """Return whether another problem is this one still."""
        code = self._problem.code
        if code in _OF_THE_WHOLE or self._problem.block == other.block:
            return other.code == code or {code, other.code} <= _OF_LANES
        return False

    def _worked(self, uid: str | None) -> bool:
        """Return whether a block, in all its copies, had an output before; new ones count as well.

        A block of a Repeat may have worked in the first copy, and nothing be known of the others.
        """
        path = self._network.find(uid) if uid is not None else None
        if path is None:
            return True
        around = [self._network.at(path[:length]) for length in range(1, len(path) + 1, 2)]
        decisive = [n for n in around if n.uid == uid or isinstance(n.block, Repeat)]
        return all(self._report.facts[n.uid].output_shape is not None for n in decisive)


def _proposed(site: Site) -> Iterator[Repair]:
    propose = PROPOSALS.get(site.problem.code)
    if propose is not None:
        yield from propose(site)
    if site.problem.severity is Severity.ERROR and site.path:
        yield from _leaving_out(site)


def _leaving_out(site: Site) -> Iterator[Repair]:
    yield from site.remove()
    yield site.draft.muted(site.path).repair(_("Mute it"))


def _parts(row: Row) -> set[str]:
    """Return the parts that came with a model, those that are left out not among them."""
    found: set[str] = set()
    for node in row:
        if not node.muted:
            found |= {node.uid} if isinstance(node.block, Opaque) else set()
            found.update(*map(_parts, node.lanes))
    return found


def _sort(problem: Problem) -> tuple[str, str | None]:
    """Return what tells warnings apart: those of the whole may be told at another block later."""
    return problem.code, None if problem.code in _OF_THE_WHOLE else problem.block


def _key(problem: Problem) -> tuple[str, str | None]:
    return problem.code, problem.block


__all__ = ["MOST", "PROPOSALS", "Aim", "Repair", "repaired", "repairs_of"]
