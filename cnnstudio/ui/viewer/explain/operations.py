"""One operation after another on a number: how a normalization or a scaling is drawn and told."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.explaining import Normalized, Scaled
from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import short
from cnnstudio.ui.viewer.explain.cells import size_of
from cnnstudio.ui.viewer.explain.rows import Piece, Pieces, Step


def in_order(parts: Normalized | Scaled) -> Pieces:
    """Show one operation after another, each with what it leaves."""
    pieces = _norm_pieces(parts) if isinstance(parts, Normalized) else _scale_pieces(parts)
    sizes = size_of(np.array([piece.adds for piece in pieces]))

    def steps() -> list[Step]:
        return [
            Step(row, None, f"{piece.name}: {short(piece.adds)}")
            for row, piece in enumerate(pieces)
        ]

    return Pieces(len(pieces), pieces.__getitem__, steps, (sizes,), 0.0)


def _norm_pieces(parts: Normalized) -> list[Piece]:
    """Return the four steps of a normalization, each with what it leaves."""
    if parts.inverted:
        grown = parts.x * parts.deviation
        return [
            Piece(_("the number"), (), "", parts.x),
            Piece(_("× √variance"), (), f"× {short(parts.deviation)}", grown),
            Piece(_("+ mean"), (), f"+ {short(parts.mean)}", parts.result),
        ]
    centred = parts.x - parts.mean
    scaled = centred / parts.deviation if parts.deviation else float("nan")
    pieces = [
        Piece(_("the number"), (), "", parts.x),
        Piece(_("− mean"), (), f"− {_in_brackets(parts.mean)}", centred),
        Piece(_("÷ √(variance + ε)"), (), f"÷ {short(parts.deviation)}", scaled),
    ]
    if parts.gamma is not None:
        scaled *= parts.gamma
        pieces.append(Piece(_("× γ, the scale"), (), f"× {_in_brackets(parts.gamma)}", scaled))
    if parts.beta is not None:
        scaled += parts.beta
        pieces.append(Piece(_("+ β, the shift"), (), f"+ {_in_brackets(parts.beta)}", scaled))
    return pieces


def _scale_pieces(parts: Scaled) -> list[Piece]:
    """Return what is done to a number, without what changes nothing."""
    number = Piece(_("the number"), (), "", parts.x)
    if parts.dropping is not None:
        if not parts.x:
            return [number]
        if not parts.scale:
            return [number, Piece(_("dropped"), (), "× 0", parts.result)]
        kept = f"÷ {short(1 - parts.dropping)}"
        return [number, Piece(_("kept, ÷ (1 − rate)"), (), kept, parts.result)]
    pieces = [number]
    if parts.scale != 1 or not parts.offset:
        grown = parts.x * parts.scale
        pieces.append(Piece(_("× scale"), (), f"× {_in_brackets(parts.scale)}", grown))
    if parts.offset:
        pieces.append(Piece(_("+ offset"), (), f"+ {_in_brackets(parts.offset)}", parts.result))
    return pieces


def _in_brackets(value: float) -> str:
    return f"({short(value)})" if value < 0 else short(value)
