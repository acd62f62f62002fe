"""A finding as operators read it: the keys of a JSON line, and a line for a terminal, in English."""

from typing import Any

from bot.cli.photo_files import conversion
from classifiers.card import Card
from classifiers.errors import UnsupportedFormat
from classifiers.verdict import Finding


def record_of(finding: Finding, milliseconds: float) -> dict[str, Any]:
    """Return what every JSON line says of a finding, whatever was looked at."""
    return {
        "disease": finding.disease,
        "outcome": finding.outcome,
        "label": finding.label,
        "confidence": round(finding.confidence, 6),
        "probabilities": {code: round(share, 6) for code, share in finding.probabilities.items()},
        "care": finding.care,
        "alarm": finding.alarm,
        "reasons": list(finding.reasons),
        **({"found": list(finding.found)} if finding.outcome in {"findings", "nothing_found"} else {}),
        "model": finding.model,
        "milliseconds": round(milliseconds, 2),
    }


def line_of(finding: Finding, card: Card) -> str:
    """Return a finding in a line."""
    named = ", ".join(
        f"{card.label(code).title['en']} {finding.probabilities[code]:.0%}"
        for code in finding.found or (finding.label,)
    )
    nearest = "nearest " if finding.outcome == "nothing_found" else ""
    why = f" ({', '.join(finding.reasons)})" if finding.reasons else ""
    return (
        f"{finding.outcome}: {nearest}{named}, care: {finding.care or 'none'}{', ALARM' if finding.alarm else ''}{why}"
    )


def error_of(error: dict[str, Any]) -> str:
    """Return an error's code and facts in a line."""
    facts = ", ".join(f"{name} {value}" for name, value in error.items() if name != "code")
    how = conversion(str(error.get("format"))) if error["code"] == UnsupportedFormat.code else ""
    return f"error: {error['code']}" + (f" ({facts})" if facts else "") + how
