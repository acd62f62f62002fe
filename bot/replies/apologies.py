"""What is said when there is no finding: what to send instead, or that we are sorry."""

from collections.abc import Mapping

from bot.texts import Html, Texts

_UNITS = {
    "too_many_pixels": "megapixels",
    "file_too_large": "megabytes",
    "file_over_limit": "megabytes",
}  # of the sizes that a refusal names


def refusal(code: str, facts: Mapping[str, object], texts: Texts) -> Html:
    """Return what is wrong with what was sent and what to send instead; `code` is a Refusal's or a kind of message."""
    unit = _UNITS.get(code)
    if unit is None:
        return texts.html(f"refusal.{code}", **facts)
    sizes = {"size": facts.get(unit), "most": facts["most"]}
    written = {
        name: texts.formats.quantity(size, unit) for name, size in sizes.items() if isinstance(size, int | float)
    }
    return texts.html(f"refusal.{code}", **written)


def apology(code: str, texts: Texts) -> Html:
    """Return that something is wrong on our side; `code` is a Fault's. Its facts are for the operator alone."""
    return texts.html(f"fault.{code}")
