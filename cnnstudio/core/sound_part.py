"""What of a network with errors can be built all the same: all that comes before the first one."""

from __future__ import annotations

from cnnstudio.core.analysis import analyse
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.report import Report


def sound_part(network: Network, report: Report) -> Network | None:
    """Return the blocks before the first with an error; the network itself if it has none.

    Of a container that holds that block, the blocks before it in its lane are there without the
    container, for nothing leaves that.

    Args:
        network: the network.
        report: its analysis.

    Returns:
        A network that can be built, with the uids of this one; None if nothing can be.
    """
    if not report.errors:
        return network
    wrong = {problem.block for problem in report.errors}
    if None in wrong:
        return None
    row, _broken = _before(network.nodes, wrong)
    found = Network(row)
    return found if row and not analyse(found).errors else None


def _before(row: Row, wrong: set[str | None]) -> tuple[Row, bool]:
    """Return the blocks of a list before the first that is wrong, and whether there is one."""
    sound: list[PlacedBlock] = []
    for node in row:
        if node.muted or not _is_wrong(node, wrong):
            sound.append(node)
            continue
        for lane in node.lanes:
            inner, broken = _before(lane, wrong)
            if broken:
                return (*sound, *inner), True
        return tuple(sound), True
    return tuple(sound), False


def _is_wrong(node: PlacedBlock, wrong: set[str | None]) -> bool:
    return node.uid in wrong or any(
        _is_wrong(inner, wrong) for lane in node.lanes for inner in lane
    )
