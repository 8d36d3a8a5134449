"""Makes a design from code or a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cnnstudio.core import document
from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Opaque
from cnnstudio.core.document import DesignError
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.folders import saving_to
from cnnstudio.jobs.opening import opened_source


def import_job(source: Path, out: Path) -> dict[str, Any]:
    """Write the design of a source, and its weights beside it if the source has any.

    A design that cannot be built yet is written too; its problems are in the result.

    Raises:
        JobError: if the source cannot be read, or a file cannot be written.
    """
    opened = opened_source(source)
    network = opened.design.network
    report = analyse(network)
    try:
        document.save(opened.design, out)
    except DesignError as error:
        raise JobError(str(error)) from error
    result: dict[str, Any] = {"design": str(out)}
    if opened.weights:
        result["weights"] = str(_saved_weights(opened.weights, out))
    opaque = [node for _path, node in network.walk() if isinstance(node.block, Opaque)]
    return result | {
        "blocks": len(network.paths),
        "opaque": len(opaque),
        "total_weights": report.total_weights,
        "remarks": list(opened.remarks),
        "problems": [network.said(problem) for problem in report.errors],
    }


def _saved_weights(weights: Any, out: Path) -> Path:
    from cnnstudio.engine.weights import save_weights  # only where there are weights

    path = weights_beside(out)
    with saving_to(path):
        save_weights(path, weights)
    return path
