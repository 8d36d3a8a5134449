"""What a design comes to, as plain data and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.core.analysis import Report
from cnnstudio.core.document import Design
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.problems import Severity

if TYPE_CHECKING:
    from rich.table import Table


def summary_data(design: Design, report: Report) -> dict[str, object]:
    """Return a summary as plain data: blocks, totals and problems."""
    names = {node.uid: node.name for _path, node in design.network.walk()}
    blocks = []
    for path, node in design.network.walk():
        facts = report.facts[node.uid]
        blocks.append(
            {
                "name": node.name,
                "kind": node.block.kind,
                "output_shape": list(facts.output_shape) if facts.output_shape else None,
                "weights": facts.weights,
                "depth": len(path) // 2,
                "muted": node.muted,
            }
        )
    problems = [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "message": problem.message(),
            "block": names.get(problem.block or ""),
        }
        for problem in report.problems
    ]
    return {
        "name": design.name,
        "blocks": blocks,
        "problems": problems,
        "total_weights": report.total_weights,
        "trainable_weights": report.trainable_weights,
        "macs": report.macs,
        "parts_without_macs": report.uncounted,
    }


def summary_table(design: Design, report: Report) -> Table:
    """Return a summary as a table for a terminal."""
    from rich.table import Table  # not for JSON

    table = Table(title=design.name, title_justify="left", show_footer=True)
    table.add_column(_("Block"), _("Total"))
    table.add_column(_("Kind"))
    table.add_column(_("Parameters"))
    table.add_column(_("Output shape"), justify="right")
    table.add_column(_("Weights"), f"{report.total_weights:,}", justify="right")
    troubled = {p.block for p in report.problems if p.severity is Severity.ERROR}
    for path, node in design.network.walk():
        facts = report.facts[node.uid]
        table.add_row(
            "  " * (len(path) // 2) + node.name,
            node.block.kind,
            node.block.key_params(),
            times(facts.output_shape) if facts.output_shape else "—",
            f"{facts.weights:,}",
            style="red" if node.uid in troubled else None,
        )
    return table
