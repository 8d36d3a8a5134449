"""Where things stand in the list: widths and heights that cards, lanes, rails and marks share."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect

from cnnstudio.ui.theme import XS, M, S

INDENT = 12
"""How far each level of the tree is set in; a block in a lane is two levels deeper."""
BAR = 4
ICON = 18
CHEVRON = 16
LINE = 19
GAP = 3
CARD_HEIGHT = 2 * LINE + 2 * S
TEXT_LEFT = BAR + M + ICON + M
FOLD_WIDTH = CHEVRON + XS
"""What a chevron moves icon and name of a container to the right."""
LANE_HEIGHT = 24
EMPTY_LANE_HEIGHT = 38
PLAIN_LANE_HEIGHT = 6
"""Of the one lane of a Repeat or Group, which needs no heading."""
MERGE_HEIGHT = 34
FOOT_HEIGHT = 24


def card_rect(row: QRect) -> QRect:
    """Return where the card is in the row of a block."""
    return row.adjusted(S, GAP, -S, -GAP)


def chevron_rect(row: QRect) -> QRect:
    """Return where the chevron is in the row of a container."""
    card = card_rect(row)
    return QRect(card.left() + BAR + S, card.top() + S + 2, CHEVRON, CHEVRON)


def is_on_chevron(row: QRect, point: QPoint) -> bool:
    """Return whether a click means the chevron; it may miss a little."""
    return chevron_rect(row).adjusted(-S, -S, XS, S).contains(point)


def trunk_x(level: int) -> int:
    """Return where the trunk of a container is whose row has a level in the tree."""
    return level * INDENT + S + 5


def lane_x(level: int) -> int:
    """Return where the rail is of the lanes of a container whose row has a level in the tree."""
    return trunk_x(level) + INDENT
