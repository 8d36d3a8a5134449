"""The parameters of a block out of typed words, read against what its kind declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from cnnstudio.core.blocks import Block
from cnnstudio.core.fields import Choice, Field, Flag, Real, Sizes, Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.quick_add_words import NO, NOTHING, OPTIONS, PARAMETERS, YES, plain_word
from cnnstudio.core.real_fields import REGULARIZERS, Regularizer

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})(?:e[+-]?[0-9]{1,2})?")
_SIZES = re.compile(r"[0-9]{1,9}(?:[x×*✕][0-9]{1,9}){1,5}")
_SLASH = re.compile(r"/([0-9]{1,9}(?:[x×*][0-9]{1,9})*)")
_TIMES = re.compile(r"[x×*]([0-9]{1,9})")
_NAMED = re.compile(r"([^\W\d]+(?:[_-][^\W\d]+)*)[=:]?([+-]?\.?[0-9].*)")
_ASSIGNED = re.compile(r"([^=:]{1,40})[=:](.{1,40})")
Attempt = Callable[[str], bool]
_MISSING = object()
_LONGEST_NUMBER = 13


class ParamReader:
    """Takes words one by one; `values` are the parameters found, `complaints` what was not."""

    def __init__(self, kind: type[Block]) -> None:
        self._kind = kind
        self._fields = fields_of(kind)
        self._names = _names(kind)
        self._words: Sequence[str] = ()
        self._at = 0
        self.values: dict[str, Value] = {}
        self.complaints: list[str] = []

    def read(self, words: Sequence[str]) -> None:
        """Read words in their order."""
        self._words, self._at = words, 0
        while self._at < len(words):
            word = words[self._at]
            self._at += 1
            if not any(attempt(word) for attempt in self._attempts):
                self._complain(self._refusal(word))

    def _refusal(self, word: str) -> str:
        """Say why a word is of no use: a number that is out of range, or nothing known."""
        if _NUMBER.fullmatch(word):
            for name, found in self._open(advanced=False):
                if not isinstance(found, Choice | Flag):
                    return self._mismatch(name, word)
        return _("no parameter of {kind} takes “{word}”").format(
            kind=self._kind.__name__, word=word
        )

    def _mismatch(self, name: str, received: str) -> str:
        return _("{kind}: {name} must be {expected}, not {received}").format(
            kind=self._kind.__name__,
            name=name,
            expected=self._fields[name].expectation(),
            received=received,
        )

    @property
    def _attempts(self) -> tuple[Attempt, ...]:
        return (
            self._option,
            self._penalty,
            self._assigned,
            self._steps,
            self._flag,
            self._value_of_its_own,
            self._height_and_width,
            self._joined_name,
            self._name_then_value,
        )

    def _option(self, word: str) -> bool:
        """Take an option of a choice that has none yet: `relu`, `same`."""
        for name, found in self._open(advanced=True):
            option = _option_of(found, word) if isinstance(found, Choice) else _MISSING
            if option is not _MISSING and option is not None:
                self.values[name] = option
                return True
        return False

    def _penalty(self, word: str) -> bool:
        """Take `l2`, `l2 0.01` and `l2=0.01`, a penalty on weights."""
        name, _mark, strength = word.lower().replace(":", "=").partition("=")
        open_ones = (n for n, f in self._open(advanced=True) if isinstance(f, Regularizer))
        penalized = next(open_ones, None)
        if name not in REGULARIZERS or penalized is None:
            return False
        follows = self._words[self._at] if self._at < len(self._words) else ""
        if not strength and _NUMBER.fullmatch(follows) and "." in follows:
            self._at += 1
            strength = follows
        return self._set(penalized, f"{name}={strength}" if strength else name)

    def _height_and_width(self, word: str) -> bool:
        """Take `64x48` for two parameters of that name."""
        names = ("height", "width")
        sizes = re.split(r"\D", word.lower())
        if not _SIZES.fullmatch(word.lower()) or len(sizes) != len(names):
            return False
        if any(name not in self._fields or name in self.values for name in names):
            return False
        return all(self._set(name, size) for name, size in zip(names, sizes, strict=True))

    def _assigned(self, word: str) -> bool:
        """Take `rate=0.3` or `padding:same`."""
        match = _ASSIGNED.fullmatch(word)
        name = match and self._names.get(plain_word(match[1]))
        return bool(match and name and self._set(name, match[2]))

    def _steps(self, word: str) -> bool:
        """Take `/2`, a stride, and `x3`, a number of times."""
        slash = _SLASH.fullmatch(word)
        if slash and "strides" in self._fields:
            return self._set("strides", slash[1])
        times = _TIMES.fullmatch(word)
        return bool(times and self._value_of_its_own(times[1]))

    def _flag(self, word: str) -> bool:
        """Take `bias`, `nobias`, and `no bias`."""
        wanted, yes = plain_word(word), True
        if wanted in ("no", "without", "无", "不") and self._at < len(self._words):
            wanted, yes = plain_word(self._words[self._at]), False
            if not isinstance(self._fields.get(self._names.get(wanted, "")), Flag):
                return False
            self._at += 1
        elif wanted.startswith("no") and wanted[2:] in self._names:
            wanted, yes = wanted[2:], False
        name = self._names.get(wanted, "")
        if not isinstance(self._fields.get(name), Flag):
            return False
        follows = plain_word(self._words[self._at]) if self._at < len(self._words) else ""
        if yes and follows in (*YES, *NO):
            self._at += 1
            yes = follows in YES
        self.values[name] = yes
        return True

    def _value_of_its_own(self, word: str) -> bool:
        """Take a number or sizes for the first parameter that has none yet and may be that."""
        for name, found in self._open(advanced=False):
            if isinstance(found, Choice | Flag):
                continue
            value = self._row(found, word) if isinstance(found, Sizes) else _MISSING
            value = _value(found, word) if value is _MISSING else value
            if value is not _MISSING and value is not None:
                self.values[name] = value
                return True
        return False

    def _joined_name(self, word: str) -> bool:
        """Take `k5`, `s2x2`, `stride2`."""
        match = _NAMED.fullmatch(word)
        name = match and self._names.get(plain_word(match[1]))
        return bool(match and name and self._set(name, match[2]))

    def _name_then_value(self, word: str) -> bool:
        """Take `stride 2`, `rate 0.3`."""
        name = self._names.get(plain_word(word.rstrip("=:")))
        if name is None or self._at >= len(self._words):
            return False
        value = self._words[self._at].lstrip("=:") or "?"
        self._at += 1
        return self._set(name, value)

    def _row(self, found: Sizes, word: str) -> Value:
        """Return sizes that stand in several words, `28 28 1`; `_MISSING` if they do not."""
        words = [word]
        for follows in self._words[self._at :]:
            if not follows.isascii() or not follows.isdigit():
                break
            words.append(follows)
        if len(words) < 2 or not word.isdigit():
            return _MISSING
        value = _value(found, "x".join(words))
        self._at += 0 if value is _MISSING else len(words) - 1
        return value

    def _set(self, name: str, text: str) -> bool:
        """Set a parameter that was named; complain if its value cannot be."""
        found = self._fields[name]
        value = _value(found, text)
        if value is _MISSING:
            self._complain(self._mismatch(name, text))
        else:
            self.values[name] = value
        return True

    def _complain(self, text: str) -> None:
        if text not in self.complaints:
            self.complaints.append(text)

    def _open(self, *, advanced: bool) -> Iterator[tuple[str, Field]]:
        """Yield the parameters that have no value yet, those in plain sight first."""
        free = [(n, f) for n, f in self._fields.items() if n not in self.values]
        yield from ((n, f) for n, f in free if not f.advanced)
        if advanced:
            yield from ((n, f) for n, f in free if f.advanced)


def _value(found: Field, text: str) -> Value:
    """Return what a text is as the value of a parameter, `_MISSING` if it cannot be."""
    for raw in _raws(found, text):
        try:
            return found.read(raw)
        except ValueError:
            continue
    return _MISSING


def _raws(found: Field, text: str) -> Iterator[object]:
    """Yield what a text may be, as JSON would bring it."""
    word, number = plain_word(text), text.lower()
    yield from _named(found, text)
    if word in NOTHING:
        yield None
    if _SIZES.fullmatch(number):
        yield [int(size) for size in re.split(r"\D", number)]
    if isinstance(found, Real) and number.endswith("%") and _NUMBER.fullmatch(number[:-1]):
        yield float(number[:-1]) / 100
    if _NUMBER.fullmatch(number):
        whole = re.fullmatch(r"[+-]?[0-9]+", number)
        yield int(number) if whole else float(number)
    if number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER:
        yield [int(number)]


def _named(found: Field, text: str) -> Iterator[object]:
    """Yield what a text may be for a parameter that takes names."""
    match found:
        case Choice():
            option = _option_of(found, text)
            yield from () if option is _MISSING else (option,)
        case Flag():
            word = plain_word(text)
            yield from (True,) if word in YES else (False,) if word in NO else ()
        case Regularizer():
            name, _mark, strength = text.lower().partition("=")
            yield [name, float(strength)] if _NUMBER.fullmatch(strength) else name
        case _:
            pass


def _option_of(found: Choice, text: str) -> Value:
    """Return the option a word means: by its name, another word for it, its label or its start."""
    word = plain_word(text)
    word = plain_word(OPTIONS.get(word, word))
    begun: Value = _MISSING
    for option in found.options:
        said = plain_word(option or "none")
        label = plain_word(_(found.labels[option])) if option in found.labels else said
        if word in (said, label):
            return option
        if begun is _MISSING and len(word) >= 3 and said.startswith(word):
            begun = option
    return begun


@cache
def _derived(kind: type) -> Mapping[str, str]:
    """Return the parameter that each word names, but for those of the active language."""
    fields = fields_of(kind)
    names: dict[str, str] = {plain_word(name): name for name in fields}
    for name in sorted(fields, key=lambda name: fields[name].advanced):
        for short in PARAMETERS.get(name, ()):
            names.setdefault(plain_word(short), name)
    for name, found in fields.items():
        for word in (found.label, *name.split("_")):
            if len(word) > 2:
                names.setdefault(plain_word(word), name)
    return names


def _names(kind: type) -> Mapping[str, str]:
    labels = {plain_word(_(found.label)): name for name, found in fields_of(kind).items()}
    return {**labels, **_derived(kind)}
