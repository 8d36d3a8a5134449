"""How a job fails; imports nothing that could be missing."""

from __future__ import annotations


class JobError(Exception):
    """A job that failed; the text is for people."""


class UsageError(Exception):
    """An option that cannot be; the text is for people."""
