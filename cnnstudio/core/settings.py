"""What the studio remembers between starts, and where it keeps its files."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import LANGUAGES

log = logging.getLogger(__name__)

THEMES = ("system", "light", "dark")
_MOST_RECENT = 8
_MOST_FAVOURITES = 100
LEAST_RUN_DISK_GB, MOST_RUN_DISK_GB = 1, 100_000

_DIRS = platformdirs.PlatformDirs("cnnstudio", appauthor=False)


def data_folder() -> Path:
    """Return where rescued designs and the studio's own files are kept."""
    return Path(_DIRS.user_data_dir)


def cache_folder() -> Path:
    """Return where is kept what can be made anew."""
    return Path(_DIRS.user_cache_dir)


def log_folder() -> Path:
    """Return where the logs of studio and engine are kept."""
    return Path(_DIRS.user_log_dir)


def settings_file() -> Path:
    """Return where the settings are kept."""
    return Path(_DIRS.user_config_dir) / "settings.json"


@dataclass(slots=True)
class Settings:
    """What a person chose, or where they left things.

    Attributes:
        theme: one of `THEMES`.
        language: a key of `i18n.LANGUAGES`, None to follow the system.
        recent: paths of designs, newest first.
        geometry: places and sizes of windows and splitters, by name, as Qt encodes them in hex.
        favourites: block kinds that stand first in the palette, in the order they were chosen.
        folds: which headings are folded (True) or open, by name, where a person has said so.
        run_disk_gb: billions of bytes that the checkpoints of all runs together may take.
    """

    theme: str = "system"
    language: str | None = None
    recent: list[str] = field(default_factory=list)
    geometry: dict[str, str] = field(default_factory=dict)
    favourites: list[str] = field(default_factory=list)
    folds: dict[str, bool] = field(default_factory=dict)
    run_disk_gb: int = 10

    @property
    def run_disk_bytes(self) -> int:
        """Bytes that the checkpoints of all runs together may take."""
        return self.run_disk_gb * 10**9

    def opened(self, path: Path) -> None:
        """Put a design at the head of the recent ones."""
        text = str(path.resolve())
        self.recent = [text, *(p for p in self.recent if p != text)][:_MOST_RECENT]


def load() -> Settings:
    """Read the settings; what is missing or damaged has its default."""
    try:
        raw = json.loads(settings_file().read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        log.warning("settings not read, defaults used: %s", error)
        return Settings()
    return _checked(raw if isinstance(raw, dict) else {})


def save(settings: Settings) -> None:
    """Write the settings; a failure is logged, for nothing of a person's work is in them."""
    target = settings_file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomically(target) as scratch:
            scratch.write_text(json.dumps(asdict(settings), indent=1), "utf-8")
    except OSError as error:
        log.warning("settings not saved: %s", error)


def _checked(raw: dict[str, Any]) -> Settings:
    """Keep what is as it should be: the file may be of another version, or edited by hand."""
    settings = Settings()
    theme, language = raw.get("theme"), raw.get("language")
    recent, geometry = raw.get("recent"), raw.get("geometry")
    if isinstance(theme, str) and theme in THEMES:
        settings.theme = theme
    if isinstance(language, str) and language in LANGUAGES:
        settings.language = language
    if isinstance(recent, list):
        settings.recent = [path for path in recent if isinstance(path, str)][:_MOST_RECENT]
    if isinstance(geometry, dict):
        settings.geometry = {k: v for k, v in geometry.items() if isinstance(v, str)}
    _check_palette(settings, raw)
    _check_disk(settings, raw.get("run_disk_gb"))
    return settings


def _check_palette(settings: Settings, raw: dict[str, Any]) -> None:
    favourites, folds = raw.get("favourites"), raw.get("folds")
    if isinstance(favourites, list):
        kinds = [kind for kind in favourites if isinstance(kind, str)]
        settings.favourites = [*dict.fromkeys(kinds)][:_MOST_FAVOURITES]
    if isinstance(folds, dict):
        settings.folds = {k: v for k, v in folds.items() if isinstance(v, bool)}


def _check_disk(settings: Settings, limit: object) -> None:
    if type(limit) is int and LEAST_RUN_DISK_GB <= limit <= MOST_RUN_DISK_GB:
        settings.run_disk_gb = limit
