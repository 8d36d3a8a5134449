"""Translation of everything a person reads.

Strings are looked up when they are shown, never at import, so that the language can change while
the studio runs. Declarations that are evaluated at import mark their text with `N_` and the code
that shows them calls `_`.
"""

from __future__ import annotations

import gettext
import locale
import os

from cnnstudio.core import resources

DOMAIN = "cnnstudio"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(text: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark `text` for translation and return it unchanged."""
    return text


def _(text: str) -> str:
    """Return `text` in the active language."""
    # gettext answers "" with the head of its catalogue.
    return _active.gettext(text) if text else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a text that fits `count`, in the active language."""
    return _active.ngettext(singular, plural, count)


def language() -> str:
    """Return the active language, a key of `LANGUAGES`."""
    return _language


def use_language(code: str | None, system: str | None = None) -> str:
    """Switch to a language.

    Args:
        code: a key of `LANGUAGES`; None or an unknown code follows the system.
        system: the system's language or locale, as `system_language` takes it.

    Returns:
        The language that is active now.
    """
    global _active, _language  # noqa: PLW0603 - the one place the process's language lives
    _language = code if code in LANGUAGES else system_language(system)
    _active = gettext.translation(
        DOMAIN, resources.path("locale"), languages=[_language], fallback=True
    )
    return _language


def system_language(system: str | None = None) -> str:
    """Return the language of `LANGUAGES` that fits the system best, English if none does.

    Args:
        system: the system's language or locale, `zh_CN` or `zh-Hans-CN`, from one who knows it. An
            app of macOS has no environment variable to tell it, so only the window does.
    """
    variables = (os.environ.get(key) for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named = system or next(filter(None, variables), None) or locale.getlocale()[0] or ""
    return "zh_CN" if named.lower().startswith(("zh", "chinese")) else "en"


def sentence(text: str) -> str:
    """Begin a message with a capital, unless it begins with a name such as `conv_1` or a path."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text[:1].upper() + text[1:] if first.isalpha() else text
