"""The saved design: versioned JSON that a person can read, a block a line.

```json
{
 "format": "cnnstudio-design",
 "version": 1,
 "name": "digits",
 "plan": {"epochs": 12},
 "blocks": [
  {"uid": "1f0c9a3e", "name": "input_1", "kind": "Input", "params": {"shape": [28, 28, 1]}},
  {"uid": "9be2041d", "name": "parallel_1", "kind": "Parallel", "lanes": [
   [
    {"uid": "77ac5b10", "name": "conv_1", "kind": "Conv2D", "params": {"padding": "same"}}
   ],
   []
  ]}
 ]
}
```

Parameters at their defaults are left out. A file written by hand may leave out `uid` and `name`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cnnstudio.core.blocks import Container, make_block
from cnnstudio.core.declared import changed_params, quoted
from cnnstudio.core.files import atomically, check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.names import Names
from cnnstudio.core.network import (
    DEEPEST,
    MOST_LANES,
    Network,
    PlacedBlock,
    new_uid,
    starter_network,
)
from cnnstudio.core.plan import TrainingPlan, make_plan

FORMAT = "cnnstudio-design"
FRAGMENT_FORMAT = "cnnstudio-blocks"
"""What the text of a few blocks without a plan calls itself: of the clipboard, of a block file."""
VERSION = 1
SUFFIX = ".cnn.json"
LARGEST_FILE = 16 * 2**20
"""Bytes a design file may have; one of 10,000 layers has a tenth of it."""
LONGEST_NAME = 255
"""Characters that are kept of a name in a file."""
_ENTRIES = ("format", "version", "name", "plan", "blocks")
_FRAGMENT_ENTRIES = ("format", "version", "name", "blocks")
_BLOCK_ENTRIES = ("uid", "name", "kind", "params", "muted", "lanes")


class DesignError(Exception):
    """A design that cannot be read or saved; the text is for people and says what to do."""


@dataclass(frozen=True, slots=True)
class Design:
    """What is saved: a name, a network and how to train it."""

    name: str = "untitled"
    network: Network = field(default_factory=Network)
    plan: TrainingPlan = field(default_factory=TrainingPlan)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some blocks of a network, and what they are called together."""

    name: str
    nodes: tuple[PlacedBlock, ...]


def starter_design() -> Design:
    """Return the design a new window opens with."""
    return Design(name="digits", network=starter_network())


def to_text(design: Design) -> str:
    """Return a design as the text of its file."""
    head = {"format": FORMAT, "version": VERSION, "name": design.name}
    lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    lines.append(f' "plan": {_json(changed_params(design.plan))}')
    lines.append(f' "blocks": {_row_text(design.network.nodes, 1)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_text(text: str) -> Design:
    """Read a design from the text of its file.

    Raises:
        DesignError: if it is not a design this studio understands.
    """
    try:
        return _design(_parsed(text))
    except RecursionError as error:
        raise DesignError(_("this is not a design: its brackets are nested too deep")) from error


def fragment_text(nodes: Iterable[PlacedBlock], name: str = "") -> str:
    """Return some blocks as text, in the form of a design's but without a plan."""
    head = {"format": FRAGMENT_FORMAT, "version": VERSION} | ({"name": name} if name else {})
    lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    lines.append(f' "blocks": {_row_text(tuple(nodes), 1)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_fragment(text: str) -> tuple[PlacedBlock, ...]:
    """Read blocks from text, those of a whole design too; none of them stands in a network yet.

    Give each a uid and a name of its own there: `PlacedBlock.renewed`.

    Raises:
        DesignError: if these are not blocks this studio understands.
    """
    return fragment_from_text(text).nodes


def fragment_from_text(text: str) -> Fragment:
    """Read blocks from text as `read_fragment` does, with their common name, "" if it has none.

    Raises:
        DesignError: if these are not blocks this studio understands.
    """
    try:
        raw = _parsed(text)
        if isinstance(raw, dict) and raw.get("format") == FRAGMENT_FORMAT:
            return _fragment(raw)
        design = _design(raw)
    except RecursionError as error:
        raise DesignError(_("this is not a design: its brackets are nested too deep")) from error
    return Fragment(design.name, design.network.nodes)


def load(path: Path) -> Design:
    """Read a design file.

    Raises:
        DesignError: if it cannot be read or is not a design this studio understands.
    """
    try:
        check_file(path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DesignError(
                _("{path} is too large for a design: {size:,} bytes, at most {limit:,}").format(
                    path=path, size=size, limit=LARGEST_FILE
                )
            )
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise DesignError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DesignError(_("{path} is not a design: it is not text").format(path=path)) from error
    try:
        return from_text(text)
    except DesignError as error:
        message = _("{file}: {problem}").format(file=path.name, problem=error)
        raise DesignError(message) from error


def is_keras_json(path: Path) -> bool:
    """Return whether a file is what Keras's `model.to_json()` writes; it may be anything."""
    try:
        check_file(path)
        with path.open(encoding="utf-8-sig") as file:
            raw = json.loads(file.read(LARGEST_FILE))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and {"class_name", "config"} <= set(raw)


def save(design: Design, path: Path) -> None:
    """Write a design file whole or not at all: what was there stays until the new one is complete.

    Raises:
        DesignError: if it cannot be written.
    """
    try:
        with atomically(path) as scratch:
            # Half a character, as broken file names have it, has no UTF-8: JSON's \uXXXX then.
            scratch.write_text(to_text(design), "utf-8", "backslashreplace", newline="\n")
    except OSError as error:
        raise DesignError(
            _("{path} was not saved: {why}").format(path=path, why=why(error))
        ) from error


def _parsed(text: str) -> Any:
    if not text.strip():
        raise DesignError(_("this is not a design: it is empty"))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DesignError(
            _(
                "this is not a design: it is not valid JSON from line {line}, column {column} on"
            ).format(line=error.lineno, column=error.colno)
        ) from error
    except ValueError as error:
        raise DesignError(_("this is not a design: a number in it is too long")) from error


def _design(raw: Any) -> Design:
    found = raw.get("format") if isinstance(raw, dict) else raw
    if not isinstance(raw, dict) or found != FORMAT:
        raise DesignError(
            _(
                'this is not a design of CNN Studio: such a file has the entry "format": '
                '"{format}", this one has {received}'
            ).format(format=FORMAT, received=quoted(found))
        )
    _check_version(raw.get("version"))
    _check_entries(raw, _ENTRIES)
    name = _typed(raw.get("name", "untitled"), str, "name")[:LONGEST_NAME]
    try:
        plan = make_plan(_typed(raw.get("plan", {}), dict, "plan"))
    except ValueError as error:
        raise DesignError(str(error)) from error
    nodes = _Reader().row(_typed(raw.get("blocks", []), list, "blocks"), 0)
    return Design(name, Network(nodes), plan)


def _fragment(raw: dict[str, Any]) -> Fragment:
    _check_version(raw.get("version"))
    _check_entries(raw, _FRAGMENT_ENTRIES)
    name = _typed(raw.get("name", ""), str, "name")[:LONGEST_NAME]
    return Fragment(name, _Reader().row(_typed(raw.get("blocks", []), list, "blocks"), 0))


class _Reader:
    """Turns JSON back into placed blocks; gives fresh uids and names where they are missing."""

    def __init__(self) -> None:
        self._uids: set[str] = set()
        self._names = Names()

    def row(self, raw: list[Any], depth: int) -> tuple[PlacedBlock, ...]:
        return tuple(self._node(_typed(item, dict, "block"), depth) for item in raw)

    def _node(self, raw: dict[str, Any], depth: int) -> PlacedBlock:
        _check_entries(raw, _BLOCK_ENTRIES)
        kind = _typed(raw.get("kind"), str, "kind")
        try:
            block = make_block(kind, _typed(raw.get("params", {}), dict, "params"))
        except ValueError as error:
            raise DesignError(str(error)) from error
        node = PlacedBlock(
            self._uid(raw.get("uid")),
            self._name(raw.get("name"), block.stem),
            block,
            muted=_typed(raw.get("muted", False), bool, "muted"),
        )
        lanes = _typed(raw.get("lanes", []), list, "lanes")
        return replace(node, lanes=self._lanes(node, lanes, depth))

    def _lanes(
        self, node: PlacedBlock, raw: list[Any], depth: int
    ) -> tuple[tuple[PlacedBlock, ...], ...]:
        block = node.block
        if not isinstance(block, Container):
            if raw:
                raise DesignError(_("{kind} cannot have lanes").format(kind=block.kind))
            return ()
        if depth >= DEEPEST:
            raise DesignError(
                _("containers are nested deeper than {limit} levels").format(limit=DEEPEST)
            )
        if block.most_lanes is not None and len(raw) != block.most_lanes:
            raise DesignError(
                _("{kind} must have one lane, not {count}").format(kind=block.kind, count=len(raw))
            )
        if len(raw) > MOST_LANES:
            raise DesignError(
                _("{kind} may have at most {limit} lanes, not {count:,}").format(
                    kind=block.kind, limit=MOST_LANES, count=len(raw)
                )
            )
        return tuple(self.row(_typed(lane, list, "lanes"), depth + 1) for lane in raw)

    def _uid(self, raw: Any) -> str:
        fits = isinstance(raw, str) and 0 < len(raw) <= 64 and raw.isascii() and raw.isalnum()
        uid = raw if fits and raw not in self._uids else new_uid()
        self._uids.add(uid)
        return uid

    def _name(self, raw: Any, stem: str) -> str:
        wanted = raw[:LONGEST_NAME] if isinstance(raw, str) else ""
        return self._names.take(wanted or f"{stem}_1")


def _check_version(version: Any) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DesignError(
            _("the design's version must be a whole number from 1, not {received}").format(
                received=quoted(version)
            )
        )
    if version > VERSION:
        raise DesignError(
            _(
                "this design has version {received}, but this CNN Studio reads versions up to "
                "{newest}: open it with a newer CNN Studio"
            ).format(received=quoted(version), newest=VERSION)
        )


def _check_entries(raw: dict[str, Any], known: Iterable[str]) -> None:
    unknown = set(raw).difference(known)
    if unknown:
        raise DesignError(
            _("the entry {entry} is unknown: expected one of {known}").format(
                entry=quoted(min(unknown)), known=", ".join(known)
            )
        )


def _typed(value: Any, kind: type, entry: str) -> Any:
    if not isinstance(value, kind):
        names = {
            dict: _("an object"),
            list: _("a list"),
            str: _("a text"),
            bool: _("true or false"),
        }
        raise DesignError(
            _("the entry {entry} must be {expected}, not {received}").format(
                entry=quoted(entry), expected=names[kind], received=quoted(value)
            )
        )
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _row_text(row: tuple[PlacedBlock, ...], indent: int) -> str:
    if not row:
        return "[]"
    pad = " " * (indent + 1)
    lines = ",\n".join(pad + _node_text(node, indent + 1) for node in row)
    return f"[\n{lines}\n{' ' * indent}]"


def _node_text(node: PlacedBlock, indent: int) -> str:
    entries: dict[str, Any] = {"uid": node.uid, "name": node.name, "kind": node.block.kind}
    params = changed_params(node.block)
    if params:
        entries["params"] = params
    if node.muted:
        entries["muted"] = True
    text = _json(entries)
    if not node.is_container:
        return text
    pad = " " * (indent + 1)
    lanes = ",\n".join(pad + _row_text(lane, indent + 1) for lane in node.lanes)
    return f'{text[:-1]}, "lanes": [\n{lanes}\n{" " * indent}]}}' if lanes else text
