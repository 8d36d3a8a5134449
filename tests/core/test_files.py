from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.document import Design, DesignError, load, save, starter_design, to_text
from cnnstudio.core.files import atomically, safe_stem
from cnnstudio.core.network import Network

DESIGN = starter_design()
ROOT = Path(__file__).parents[2]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives up root's rights, so needs them")


def run(code: str, *arguments: object) -> str:
    """Run a piece of Python in a process of its own; return what it prints."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    done = _ended(command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _ended(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


SAVE = """
import os, resource, sys
from pathlib import Path
from cnnstudio.core.document import DesignError, save, starter_design
path = Path(sys.argv[1])
{prepare}
try:
    save(starter_design(), path)
except DesignError as error:
    print(error)
else:
    print("saved")
"""


def test_a_saved_file_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "digits.cnn.json"
    save(DESIGN, path)
    assert load(path) == DESIGN
    assert path.read_bytes() == to_text(DESIGN).encode()
    assert names(tmp_path) == ["digits.cnn.json"]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.cnn.json"
    path.write_text(to_text(DESIGN), "utf-8-sig", newline="\r\n")
    assert load(path) == DESIGN


def test_a_name_that_has_no_utf_8_is_saved_all_the_same(tmp_path: Path) -> None:
    design = Design("half \udc80", Network())
    save(design, tmp_path / "a.cnn.json")
    assert load(tmp_path / "a.cnn.json") == design


@pytest.mark.parametrize("name", ["长" * 80 + ".cnn.json", "x" * 246 + ".cnn.json", ".json", "a"])
def test_any_name_the_file_system_takes_can_be_saved(tmp_path: Path, name: str) -> None:
    save(DESIGN, tmp_path / name)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is not text"),
        (to_text(DESIGN).encode()[:-30] + b"\xff\xfe", "it is not text"),
        (b"\x00" * 100, "not valid JSON"),
        (to_text(DESIGN).encode()[:200], "not valid JSON"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_file_that_is_no_design_is_named_with_the_reason(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = tmp_path / "bad.cnn.json"
    path.write_bytes(data)
    with pytest.raises(DesignError, match=message) as caught:
        load(path)
    assert "bad.cnn.json" in str(caught.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.cnn.json"
    path.write_bytes(data)
    with pytest.raises(DesignError):
        load(path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.cnn.json"
    path.touch()
    os.truncate(path, 64 * 2**20)
    with pytest.raises(DesignError, match=r"too large for a design: 67,108,864 bytes, at most"):
        load(path)


def test_what_is_missing_or_no_file_is_told_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for name, message in {
        "missing": "does not exist",
        "no/folder": "does not exist",
        ".": "it is a folder or a device; choose a file name",
        "pipe": "it is a folder or a device; choose a file name",
        "file/inside": "a part of its path is not a folder",
        "n" * 300: "the name is too long; choose a shorter one",
        "loop": "cannot be opened",
    }.items():
        with pytest.raises(DesignError, match=message) as caught:
            load(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name} cannot be opened: ")


def test_what_cannot_be_written_is_told_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for name, message in {
        "no/folder": "does not exist",
        "folder": "it is a folder or a device; choose a file name",
        "pipe": "it is a folder or a device; choose a file name",
        "file/inside": "a part of its path is not a folder",
        "n" * 300: "the name is too long; choose a shorter one",
    }.items():
        with pytest.raises(DesignError, match=message) as caught:
            save(DESIGN, tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name} was not saved: ")
    assert names(tmp_path) == ["file", "folder", "pipe"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, OSError])
def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old")
    with pytest.raises(failure), atomically(path) as scratch:  # noqa: PT012 - the block is the test
        assert scratch.suffix == ".keras"
        scratch.write_text("half of the ne")
        raise failure
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.keras"]


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old")
    with atomically(path) as scratch:
        scratch.write_text("new")
        assert path.read_text() == "old"
        assert scratch.parent == tmp_path
    assert path.read_text() == "new"


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.cnn.json"
    link.symlink_to(Path("there", "real.cnn.json"))
    save(DESIGN, link)
    save(DESIGN, link)
    assert link.is_symlink()
    assert load(tmp_path / "there" / "real.cnn.json") == DESIGN
    assert names(tmp_path / "there") == ["real.cnn.json"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.cnn.json"
    path.touch()
    path.chmod(mode)
    save(DESIGN, path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_files_have_here(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    save(DESIGN, tmp_path / "a.cnn.json")
    assert (tmp_path / "a.cnn.json").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_that_may_not_grow_is_told_so_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.cnn.json"
    path.write_text("old")
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))"
    said = run(SAVE.format(prepare=limit), path)
    assert said == (
        f"{path} was not saved: a file there may not be that large; choose another place"
    )
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.cnn.json"]


def test_a_full_disk_is_told_so_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.cnn.json"
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(tmp_path)]
    # In name spaces of its own: the disk is gone when the process is.
    code = SAVE.format(
        prepare="""
import subprocess
if subprocess.run(sys.argv[2:], capture_output=True).returncode:
    print("no disk")
    sys.exit()
path.write_text("old")
with open(path.with_name("filler"), "wb", buffering=0) as filler:
    while True:
        try:
            filler.write(bytes(512))
        except OSError:
            break
"""
    )
    code += "print(path.read_text(), sorted(os.listdir(path.parent)))\n"
    command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-c", code]
    done = _ended([*command, str(path), *mount])
    if done.returncode or done.stdout.strip() == "no disk":
        pytest.skip("no disk of one's own can be mounted here")
    assert done.stdout.splitlines() == [
        f"{path} was not saved: the disk is full; make room or choose another place",
        "old ['a.cnn.json', 'filler']",
    ]


@as_root
@pytest.mark.parametrize("locked", ["folder", "file"])
def test_what_may_not_be_written_is_told_so_and_stays(public_folder: Path, locked: str) -> None:
    path = public_folder / "a.cnn.json"
    path.write_text("old")
    public_folder.chmod(0o755 if locked == "folder" else 0o777)
    path.chmod(0o666 if locked == "folder" else 0o444)
    said = run(SAVE.format(prepare="os.setuid(65534)"), path)
    assert said == f"{path} was not saved: you may not write or read there; choose another place"
    assert path.read_text() == "old"
    assert names(public_folder) == ["a.cnn.json"]


@as_root
def test_a_file_that_may_not_be_read_is_told_so(public_folder: Path) -> None:
    path = public_folder / "a.cnn.json"
    save(DESIGN, path)
    path.chmod(0o200)
    code = """
    import os, sys
    from pathlib import Path
    from cnnstudio.core.document import DesignError, load
    os.setuid(65534)
    try:
        load(Path(sys.argv[1]))
    except DesignError as error:
        print(error)
    """
    said = run(code, path)
    assert said == f"{path} cannot be opened: you may not write or read there; choose another place"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("conv_1", "conv_1"),
        ("边缘 1", "边缘_1"),
        ("हिन्दी", "हिन्दी"),
        ("a/b\\c:d", "a_b_c_d"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("v1.2.", "v1.2"),
        ("con", "_con"),
        ("NUL.tar", "_NUL.tar"),
        ("Com¹", "_Com¹"),
        ("icon", "icon"),
        ("e\u0301", "é"),
        ("\ud800", "_"),
        ("...", "_"),
        ("", "_"),
        ("长" * 80, "长" * 33),
    ],
)
def test_a_name_becomes_one_that_every_system_takes_for_a_file(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_name_makes_a_file_of_its_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    stem = safe_stem(name)
    assert safe_stem(stem) == stem
    assert not set('<>:"/\\|?* \0') & set(stem)
    assert not stem.startswith(".")
    path = tmp_path_factory.getbasetemp() / f"{stem}_1.json"
    path.touch()
    assert path.name in names(path.parent)
    path.unlink()
