"""The scales of the look, in device-independent pixels."""

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""Spaces."""
SMALL, BODY, TITLE, DISPLAY = 11, 13, 15, 20
"""Heights of type."""
RADIUS = 6
"""The corners of cards, buttons and fields."""
