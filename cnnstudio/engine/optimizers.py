"""The plan's optimizers."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override

from cnnstudio.core.optimizers import arguments_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.precision import HALF


class FusedAdam(keras.optimizers.Adam):
    """Keras's Adam with the update of a weight in one pass over memory instead of ten.

    The formula is the same, that of Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, section 2.
    """

    @override
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight and its two moments."""
        if self.amsgrad:
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        first, second = self._momentums[index].value, self._velocities[index].value
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=first.handle,
            v=second.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )


class FusedAdamW(FusedAdam, keras.optimizers.AdamW):
    """Keras's AdamW: Adam whose weights shrink a little at every step."""


class FusedSGD(keras.optimizers.SGD):
    """Keras's SGD with the update of a weight in one pass over memory."""

    @override
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight and its momentum, where there is one."""
        rate = tf.cast(learning_rate, variable.dtype)
        gradient = tf.convert_to_tensor(gradient)
        if not self.momentum:
            tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=gradient)
            return
        momentum = self.momentums[self._get_variable_index(variable)].value
        tf.raw_ops.ResourceApplyKerasMomentum(
            var=variable.handle,
            accum=momentum.handle,
            lr=rate,
            grad=gradient,
            momentum=tf.cast(self.momentum, variable.dtype),
            use_nesterov=self.nesterov,
        )


class _Summed:
    """An optimizer in a strategy's scope, given gradients that all replicas have summed up."""

    def _all_reduce_sum_gradients(self, grads_and_vars: Any) -> Any:
        return grads_and_vars


_FUSED = {"Adam": FusedAdam, "AdamW": FusedAdamW, "SGD": FusedSGD}


def optimizer_of(plan: TrainingPlan, *, policy: str | None = None) -> Any:
    """Return the optimizer that a run of `plan` uses; its rate is that of the first step.

    In the scope of a strategy of TensorFlow it is one that takes gradients summed up already.

    Args:
        plan: names it.
        policy: by which the model's layers compute; with 16 bits small gradients would be lost, so
            all are made larger on their way.
    """
    kind = _FUSED.get(plan.optimizer) or getattr(keras.optimizers, plan.optimizer)
    if tf.distribute.has_strategy():
        kind = type(kind.__name__, (_Summed, kind), {})
    made = _made(kind, plan)
    return keras.optimizers.LossScaleOptimizer(made) if policy == HALF else made


def portable_optimizer_of(plan: TrainingPlan) -> Any:
    """Return the same optimizer as any Keras knows it, for a model that is saved."""
    return _made(getattr(keras.optimizers, plan.optimizer), plan)


def _made(kind: Any, plan: TrainingPlan) -> Any:
    return kind(learning_rate=plan.learning_rate, **arguments_of(plan))
