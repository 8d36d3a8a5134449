"""What this machine has, as far as the standard library tells."""

from __future__ import annotations

import os


def memory_size() -> int | None:
    """Return the bytes of memory this machine has, None where the system does not say."""
    if not {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(getattr(os, "sysconf_names", {})):
        return None
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return size if size > 0 else None
