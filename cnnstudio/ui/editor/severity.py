"""How a problem looks, by how much it matters."""

from cnnstudio.core.problems import Severity

LOOKS = {
    Severity.ERROR: ("circle-alert", "error"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.HINT: ("lightbulb", "muted"),
}
"""Icon and tone."""
