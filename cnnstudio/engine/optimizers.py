"""The plan's optimizers."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from cnnstudio.core.plan import TrainingPlan


class FusedAdam(keras.optimizers.Adam):
    """Keras's Adam with the update of a weight in one pass over memory instead of ten.

    The formula is the same, that of Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, section 2.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight and its two moments."""
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


def optimizer_of(plan: TrainingPlan) -> Any:
    """Return the optimizer that a run of `plan` uses."""
    kind = FusedAdam if plan.optimizer == "Adam" else getattr(keras.optimizers, plan.optimizer)
    return kind(learning_rate=plan.learning_rate)


def portable_optimizer_of(plan: TrainingPlan) -> Any:
    """Return the same optimizer as any Keras knows it, for a model that is saved."""
    return getattr(keras.optimizers, plan.optimizer)(learning_rate=plan.learning_rate)
