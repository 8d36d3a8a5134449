from __future__ import annotations

import os

import psutil
import pytest

from cnnstudio.core import machine


def test_the_memory_is_what_the_system_says() -> None:
    assert machine.memory_size() == psutil.virtual_memory().total


def test_where_the_system_does_not_say_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sysconf_names", {})
    assert machine.memory_size() is None
