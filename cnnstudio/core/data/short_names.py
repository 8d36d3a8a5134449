"""What a source of data is called where there is little room."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core.data.sources import (
    Arrays,
    DataSource,
    ImageFolder,
    ImageTable,
    Shapes,
    Texts,
    from_text,
    path_of,
)
from cnnstudio.core.datasets import title_of
from cnnstudio.core.i18n import _


def short_name(name: str) -> str:
    """Return what people call the data that a plan names: `photos (folder)`, `MNIST digits`.

    Raises:
        SourceError: if there is no such data.
    """
    source = from_text(name)
    path = path_of(source)
    if path is not None:
        return _("{name} ({kind})").format(name=path.name or str(path), kind=_kind(source, path))
    title = _(title_of(name))
    if isinstance(source, Shapes) and source != Shapes():
        return _("{title}, {count:,}").format(title=title, count=source.count)
    return title


def _kind(source: DataSource, path: Path) -> str:
    match source:
        case ImageTable():
            return _("table")
        case Arrays():
            return _("arrays")
        case Texts():
            return _("texts")
        case ImageFolder() | _:
            return _("folder")
