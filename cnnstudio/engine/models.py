"""The models the engine holds: the one that is trained, and the one that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.engine.builder import build, carry_weights
from cnnstudio.engine.distribution import ALONE, Distribution
from cnnstudio.engine.features import Explorer, check_explorable, explorer_of
from cnnstudio.engine.learning_pass import LearningPass, learning_pass_of
from cnnstudio.engine.part_insides import Insides, insides_of
from cnnstudio.engine.run import Trainee
from cnnstudio.engine.weights import Arrays, Weights, belonging_to, give_weights, weights_of

_SEED = 0
"""Of the weights of a network that no run has given any yet."""


@dataclass(slots=True)
class _Held:
    """A model the engine has.

    Attributes:
        shape: the network it was built from, without its names.
        trainee: the model.
        insides: it with what lies inside its parts, once that was asked for.
        explorer: its explorer, likewise.
        learning: its pass in training mode, likewise.
        caught_up: the steps of the trained model whose weights this one was given last.
    """

    shape: Network
    trainee: Trainee
    insides: Insides | None = None
    explorer: Explorer | None = None
    learning: LearningPass | None = None
    caught_up: int | None = None


class Models:
    """Gives every network a model with the weights that its blocks have by now.

    A block keeps its weights through edits of the network around it. Only blocks that no model
    has had yet start from new ones: by the plan's seed for a run, whatever was looked at before.
    Weights that came from a file count as if a run had given them, until one does.

    Args:
        distribution: on which devices runs learn.
    """

    def __init__(self, distribution: Distribution = ALONE) -> None:
        self._distribution = distribution
        self._trained: _Held | None = None
        self._shown: _Held | None = None
        self._given: tuple[Weights, ...] = ()

    def give(self, weights: Weights, network: Network | None = None) -> None:
        """Take weights from a file for the blocks that have none yet, by their uids.

        Args:
            weights: of blocks that may be opened, or never be.
            network: the open design; those of earlier files that it has no use for are let go.
        """
        used = () if network is None else self._given
        kept = tuple(given for given in used if network and belonging_to(network, given))
        self._given = (*kept, weights)
        self._shown = None

    def give_instead(self, weights: Weights) -> None:
        """Take weights from a file instead of all that the models have."""
        self._trained = None
        self.give(weights)

    def weights_of(self, network: Network) -> dict[str, Arrays]:
        """Return the weights that runs and files have given the blocks of a network."""
        found: dict[str, Arrays] = {}
        for weights in self._given:
            found.update(belonging_to(network, weights))
        if self._trained is not None:
            found.update(belonging_to(network, weights_of(self._trained.trainee.built.model)))
        return found

    def fresh(self, network: Network, seed: int) -> Trainee:
        """Return a model with new weights and hold it as the trained one."""
        self._trained = _Held(_nameless(network), self._built(network, seed))
        self._shown = None
        return self._trained.trainee

    def kept(self, network: Network, seed: int) -> Trainee:
        """Return a model with the weights that runs gave it and hold it as the trained one."""
        before, shape = self._trained, _nameless(network)
        if before is None:
            trainee = self.fresh(network, seed)
            self._fill(trainee)
            return trainee
        if before.shape == shape:
            return before.trainee
        trainee = self._built(network, seed)
        self._fill(trainee)
        if carry_weights(before.trainee.built.model, trainee.built.model):
            trainee.steps = before.trainee.steps
            trainee.is_loaded |= before.trainee.is_loaded
        self._trained, self._shown = _Held(shape, trainee), None
        return trainee

    def of(self, network: Network) -> Trainee:
        """Return a model with the weights there are.

        Raises:
            EngineError: if the network cannot be built.
        """
        return self._held(network).trainee

    def insides(self, network: Network) -> Insides:
        """Return the model that `of` returns, with what lies inside its parts."""
        return self._opened(self._held(network))

    def explorer(self, network: Network) -> Explorer:
        """Return the explorer of the model that `of` returns."""
        held = self._held(network)
        if held.explorer is None:
            held.explorer = explorer_of(self._opened(held).built)
        return held.explorer

    def learning_pass(self, network: Network) -> LearningPass:
        """Return the pass in training mode of the model that `of` returns."""
        held = self._held(network)
        if held.learning is None:
            held.learning = learning_pass_of(self._opened(held).built)
        return held.learning

    def _opened(self, held: _Held) -> Insides:
        if held.insides is None:
            held.insides = insides_of(held.trainee.built)
        return held.insides

    def _held(self, network: Network) -> _Held:
        shape = _nameless(network)
        if self._trained is not None and self._trained.shape == shape:
            return self._trained
        if self._shown is None or self._shown.shape != shape:
            check_explorable(network)
            held = _Held(shape, Trainee(build(network, seed=_SEED)))
            self._fill(held.trainee)
            shown = self._shown
            if shown is not None and carry_weights(
                shown.trainee.built.model, held.trainee.built.model
            ):
                held.trainee.is_loaded |= shown.trainee.is_loaded
            self._shown = held
        if self._trained is not None:
            _catch_up(self._shown, self._trained.trainee)
        return self._shown

    def _built(self, network: Network, seed: int) -> Trainee:
        with self._distribution.scope():
            return Trainee(build(network, seed=seed))

    def _fill(self, trainee: Trainee) -> None:
        """Give a new model the weights that came from files."""
        for weights in self._given:
            trainee.is_loaded |= give_weights(trainee.built.model, weights) > 0


def _catch_up(held: _Held, trained: Trainee) -> None:
    """Give a model the weights of the trained one, unless that has not changed since."""
    if held.caught_up != trained.steps:
        carried = carry_weights(trained.built.model, held.trainee.built.model)
        held.caught_up = trained.steps
        if carried:
            held.trainee.steps = trained.steps
            held.trainee.is_loaded |= trained.is_loaded


def _nameless(network: Network) -> Network:
    return Network(tuple(_without_name(node) for node in network.nodes))


def _without_name(node: PlacedBlock) -> PlacedBlock:
    lanes = tuple(tuple(_without_name(inner) for inner in lane) for lane in node.lanes)
    return replace(node, name="", lanes=lanes)
