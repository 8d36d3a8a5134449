"""Blocks as text: what copy puts on the clipboard and paste reads, through windows and mails.

It is the text of blocks as own blocks are kept in; a whole design's can be pasted as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core.analysis import MOST_LAYERS
from cnnstudio.core.document import DesignError, fragment_text, read_fragment
from cnnstudio.core.i18n import _
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock

LARGEST_TEXT = 2 * 2**20
"""Characters that are read; a network of 10,000 blocks has half of it."""
_SHOWN = 40
"""Characters of what was received that a message repeats."""


_CODE_SIGNS = ("keras", "layers.", "Sequential", "import ", ".add(", "Conv", "Dense(")
"""What is in code that makes a model, and not in the text that copying blocks makes."""


class PasteError(Exception):
    """A text that holds no blocks; its own text is for people and says what to do."""


def blocks_text(blocks: Sequence[PlacedBlock]) -> str:
    """Return blocks as text that `read_blocks` reads."""
    return fragment_text(blocks)


def is_code(text: str) -> bool:
    """Return whether a text is code rather than blocks, which are JSON."""
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    return not is_json and any(sign in text for sign in _CODE_SIGNS)


def read_blocks(text: str, network: Network) -> tuple[PlacedBlock, ...]:
    """Return the blocks of a text, with uids of their own and names that are free in `network`.

    Raises:
        PasteError: if it is not the text of blocks or of a design, or is too large.
    """
    if len(text) > LARGEST_TEXT or text.count('"kind"') > MOST_LAYERS:
        raise PasteError(
            _(
                "The clipboard holds too much to paste: {size:,} characters, at most {limit:,} "
                "and {blocks:,} blocks are read. Open the design as a file instead."
            ).format(size=len(text), limit=LARGEST_TEXT, blocks=MOST_LAYERS)
        )
    try:
        found = read_fragment(text.strip().removeprefix("\ufeff"))
    except DesignError as error:
        raise PasteError(_refusal(text, str(error))) from error
    if not found:
        raise PasteError(_refusal(text, _("this design has no blocks")))
    names = Names(network.names())
    return tuple(node.renewed(names) for node in found)


def _refusal(text: str, why: str) -> str:
    received = " ".join(text[: 4 * _SHOWN].split())
    if not received:
        return _(
            "The clipboard holds no text to paste. Copy blocks in the list first, in this window "
            "or in another."
        )
    shown = received if len(received) <= _SHOWN else f"{received[:_SHOWN]}…"
    return _(
        "The clipboard holds no blocks: {why}. Pasting expects the text that copying blocks "
        "makes, or that of a design file; received “{received}”. Copy the blocks again."
    ).format(why=why, received=shown)
