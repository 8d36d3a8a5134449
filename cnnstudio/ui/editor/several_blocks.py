"""The form for several selected blocks: the parameters they have in common, changed in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.core.blocks import Block
from cnnstudio.core.edits import CHANGE, Replace, Step
from cnnstudio.core.fields import Field, fields_of
from cnnstudio.core.i18n import N_, _, ngettext
from cnnstudio.core.network import Path, PlacedBlock
from cnnstudio.ui.labels import heading, paragraph, rule
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import L, Theme

MAKE_ALIKE = N_("Make blocks alike")
MOST_VALUES = 4
"""So many different values of a parameter are listed, no more."""

_Kinds = tuple[type[Block], ...]


class SeveralBlocks(QWidget):
    """Shows the values of the current block and changes those of all that are selected."""

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._paths: list[Path] = []
        self._forms: dict[_Kinds, ParamForm] = {}
        self._form: ParamForm | None = None
        self._heading = heading("")
        self._kinds = paragraph("muted")
        self._none = paragraph("muted", _("These blocks have no parameter in common."))
        self._alike = QPushButton()
        self._alike.clicked.connect(self._make_alike)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        for part in (self._heading, self._kinds, rule(), self._none):
            column.addWidget(part)
        self._column = column
        column.addWidget(self._alike)
        column.addStretch()

    @property
    def form(self) -> ParamForm | None:
        """The form of the common parameters, None if there are none."""
        return self._form

    def focus_form(self) -> None:
        """Put the keyboard focus on the first common parameter, if there is one."""
        if self._form is not None:
            self._form.focus_first()

    def show_blocks(self, paths: Sequence[Path]) -> None:
        """Show the blocks at `paths`, two or more."""
        self._paths = [*paths]
        nodes = self._nodes()
        count = len(nodes)
        self._heading.setText(
            ngettext("{count} block selected", "{count} blocks selected", count).format(
                count=f"{count:,}"
            )
        )
        self._choose_form(nodes)
        kinds = _counted(nodes)
        if self._form is not None:
            kinds = _("A change goes to all of them. {kinds}").format(kinds=kinds)
        self._kinds.setText(kinds)

    def _nodes(self) -> list[PlacedBlock]:
        return [self._design.network.at(path) for path in self._paths]

    def _shown(self, nodes: list[PlacedBlock]) -> PlacedBlock:
        """Return the block whose values are shown: the current one, if it is selected."""
        current = self._design.current
        return current if current in nodes else nodes[0]

    def _choose_form(self, nodes: list[PlacedBlock]) -> None:
        kinds = tuple(dict.fromkeys(type(node.block) for node in nodes))
        fields = common_fields(kinds)
        if kinds not in self._forms and fields:
            form = self._forms[kinds] = ParamForm(fields, self._theme)
            form.edited.connect(self._change)
            form.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self._column.insertWidget(self._column.indexOf(self._alike), form)
        chosen = self._forms.get(kinds)
        if self._form is not None and self._form is not chosen:
            # Not the one that stays: it would lose the keyboard.
            self._form.hide()
        self._form = chosen
        self._none.setVisible(self._form is None)
        mixed = _mixed(nodes, fields)
        self._alike.setVisible(bool(mixed))
        if self._form is not None:
            shown = self._shown(nodes)
            self._form.set_values(shown.block.params())
            self._form.mark_mixed(mixed)
            self._form.show()
            self._alike.setText(_("Give all the values of {name}").format(name=shown.name))
            self._alike.setToolTip(
                _("The blocks differ in the parameters marked ≠; this makes them alike in all")
            )

    def _change(self, name: str, value: object) -> None:
        label = _(CHANGE).format(parameter=_(self._field(name).label))
        uids = ",".join(node.uid for node in self._nodes())
        self._push(label, {name: value}, f"{uids}.{name}")

    def _make_alike(self) -> None:
        nodes = self._nodes()
        shown = self._shown(nodes)
        fields = common_fields(tuple(dict.fromkeys(type(node.block) for node in nodes)))
        values = shown.block.params()
        self._push(_(MAKE_ALIKE), {name: values[name] for name in fields}, "")

    def _push(self, label: str, values: Mapping[str, object], key: str) -> None:
        edits = []
        for path, node in zip(self._paths, self._nodes(), strict=True):
            after = replace(node, block=replace(node.block, **values))
            if after != node:
                edits.append(Replace(path, node, after))
        self._design.push(Step(label, tuple(edits)), key)

    def _field(self, name: str) -> Field:
        return fields_of(type(self._nodes()[0].block))[name]


def common_fields(kinds: Sequence[type[Block]]) -> dict[str, Field]:
    """Return the parameters that mean the same, and may be the same, in all of some kinds."""
    first, *others = (fields_of(kind) for kind in kinds)
    return {
        name: field
        for name, field in first.items()
        if all(_same(field, other.get(name)) for other in others)
    }


def _same(field: Field, other: Field | None) -> bool:
    """Whether two fields take the same values; what they say of them may differ."""
    return other is not None and replace(other, help=field.help, advanced=field.advanced) == field


def _mixed(nodes: Sequence[PlacedBlock], fields: Mapping[str, Field]) -> dict[str, str]:
    """Return the values, for a person, of the parameters in which blocks differ."""
    mixed = {}
    for name, field in fields.items():
        values = dict.fromkeys(getattr(node.block, name) for node in nodes)
        if len(values) > 1:
            shown = [field.show(value) for value in values]
            listed = shown if len(shown) <= MOST_VALUES else [*shown[:MOST_VALUES], "…"]
            mixed[name] = ", ".join(listed)
    return mixed


def _counted(nodes: Sequence[PlacedBlock]) -> str:
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.block.kind] = counts.get(node.block.kind, 0) + 1
    return ", ".join(
        _("{kind} × {count}").format(kind=kind, count=count) for kind, count in counts.items()
    )
