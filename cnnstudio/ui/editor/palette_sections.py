"""What stands in the palette, section by section, and what a search leaves of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cnnstudio.core.blocks import CATALOGUE, FAMILY_LABELS, Block, Family
from cnnstudio.core.i18n import _
from cnnstudio.core.my_blocks import MyBlock
from cnnstudio.core.quick_add_words import COMMON, EXACT, SAID

FAVOURITES, MINE, USUAL = "favourites", "mine", "common"
"""Sections besides the families, whose keys are the families' names."""
_OPEN = (FAVOURITES, MINE, USUAL)
_TOLD = 8
"""Blocks of one's own that a tooltip lists."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the palette: a block kind, or blocks of one's own.

    Attributes:
        name: what is shown.
        family: for colour and icon.
        kind: the Keras name, empty for blocks of one's own.
        own: the blocks of one's own, None for a kind.
        starred: whether the kind is among the favourites.
    """

    name: str
    family: Family
    kind: str = ""
    own: MyBlock | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the rows below it."""

    key: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def folded(self) -> bool:
        """Whether it is folded unless a person has said otherwise: families are."""
        return self.key not in _OPEN


def sections(favourites: Sequence[str], own: Iterable[MyBlock]) -> tuple[Section, ...]:
    """Return what stands in the palette: favourites, own blocks, the common kinds, families."""
    found = [
        Section(FAVOURITES, _("Favourites"), tuple(_entries(favourites, favourites))),
        Section(
            MINE,
            _("My blocks"),
            tuple(Entry(block.name, Family.CONTAINER, own=block) for block in own),
        ),
        Section(USUAL, _("Common"), tuple(_entries(COMMON, favourites))),
    ]
    for family in Family:
        kinds = [name for name, kind in CATALOGUE.items() if kind.family is family]
        label = _(FAMILY_LABELS[family])
        found.append(Section(family.value, label, tuple(_entries(kinds, favourites))))
    return tuple(section for section in found if section.entries)


class Search:
    """What is looked for in the palette; each entry is found once, in its family."""

    def __init__(self, text: str) -> None:
        self._words = text.casefold().split()
        self._ranks = _ranks(text) if self._words else {}

    def __bool__(self) -> bool:
        return bool(self._words)

    def finds(self, section: Section, entry: Entry) -> bool:
        """Return whether an entry of a section is to be shown."""
        if section.key in (FAVOURITES, USUAL):
            return False
        if entry.kind in self._ranks:
            return True
        text = _searched(entry)
        return all(word in text for word in self._words)

    def rank(self, entry: Entry) -> tuple[int, int]:
        """Return how well an entry fits, the best the smallest."""
        if entry.kind not in self._ranks:
            return (EXACT if entry.name.casefold() in self._words else 9, 0)
        places = list(self._ranks)
        return (self._ranks[entry.kind], places.index(entry.kind))


def entry_tip(entry: Entry) -> str:
    """Return what hovering an entry says: what it is for, and how it is added."""
    if entry.own is not None:
        kinds = " → ".join(node.block.kind for node in entry.own.nodes[:_TOLD])
        more = " → …" if len(entry.own.nodes) > _TOLD else ""
        return "\n".join([entry.name, f"{kinds}{more}", _how_to_add()])
    lesson = _(CATALOGUE[entry.kind].lesson)
    star = _("A click on its star, or Ctrl+Shift+F, keeps it among the favourites.")
    return "\n".join([lesson, _how_to_add(), star])


def _entries(names: Iterable[str], favourites: Sequence[str]) -> Iterator[Entry]:
    for name in names:
        if name in CATALOGUE:
            yield Entry(name, CATALOGUE[name].family, name, starred=name in favourites)


def _searched(entry: Entry) -> str:
    if entry.own is not None:
        return entry.name.casefold()
    kind: type[Block] = CATALOGUE[entry.kind]
    label = FAMILY_LABELS[kind.family]
    texts = (entry.name, label, _(label), kind.lesson, _(kind.lesson), *SAID.get(entry.kind, ()))
    return " ".join(texts).casefold()


def _how_to_add() -> str:
    return _("Drag it into the network, or double-click to add it after the current block.")


def _ranks(text: str) -> dict[str, int]:
    """Return how well each kind fits what is typed, by its name."""
    from cnnstudio.core.quick_add import ranked_kinds  # the window opens before it is read

    return {kind.__name__: fit for kind, fit in ranked_kinds(text)}
