"""Writes what every block makes of an image: pictures with captions, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from cnnstudio.core.files import safe_stem
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import FileImage
from cnnstudio.core.names import Names
from cnnstudio.core.view.captions import said_image, said_state
from cnnstudio.core.view.maps_file import maps_caption, write_maps
from cnnstudio.engine.file_look import FileLook
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.feature_pictures import (
    PictureStyle,
    check,
    check_block,
    picture_of_block,
    picture_of_kernels,
    save_picture,
    start_qt,
)
from cnnstudio.jobs.folders import make_folder, saving_to
from cnnstudio.jobs.opening import opened_source

PICTURES = ("png", "svg")
FORMS = (*PICTURES, "npz")
"""What can be written of a block."""


@dataclass(frozen=True, slots=True)
class FeatureFiles:
    """What is to be written.

    Attributes:
        forms: of `FORMS`; none for a PNG and the numbers.
        style: how pictures are drawn.
        kernels: whether pictures of kernels are written too.
    """

    forms: tuple[str, ...] = ()
    style: PictureStyle = field(default_factory=PictureStyle)
    kernels: bool = False


def features_job(
    source: Path,
    image: Path,
    block: str | None,
    out: Path,
    console: Console,
    wanted: FeatureFiles | None = None,
) -> dict[str, object]:
    """Write what every block makes of an image, or one of them.

    Raises:
        UsageError: if there is no block of that name, no such channel or form.
        JobError: if model or image cannot be read, or a file cannot be written.
    """
    wanted = wanted or FeatureFiles()
    forms = _forms(wanted.forms)
    check(wanted.style)
    if wanted.style.channel is not None and block is None:
        raise UsageError(_("one map is of one block: say with --block which one it is"))
    with console.status(_("looking")):
        look = _look(source, image)
    if block is not None and block not in look.maps:
        raise UsageError(
            _("there is no block {name!r}: expected one of {known}").format(
                name=block, known=", ".join(look.maps)
            )
        )
    chosen = list(look.maps) if block is None else [block]
    with saving_to(out), console.status(_("writing to {path}").format(path=out)):
        files = write_features(
            out, look, chosen, image, FeatureFiles(forms, wanted.style, wanted.kernels)
        )
    return {"blocks": ", ".join(chosen), "files": len(files), "folder": str(out)}


def write_features(
    out: Path, look: FileLook, chosen: Sequence[str], image: Path, wanted: FeatureFiles
) -> list[Path]:
    """Write files of each chosen block to a folder, made if need be, and return their paths.

    A file bears its block's name as far as file systems take it, and the same one whichever other
    blocks are chosen.

    Raises:
        UsageError: if there is no such channel, or no place of it in the image.
        JobError: if the folder cannot be made.
        OSError: if a file cannot be written.
    """
    names = Names(ignore_case=True)
    stems = {name: names.take(safe_stem(name)) for name in look.maps}
    for name in chosen:
        check_block(look, name, wanted.style)
    make_folder(out)
    lines = (said_image(FileImage(str(image)), None), said_state(0, is_loaded=look.is_loaded))
    forms, style, files = wanted.forms or ("png", "npz"), wanted.style, []
    pictures = [form for form in forms if form in PICTURES]
    _qt = start_qt() if pictures else None
    for name in chosen:
        if "npz" in forms:
            files.append(out / f"{stems[name]}.npz")
            said = maps_caption(
                {name: look.maps[name]}, look.kinds, *lines, pixels=look.pixels, resize=look.resize
            )
            write_maps(files[-1], {name: look.maps[name]}, look.entered, said)
        for form in pictures:
            files.append(out / f"{stems[name]}.{form}")
            save_picture(picture_of_block(look, name, lines, style), files[-1], style.scale)
            if wanted.kernels and name in look.kernels:
                files.append(out / f"{stems[name]}_kernels.{form}")
                page = picture_of_kernels(look, name, lines, style)
                save_picture(page, files[-1], style.scale)
    return files


def _forms(forms: Sequence[str]) -> tuple[str, ...]:
    for form in forms:
        if form not in FORMS:
            raise UsageError(
                _("there is no form {form!r}: expected one of {known}").format(
                    form=form, known=", ".join(FORMS)
                )
            )
    return tuple(dict.fromkeys(forms))


def _look(source: Path, image: Path) -> FileLook:
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import design_look, loading  # reads TensorFlow
    from cnnstudio.engine.errors import EngineError  # with its package

    try:
        if source.suffix == ".keras":
            return loading.look_of_model(source, image)
        opened = opened_source(source)
        return design_look.look_of_design(opened.design, image, opened.weights)
    except EngineError as error:
        raise JobError(str(error)) from error
