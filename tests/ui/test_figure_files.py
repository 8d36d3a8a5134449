"""Figures in files, and small ones for cards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from cnnstudio.core.diagram.figure import Figure, FigureStyle, draw_network
from cnnstudio.core.diagram.scene import Scene
from cnnstudio.core.network import Network, starter_network
from cnnstudio.core.templates import template
from cnnstudio.ui.diagram.figure_files import (
    FigureError,
    export_figure,
    picture,
    pixels_of,
    save_figure,
)
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.theme import LIGHT


@pytest.fixture
def scene(qapp: object) -> Scene:
    return draw_network(starter_network(), Figure(), Lettering().measure)


def test_an_svg_is_white_has_no_fonts_and_looks_like_the_image(
    scene: Scene, tmp_path: Path
) -> None:
    save_figure(scene, tmp_path / "net.svg", title="digits")
    save_figure(scene, tmp_path / "net.png", scale=2.0)
    text = (tmp_path / "net.svg").read_text("utf-8")
    assert "<text" not in text
    assert "<title>digits</title>" in text
    image = QImage(str(tmp_path / "net.png"))
    drawn = QImage(image.size(), QImage.Format.Format_RGB32)
    drawn.fill(QColor(LIGHT.error))
    painter = QPainter(drawn)
    QSvgRenderer(str(tmp_path / "net.svg")).render(painter)
    painter.end()
    small = QSize(image.width() // 6, image.height() // 6)
    one, other = (
        picture_.scaled(
            small,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        for picture_ in (image, drawn)
    )
    differing = sum(
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 30
        for x in range(small.width())
        for y in range(small.height())
    )
    assert differing < 0.01 * small.width() * small.height()


def test_a_pdf_is_one_page_of_the_figures_size_with_its_fonts(scene: Scene, tmp_path: Path) -> None:
    save_figure(scene, tmp_path / "net.pdf", title="digits")
    raw = (tmp_path / "net.pdf").read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in raw
    box = raw.split(b"/MediaBox [")[1].split(b"]")[0].split()
    assert abs(float(box[2]) - scene.width * 0.75) < 1
    assert abs(float(box[3]) - scene.height * 0.75) < 1


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_a_png_has_the_scale_that_was_asked_for_and_is_white(
    scale: float, scene: Scene, tmp_path: Path
) -> None:
    save_figure(scene, tmp_path / "net.png", scale=scale)
    image = QImage(str(tmp_path / "net.png"))
    assert image.size() == pixels_of(scene, scale)
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1)]
    assert {image.pixelColor(*corner).name() for corner in corners} == {LIGHT.card}


def test_what_cannot_be_written_is_said_and_leaves_the_old_file(
    scene: Scene, tmp_path: Path
) -> None:
    old = tmp_path / "net.png"
    old.write_bytes(b"old")
    for refused, path, scale in (
        (scene, old, 500.0),
        (scene, tmp_path / "net.gif", 1.0),
        (Scene(), old, 1.0),
    ):
        with pytest.raises(FigureError):
            save_figure(refused, path, scale=scale)
    for suffix in (".svg", ".pdf", ".png"):
        with pytest.raises(OSError, match="No such file"):
            save_figure(scene, tmp_path / "nowhere" / f"net{suffix}")
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["net.png"]


def test_a_command_line_without_a_window_exports_too(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cnnstudio.core.network import starter_network\n"
        "from cnnstudio.ui.diagram.figure_files import export_figure\n"
        "for suffix in ('svg', 'pdf', 'png'):\n"
        "    export_figure(starter_network(), Path(sys.argv[1]) / f'net.{suffix}')\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, env=environment, timeout=60
    )
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pdf", ".png", ".svg"]
    assert not QImage(str(tmp_path / "net.png")).isNull()


@pytest.mark.parametrize("style", [*FigureStyle])
def test_a_card_has_a_small_picture_of_its_own_for_each_network(
    style: FigureStyle, qapp: object
) -> None:
    pictures = [
        picture(template(name).published(), style, QSize(220, 120), ratio=2.0)
        for name in ("first", "vgg16", "resnet-50", "u-net", "googlenet")
    ]
    for number, image in enumerate(pictures):
        assert image.size() == QSize(440, 240)
        assert image.pixelColor(0, 0).alpha() == 0
        inked = sum(
            image.pixelColor(x, y).alpha() > 0 for x in range(0, 440, 4) for y in range(0, 240, 4)
        )
        assert inked > 60
        assert all(image != other for other in pictures[number + 1 :])
    nothing = picture(Network(), style, QSize(40, 30))
    assert nothing.pixelColor(20, 15).alpha() == 0


def test_figures_have_been_looked_at(screenshots: Path, qapp: object) -> None:
    for name in ("first", "inception", "resnet-50", "u-net"):
        for figure in (Figure(), Figure(FigureStyle.BLOCKS)):
            path = screenshots / f"figure-{name}-{figure.style}.png"
            export_figure(template(name).published(), path, figure, scale=2.0)
            assert not QImage(str(path)).isNull()
