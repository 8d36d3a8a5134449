"""Files: their names, writing them whole or not at all, and what a file system's errors mean."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from cnnstudio.core.i18n import N_, _

_FULL = N_("the disk is full; make room or choose another place")
_FORBIDDEN = N_("you may not write or read there; choose another place")
_MEANINGS = {
    errno.ENOENT: N_("the file or its folder does not exist"),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: N_("the place is read-only; choose another one"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: N_("a file there may not be that large; choose another place"),
    errno.EISDIR: N_("it is a folder or a device; choose a file name"),
    errno.ENOTDIR: N_("a part of its path is not a folder; choose another place"),
    errno.ENAMETOOLONG: N_("the name is too long; choose a shorter one"),
}
_LONGEST_STEM = 100
"""Bytes of a stem: a file system takes 255, and a suffix or a number may follow."""
# Devices of Windows, whatever suffix follows the name.
_DEVICES = {"CON", "PRN", "AUX", "NUL"} | {
    f"{d}{n}" for d in ("COM", "LPT") for n in "0123456789¹²³"
}


@contextlib.contextmanager
def atomically(path: Path) -> Iterator[Path]:
    """Give a scratch path in the same folder that becomes `path` if the block ends well.

    A link is followed, and a file that is there already keeps its mode.

    Raises:
        OSError: as the file system does; `path` is then as it was and the scratch file is gone.
    """
    target = Path(os.path.realpath(path))
    _check_replaceable(target)
    scratch = target.with_name(f".{target.name[:50]}.{secrets.token_hex(4)}{target.suffix[:10]}")
    try:
        yield scratch
        with scratch.open("rb+") as file:
            os.fsync(file.fileno())
        if target.exists():
            scratch.chmod(target.stat().st_mode & 0o777)
        scratch.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise


def check_file(path: Path) -> None:
    """Refuse what is not a plain file: to read a folder fails late, to read a pipe may hang.

    Raises:
        OSError: if `path` is missing, a folder, a pipe or a device.
    """
    path.stat()
    if not path.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def safe_stem(name: str) -> str:
    """Return a person's name for something as the name of a file, without a suffix.

    Linux, macOS and Windows all take it: it has letters, digits, `-`, `_` and inner dots only, is
    no device of Windows, not empty, and at most 100 bytes long. Different names may become alike.
    """
    name = unicodedata.normalize("NFC", name)
    plain = "".join(c if c in "-_." or unicodedata.category(c)[0] in "LMN" else "_" for c in name)
    plain = plain.strip(".")
    if plain.partition(".")[0].upper() in _DEVICES:
        plain = f"_{plain}"
    cut = plain.encode()[:_LONGEST_STEM].decode(errors="ignore")
    return cut.rstrip(".") or "_"


def why(error: OSError) -> str:
    """Say what a file system's error means and what to do."""
    known = _MEANINGS.get(error.errno or 0)
    return _(known) if known else error.strerror or str(error)


def _check_replaceable(target: Path) -> None:
    """Refuse what a rename would replace although it cannot be written."""
    if not target.exists():
        return
    check_file(target)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
