"""Writes the maps of the newest look to a file, on a thread of its own: nobody waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.inner_layers import part_of
from cnnstudio.core.look_messages import Probe, Probed
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps, SavingMaps
from cnnstudio.core.messages import Event
from cnnstudio.core.network import Network
from cnnstudio.core.view.captions import said_image, said_state
from cnnstudio.core.view.maps_file import maps_caption, write_maps
from cnnstudio.engine.errors import details, explain

log = logging.getLogger(__name__)

_STEP = 4 * 2**20
"""Bytes that are written between two words of how far it is."""

Values = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A look: what was asked, what was answered, and the maps by the uids of blocks."""

    probe: Probe
    probed: Probed
    maps: Values


class MapFiles:
    """Writes maps.

    Args:
        newest: returns the newest look there is, None before the first.
        send: takes the events.
        saving: held while a file is written, so that nobody ends the process meanwhile.
    """

    def __init__(
        self,
        newest: Callable[[], Looked | None],
        send: Callable[[Event], None],
        saving: threading.Lock,
    ) -> None:
        self._newest = newest
        self._send = send
        self._saving = saving

    def save(self, job: SaveMaps) -> None:
        """Begin to write what is wanted; the maps are those of this moment."""
        looked = self._newest()
        writer = threading.Thread(target=self._write, args=(job, looked), name="maps", daemon=True)
        writer.start()

    def _write(self, job: SaveMaps, looked: Looked | None) -> None:
        with self._saving:
            self._send(self._answer(job, looked))

    def _answer(self, job: SaveMaps, looked: Looked | None) -> Event:
        try:
            maps = {} if looked is None else named_maps(looked, job.blocks)
            if looked is None or not maps:
                message = _("there are no maps to save: look at an image first, and try again")
                return MapsNotSaved(job.path, message)
            write_maps(
                Path(job.path), maps, looked.probed.entered, caption_of(looked, maps),
                self._teller(job.path),
            )  # fmt: skip
            return MapsSaved(job.path, len(maps))
        except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
            raw = details(error)
            message = _("{path} was not saved: {why}").format(path=job.path, why=explain(error))
            log.info("%s\n%s", message, raw)
            return MapsNotSaved(job.path, message, raw)

    def _teller(self, path: str) -> Callable[[int, int], None]:
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if done - told >= _STEP:
                told = done
                self._send(SavingMaps(path, done, total))

        return tell


def named_maps(looked: Looked, blocks: tuple[str, ...] = ()) -> dict[str, NDArray[np.float32]]:
    """Return maps by the names of their blocks, in the order of the network; inner layers last.

    Args:
        looked: has them by uid.
        blocks: uids of those that are wanted; none for all.
    """
    names = names_of(looked.probe.network)
    wanted = set(blocks or names)
    found = {uid: _name_of(uid, names) for uid in (*names, *blocks) if uid in looked.maps}
    return {name: looked.maps[uid] for uid, name in found.items() if uid in wanted}


def _name_of(uid: str, names: Mapping[str, str]) -> str:
    """Return the name of a block's maps, of a layer inside a part after that of the part."""
    part = part_of(uid)
    return names.get(part, part) + uid.removeprefix(part)


def names_of(network: Network) -> dict[str, str]:
    """Return the names of a network's blocks by their uids."""
    return {node.uid: node.name for _path, node in network.walk()}


def caption_of(looked: Looked, maps: Values) -> dict[str, Any]:
    """Return what maps are, for programs and people: of which image, of which weights."""
    probe, probed = looked.probe, looked.probed
    kinds = {node.name: node.block.kind for _path, node in probe.network.walk()}
    return maps_caption(
        maps, kinds, said_image(probe.image, probed.label, probed.moment),
        said_state(probed.step, is_loaded=probed.is_loaded, trains=probed.trains),
        pixels=probe.pixels, resize=probe.resize,
    )  # fmt: skip
