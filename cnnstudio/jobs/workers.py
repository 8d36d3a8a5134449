"""A run on several machines: the workers come together, and those beside the first help it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console

from cnnstudio import __version__
from cnnstudio.core import document
from cnnstudio.core.cluster import Cluster, ClusterError, cluster_of
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.engine.rendezvous import LONGEST_WAIT, ClusterFailedError, Patience, meet
from cnnstudio.engine.stop_flag import StopFlag, StoppedError
from cnnstudio.jobs.errors import JobError, UsageError

if TYPE_CHECKING:
    from cnnstudio.engine.distribution import Distribution


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run learns.

    Attributes:
        cluster: the workers, None for this process alone.
        devices: graphics cards that are used at most, None for all.
        wait: seconds that workers wait for one another.
    """

    cluster: Cluster | None = None
    devices: int | None = None
    wait: float = LONGEST_WAIT

    @property
    def is_helper(self) -> bool:
        """Whether another worker says what is done, and writes the files."""
        return self.cluster is not None and not self.cluster.is_chief

    def meet(self, design: Design | None, console: Console, stop: StopFlag) -> Design | None:
        """Wait until all workers are there; return the design that the chief has, with its plan.

        Before TensorFlow is read, for this may take a while.

        Raises:
            JobError: if they do not come together, or `stop` is set meanwhile.
        """
        if self.cluster is None:
            return design
        others = len(self.cluster.others)
        text = ngettext(
            "waiting for {count} other worker", "waiting for {count} other workers", others
        )
        console.print(sentence(text.format(count=others)), style="dim")
        task = document.to_text(design) if design is not None else ""
        try:
            return document.from_text(
                meet(self.cluster, __version__, task, Patience(self.wait, stop.check))
            )
        except StoppedError as error:
            raise JobError(_("stopped before all workers were there")) from error
        except (ClusterFailedError, DesignError) as error:
            raise JobError(str(error)) from error

    def distribution(self) -> Distribution:
        """Return how TensorFlow, which is read here, distributes the run.

        Raises:
            JobError: if there are not so many devices.
        """
        from cnnstudio.engine.distribution import DevicesError, distribution_of  # with TensorFlow

        try:
            return distribution_of(self.cluster, self.devices)
        except DevicesError as error:
            raise JobError(str(error)) from error


HERE = Place()


def place_of(
    workers: str | None, index: int | None, devices: int | None, wait: float | None
) -> Place:
    """Return where a run learns, by what the command line, or else `TF_CONFIG`, says.

    Raises:
        UsageError: if that cannot be.
    """
    try:
        cluster = cluster_of(workers, index)
    except ClusterError as error:
        raise UsageError(str(error)) from error
    if devices is not None and devices < 0:
        raise UsageError(_("--devices must be 0 or more, not {received}").format(received=devices))
    if wait is not None and wait <= 0:
        raise UsageError(_("--wait must be more than 0, not {received:g}").format(received=wait))
    return Place(cluster, devices, LONGEST_WAIT if wait is None else wait)


def help_job(place: Place, console: Console) -> Mapping[str, Any]:
    """Learn what the chief of the cluster says, and with it; nothing is written here.

    Raises:
        JobError: if the workers do not come together, the network cannot learn, or another worker
            is gone.
    """
    from cnnstudio.jobs.training import result_of, run_of, stop_on_interrupt  # they import this

    with stop_on_interrupt(console) as stop:
        design = place.meet(None, console, stop)
        assert design is not None
        _model, progress = run_of(design, place, console, stop)
    assert place.cluster is not None
    return {"worker": place.cluster.index, **result_of(None, progress)}
