"""The names of places in maps."""

from __future__ import annotations

from cnnstudio.core.i18n import _


def place_text(place: tuple[int, ...], channel: int) -> str:
    """Name a place in maps: `row 3, column 4, channel 7`."""
    match place:
        case (row, column):
            return _("row {row}, column {column}, channel {channel}").format(
                row=row, column=column, channel=channel
            )
        case (position,):
            return _("position {position}, channel {channel}").format(
                position=position, channel=channel
            )
        case (depth, row, column):
            return _("slice {depth}, row {row}, column {column}, channel {channel}").format(
                depth=depth, row=row, column=column, channel=channel
            )
        case _:
            return _("unit {unit}").format(unit=channel)


def channel_text(number: int) -> str:
    """Name a channel."""
    return _("channel {number}").format(number=number)
