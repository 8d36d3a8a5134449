"""A run's state and outlook in words."""

from __future__ import annotations

from cnnstudio.core.analysis import output_activation, training_problems
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.datasets import kept_back
from cnnstudio.core.fields import fields_of
from cnnstudio.core.i18n import N_, _, ngettext
from cnnstudio.core.kept_weights import fresh_blocks
from cnnstudio.core.network import Network
from cnnstudio.core.objective import FOCAL, SIGMOID, Objective, Task, objections, objective_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.numbers import duration_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.run_record import RunRecord, RunState

_MOST_NAMES = 3
TITLES = {
    RunState.IDLE: N_("Not trained yet"),
    RunState.WAITING: N_("Starting"),
    RunState.TRAINING: N_("Training"),
    RunState.VALIDATING: N_("Validating"),
    RunState.PAUSED: N_("Paused"),
    RunState.STOPPING: N_("Stopping"),
    RunState.FINISHED: N_("Finished"),
    RunState.STOPPED: N_("Stopped"),
    RunState.FAILED: N_("Failed"),
}
"""What a run is doing, or how it ended, in a word or two marked for translation."""


def title(record: RunRecord) -> str:
    """Say what a run is doing, or where the weights come from if there is none."""
    if record.state is RunState.IDLE and record.has_weights:
        return _("Weights from a file")
    return _(TITLES[record.state])


def position(record: RunRecord, engine: EngineState) -> str:
    """Say where a run is: `Epoch 3 of 8 · batch 57 of 125`."""
    if record.state is RunState.WAITING:
        return _waiting(engine)
    run, steps = record.started, len(record.numbers.steps)
    if run is None:
        return _idle(record) if record.state is RunState.IDLE else ""
    epoch, batch = record.numbers.stretches.locate(steps)
    if record.state is RunState.FINISHED:
        text = ngettext("{epochs:,} epoch in {time}", "{epochs:,} epochs in {time}", run.epochs)
        return text.format(epochs=run.epochs, time=duration_text(record.seconds)) + _ending(record)
    return _("Epoch {epoch:,} of {epochs:,} · batch {batch:,} of {batches:,}").format(
        epoch=max(epoch, 1),
        epochs=record.numbers.stretches.epochs,
        batch=batch,
        batches=run.batches,
    )


def _idle(record: RunRecord) -> str:
    if record.has_weights:
        return _(
            "The weights are from a file: Continue training goes on from them, Train begins anew."
        )
    return _("Press Train to see the network learn.")


def _ending(record: RunRecord) -> str:
    """Say whether the run ended early and which weights it has left, as more of a line."""
    ended = record.ended
    if ended is None:
        return ""
    said = []
    if ended.early:
        said.append(_("nothing got better any more"))
    if ended.best is not None:
        said.append(_("with the weights of epoch {epoch:,}").format(epoch=ended.best + 1))
    return "".join(f" · {part}" for part in said)


def _waiting(engine: EngineState) -> str:
    if engine is EngineState.STARTING:
        return _("The engine is still starting; training begins by itself when it is ready.")
    return _("The engine is preparing the network.")


def refusal(design: OpenDesign, engine: EngineState) -> str:
    """Say why the open design cannot be trained now; empty if it can."""
    if design.report.errors:
        problem = design.network.said(design.report.errors[0])
        return _("The network cannot be built: {problem}").format(problem=problem)
    problems = learning_problems(design)
    if problems:
        return _("The network cannot learn this data: {problem}").format(problem=problems[0])
    if engine is EngineState.BROKEN:
        return _("The engine does not start: restart it, or run “cnnstudio doctor” to see why")
    return ""


def learning_problems(design: OpenDesign) -> list[str]:
    """Say why a network that can be built cannot learn the plan's data."""
    plan, report = design.plan, design.report
    dataset = design.dataset
    if dataset is None:
        return []
    unfit = objections(plan, dataset.labels, report.output_shape)
    found = training_problems(design.network, report, dataset, loss=plan.loss)
    return [*unfit, *(design.network.said(problem) for problem in found)]


def batches_an_epoch(plan: TrainingPlan, class_sizes: tuple[int, ...]) -> int:
    """Return how many batches an epoch has with so many images a class."""
    kept = sum(kept_back(size, plan.validation_split) for size in class_sizes)
    return max(-(-(sum(class_sizes) - kept) // plan.batch_size), 1)


def outlook(plan: TrainingPlan, class_sizes: tuple[int, ...]) -> str:
    """Say what a run by `plan` will do on data with so many images a class."""
    kept = sum(kept_back(size, plan.validation_split) for size in class_sizes)
    learned = sum(class_sizes) - kept
    batches = batches_an_epoch(plan, class_sizes)
    if not kept:
        text = ngettext(
            "{learned:,} images to learn from, {batches:,} batch an epoch. Every class has a "
            "single image, so none is kept back to check.",
            "{learned:,} images to learn from, {batches:,} batches an epoch. Every class has a "
            "single image, so none is kept back to check.",
            batches,
        )
        return text.format(learned=learned, batches=batches)
    text = ngettext(
        "{learned:,} images to learn from, {kept:,} to check; {batches:,} batch an epoch.",
        "{learned:,} images to learn from, {kept:,} to check; {batches:,} batches an epoch.",
        batches,
    )
    return text.format(learned=learned, kept=kept, batches=batches)


def fresh_start(design: OpenDesign, trained: Network) -> str:
    """Say which blocks would start anew if training went on; empty if all keep their weights."""
    names = [node.name for node in fresh_blocks(trained, design.network)]
    if not names:
        return ""
    if len(names) > _MOST_NAMES:
        return _(
            "Continue training: {count} blocks are new or changed and start from new weights; the "
            "others keep theirs."
        ).format(count=len(names))
    return ngettext(
        "Continue training: {blocks} is new or changed and starts from new weights; the others "
        "keep theirs.",
        "Continue training: {blocks} are new or changed and start from new weights; the others "
        "keep theirs.",
        len(names),
    ).format(blocks=", ".join(names))


def objective_of_design(design: OpenDesign) -> Objective:
    """Return what the open design's network learns by its plan."""
    shape = design.report.output_shape or ()
    outputs = shape[0] if len(shape) == 1 else 0
    return objective_of(design.plan, output_activation(design.network), outputs)


def loss_choice(design: OpenDesign) -> str:
    """Say which loss follows from the plan and the network's output."""
    activation = output_activation(design.network)
    objective = objective_of_design(design)
    if objective.task is Task.NUMBER:
        return _("Loss: {loss}, as the network is to guess a number.").format(
            loss=fields_of(TrainingPlan)["loss"].show(objective.loss)
        )
    if objective.loss == FOCAL and activation in (SOFTMAX, SIGMOID, LINEAR):
        return _("Loss: focal cross-entropy, in which what is known already counts little.")
    if objective.task is Task.BINARY and activation in (SIGMOID, LINEAR):
        return _("Loss: cross-entropy of two classes, as the network ends in a single output.")
    if activation == SOFTMAX:
        return _("Loss: cross-entropy, as the network ends in softmax probabilities.")
    if activation == LINEAR:
        return _("Loss: cross-entropy from logits, as the network ends in linear outputs.")
    return _("Loss: none fits an output that ends in {activation}.").format(activation=activation)
