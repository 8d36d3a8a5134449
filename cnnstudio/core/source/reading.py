"""A network out of Python code that makes a Keras model.

The code is read with `ast` and gone through over values that are known without running it: nothing
of it is imported or executed, and there are bounds on the work, the memory and the depth. What is
not understood is told with its line, and everything else comes in.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.source.assembling import assembled
from cnnstudio.core.source.building import Building
from cnnstudio.core.source.calls import TooMuch
from cnnstudio.core.source.parsing import Unreadable, parsed
from cnnstudio.core.source.session import Remark, Session
from cnnstudio.core.source.statements import Statements
from cnnstudio.core.source.values import UNKNOWN, Class, Function, Model


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What has been read of a text.

    Attributes:
        network: the network; None if there is none. It may lack an Input, where the text does.
        remarks: what was left out or taken otherwise, by lines.
    """

    network: Network | None
    remarks: tuple[Remark, ...] = ()


def read_source(text: str) -> SourceReading:
    """Read the code of a model; never raises on what a text may hold."""
    try:
        tree = parsed(text)
    except Unreadable as error:
        return SourceReading(None, (Remark(error.line, str(error)),))
    session = Session()
    reader = _Reader(session)
    network: Network | None = None
    try:
        reader.text(tree.body)
    except TooMuch as stop:
        session.remark(stop.line, _("Reading ends here: the code makes too much work."))
    try:
        network = reader.network()
    except TooMuch as stop:
        session.remark(stop.line, _("The model has more layers than a design may have."))
    if network is not None and not network.nodes:
        network = None
    if network is None and not session.remarks:
        session.remark(1, _("There is no Keras model in this text."))
    return SourceReading(network, session.remarks)


class _Reader:
    """Goes through a text and finds the model that it makes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._building = Building(session)
        self._statements = Statements(session, self._building)

    def text(self, body: list) -> None:  # type: ignore[type-arg]
        """Go through a text, and if that makes nothing, through its functions."""
        self._statements.text(body)
        if not self._found_any():
            self._call_functions()

    def network(self) -> Network | None:
        """Return the network of the model that is meant."""
        building, calls = self._building, self._building.calls
        model = self._meant()
        if model is None and self._statements.loose:
            model = building.sequential((self._statements.loose,), {}, 1)
        if model is not None:
            start, end = building.ends(model)
            return assembled(calls, start, end, self._session.remark)
        if any(not call.is_missing for call in calls.all):
            return assembled(calls, None, len(calls.all) - 1, self._session.remark)
        return None

    def _found_any(self) -> bool:
        building = self._building
        return bool(building.models or building.calls.all or self._statements.loose)

    def _call_functions(self) -> None:
        """Call functions that nobody calls, the last one first, until one makes a model."""
        for function in reversed(self._functions()):
            unknown = set(function.parameters[function.is_bound :]) - set(function.defaults)
            owner = (UNKNOWN,) if function.is_bound else ()
            self._statements.call(function, owner, {}, function.definition.lineno)
            if self._found_any():
                if unknown:
                    text = _("Nothing calls {name}: what it is given is not known.")
                    line = function.definition.lineno
                    self._session.remark(line, text.format(name=function.name))
                return

    def _functions(self) -> list[Function]:
        found: list[Function] = []
        for value in self._statements.scope.names.values():
            members = value.members.values() if isinstance(value, Class) else (value,)
            found += [inner for inner in members if isinstance(inner, Function)]
        return found

    def _meant(self) -> Model | None:
        """Return the model that is called so, or else the last one that is no part of another."""
        models = [model for model in self._building.models if model.parts or model.parts is None]
        whole = [model for model in models if not model.is_part] or models
        if not whole:
            return None
        named = self._statements.scope.find("model")
        chosen = named if isinstance(named, Model) and named in whole else whole[-1]
        others = [model for model in whole if model is not chosen]
        if others and not self._within(others, chosen):
            text = _("The text makes {count} models: the one of this line is read.")
            self._session.remark(chosen.line, text.format(count=len(whole)))
        return chosen

    def _within(self, others: list[Model], chosen: Model) -> bool:
        """Return whether models are all parts of what leads to another's output."""
        _start, end = self._building.ends(chosen)
        inside = set(self._building.calls.leading_to(end))
        return all(model.end in inside for model in others)
