"""The inspector: what the current block does, its parameters, what goes in and comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.blocks import Block, Weight
from cnnstudio.core.edits import CHANGE, Replace, Step
from cnnstudio.core.fields import fields_of, times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.problems import Problem
from cnnstudio.core.receptive import ReceptiveField, receptive_field
from cnnstudio.ui.editor.drawing import BlockDrawing
from cnnstudio.ui.editor.figures import Figure, Figures
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.editor.several_blocks import SeveralBlocks
from cnnstudio.ui.editor.totals import macs_text
from cnnstudio.ui.labels import paragraph, rule
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import XL, L, M, Theme

NARROWEST, WIDEST = 384, 560
BETWEEN_FORMS = 20
"""Milliseconds for the window between two forms that are made in advance."""


class _Told(NamedTuple):
    """What is shown of a block."""

    node: PlacedBlock
    facts: BlockFacts
    field: ReceptiveField | None
    problems: tuple[Problem, ...]


class Inspector(QScrollArea):
    """Shows the open design's current block and edits its parameters.

    Out of sight it does nothing; it catches up when it is shown.
    """

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._form: ParamForm | None = None
        self._forms: dict[type[Block], ParamForm] = {}
        self._shown: tuple[str, type] | None = None
        self._told: _Told | None = None
        self._selection: tuple[str, ...] = ()
        self.setWidgetResizable(True)
        self.setMinimumWidth(NARROWEST)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("surface", "panel")
        self._make_parts()
        design.current_changed.connect(self._show_block)
        design.changed.connect(self._show_block)
        design.plan_changed.connect(self._show_block)
        theme.changed.connect(self._show_icon)
        self._show_block()

    def prepare(self) -> None:
        """Make the forms of the network's kinds, one at a time, before somebody waits for them."""
        kinds = (type(node.block) for _path, node in self._design.network.walk())
        kind = next((kind for kind in kinds if fields_of(kind) and kind not in self._forms), None)
        if kind is not None:
            self._make_form(kind).grab()
            QTimer.singleShot(BETWEEN_FORMS, self, self.prepare)

    def show_selection(self, uids: Sequence[str]) -> None:
        """Show the form for several blocks if more than one is selected."""
        before, self._selection = self._selection, tuple(uids)
        if before != self._selection and max(len(before), len(uids)) > 1:
            # One alone is the design's current block, which is shown already.
            self._show_block()

    def focus_form(self) -> None:
        """Put the keyboard focus on the first parameter, or on the name if there is none."""
        if self._several.isVisible():
            self._several.focus_form()
        elif self._form is not None and self._design.current is not None:
            self._form.focus_first()
        else:
            self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_block()

    def _make_parts(self) -> None:
        self._icon = QLabel()
        self._kind = QLabel()
        self._kind.setProperty("tone", "muted")
        self._name = QLineEdit()
        self._name.setAccessibleName(_("Name of the block"))
        self._name.setToolTip(_("Your name for this block; it stays when the block moves"))
        self._name.setMaxLength(200)
        self._name.editingFinished.connect(self._rename)
        self._lesson = paragraph("muted")
        self._formula = paragraph("formula")
        self._formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._drawing = BlockDrawing(self._theme)
        self._problems = ProblemCards(self._design, self._theme)
        self._several = SeveralBlocks(self._design, self._theme)
        self._facts = Figures()
        self._empty = paragraph(
            "muted",
            _("Select a block in the list to see what it does and to change its parameters."),
        )
        self._block_page = QWidget()
        self._column = QVBoxLayout(self._block_page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(L)
        self._column.addLayout(self._title_row())
        for part in (self._lesson, self._formula, self._drawing, self._problems, rule()):
            self._column.addWidget(part)
        self._form_place = self._column.count()
        self._column.addWidget(rule())
        self._column.addWidget(self._facts)
        page = QWidget()
        page.setMaximumWidth(WIDEST)
        column = QVBoxLayout(page)
        column.setContentsMargins(XL, L, XL, L)
        column.addWidget(self._block_page)
        column.addWidget(self._several)
        column.addWidget(self._empty)
        column.addStretch()
        self.setWidget(page)

    def _title_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(M)
        row.addWidget(self._icon)
        row.addWidget(self._name, 1)
        row.addWidget(self._kind)
        return row

    def _show_block(self) -> None:
        if not self.isVisible():
            return
        node = self._design.current
        several = [path for path in map(self._design.network.find, self._selection) if path]
        is_one = node is not None and len(several) < 2
        self._block_page.setVisible(is_one)
        self._several.setVisible(len(several) > 1)
        self._empty.setVisible(node is None and len(several) < 2)
        if len(several) > 1:
            self._several.show_blocks(several)
        if node is None or not is_one:
            self._shown = self._told = None
            return
        if self._shown != (node.uid, type(node.block)):
            self._shown = (node.uid, type(node.block))
            self._show_form(node)
            self._show_icon()
        self._kind.setText(node.block.kind)
        told = self._told_of(node)
        if told == self._told and self._name.text() == node.name:
            return
        self._told = told
        if self._name.text() != node.name and not self._name.isModified():
            self._name.setText(node.name)
        if self._form is not None:
            self._form.set_values(node.block.params())
        self._problems.show_problems(told.problems)
        self._show_facts(told)

    def _show_form(self, node: PlacedBlock) -> None:
        self._name.setText(node.name)
        self._lesson.setText(_(node.block.lesson))
        self._formula.setText(node.block.formula)
        self._formula.setVisible(bool(node.block.formula))
        kind = type(node.block)
        if kind not in self._forms and fields_of(kind):
            self._make_form(kind)
        form = self._forms.get(kind)
        if self._form is not form and self._form is not None:
            self._form.hide()
        self._form = form
        if form is not None:
            form.set_values(node.block.params())
            form.show()

    def _make_form(self, kind: type[Block]) -> ParamForm:
        form = ParamForm(fields_of(kind), self._theme)
        form.edited.connect(self._change)
        form.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        form.hide()
        self._column.insertWidget(self._form_place, form)
        self._forms[kind] = form
        return form

    def _show_icon(self) -> None:
        node = self._design.current
        if node is not None:
            icon = self._theme.family_icon(node.block.family)
            self._icon.setPixmap(icon.pixmap(QSize(24, 24), self.devicePixelRatioF()))

    def _told_of(self, node: PlacedBlock) -> _Told:
        facts = self._design.report.facts.get(node.uid, BlockFacts())
        seen = receptive_field(self._design.network, node.uid) if facts.input_shape else None
        return _Told(node, facts, seen, self._design.problems_of(node.uid))

    def _show_facts(self, told: _Told) -> None:
        node, facts, seen, _problems = told
        self._drawing.show_block(node.block, facts)
        figures = [
            Figure(_("Input"), _shape(facts.input_shape)),
            Figure(_("Output"), _shape(facts.output_shape)),
        ]
        if seen is not None:
            figures.append(_field_figure(seen))
        if facts.output_shape and facts.input_shape and not node.muted:
            figures += [_weight_figure(weight) for weight in node.block.weights(facts.input_shape)]
        if facts.macs or facts.uncounted:
            count = macs_text(facts, is_short=False) if facts.macs else _("not known")
            figures.append(Figure(_("Multiply-adds an image"), count))
        self._facts.show_figures(figures)

    def _change(self, name: str, value: object) -> None:
        node = self._design.current
        path = self._design.network.find(node.uid) if node else None
        if node is None or path is None or getattr(node.block, name) == value:
            return
        after = replace(node, block=replace(node.block, **{name: value}))
        label = _(CHANGE).format(parameter=_(fields_of(type(node.block))[name].label))
        self._design.push(Step(label, (Replace(path, node, after),)), f"{node.uid}.{name}")

    def _rename(self) -> None:
        self._name.setModified(False)
        node = self._design.current
        path = self._design.network.find(node.uid) if node else None
        if node is None or path is None:
            return
        self._design.rename(path, self._name.text())
        self._name.setText(self._design.network.at(path).name)


def _shape(shape: tuple[int, ...] | None) -> str:
    return times(shape) if shape else "—"


def _field_figure(field: ReceptiveField) -> Figure:
    size = times(field.size) if field.size else "—"
    seen = _("{size} of the input").format(size=size)
    return Figure(
        _("Receptive field"),
        _("the whole input") if field.is_whole else seen,
        _("How much of the network's input one number of the output can depend on"),
    )


def _weight_figure(weight: Weight) -> Figure:
    text = f"{weight.count:,}"
    if len(weight.shape) > 1:
        text = f"{times(weight.shape)} = {text}"
    if not weight.trainable:
        text = _("{numbers}, not trained").format(numbers=text)
    return Figure(weight.name, text)
