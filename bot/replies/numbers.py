"""Numbers as people write them: four digits that count, no zeros behind, the language's own decimal sign."""

from bot.texts import Texts


def number(value: float, texts: Texts) -> str:
    """Return a number for a text."""
    written = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return written.replace(".", texts.plain("form.decimal"))
