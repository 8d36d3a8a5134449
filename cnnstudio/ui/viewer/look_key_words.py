"""What the keys of the Look page do, in words."""

from __future__ import annotations

from cnnstudio.core.i18n import N_

LOOK_KEYS = (
    ("M", N_("Show the maps")),
    ("K", N_("Show the kernels")),
    ("O", N_("Lay the map over the image, or take it off")),
    ("P", N_("Pin the image, to compare another with it")),
    ("/", N_("Find a map by its number")),
    ("Ctrl+Shift+E", N_("Export what is seen")),
    ("Ctrl+C", N_("Copy the picture")),
    ("Space", N_("Pause the camera or video, or go on")),
    ("Esc", N_("Go back by one step")),
)
"""Each key as Qt spells it, and what it does."""
EVERYWHERE = ("M", "K", "O", "P", "Ctrl+Shift+E")
"""Keys of the page that also count where something beside it has the keyboard."""
