"""Which places of the input the numbers of a map see, also inside a part that was told of."""

from __future__ import annotations

from cnnstudio.core.inner_fields import seen_of
from cnnstudio.core.inner_layers import part_of
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.network import Network
from cnnstudio.core.seen_pixels import SeenPixels
from cnnstudio.ui.viewer.inquiry import Inquiry


class SeenNumbers:
    """Keeps what is known of the last block, for it is asked as fast as a mouse moves.

    Args:
        inquiry: was told what lies inside parts.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._known: tuple[Network, str, InsideShown | None] | None = None
        self._seen: SeenPixels | None = None

    def of(self, uid: str, network: Network) -> SeenPixels | None:
        """Return what the numbers of a block of a network see, or of a layer inside a part of it.

        None where that is not known, see `inner_fields`.
        """
        inside, known = self._inquiry.inside_of(part_of(uid)), self._known
        if known is None or known[0] is not network or known[1] != uid or known[2] is not inside:
            self._known = network, uid, inside
            self._seen = seen_of(network, uid, inside.layers if inside else ())
        return self._seen
