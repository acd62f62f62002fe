"""A finding as operators read it: the keys of a JSON line, and a line for a terminal, in English."""

from typing import Any

from classifiers.card import Card
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
        "model": finding.model,
        "milliseconds": round(milliseconds, 2),
    }


def line_of(finding: Finding, card: Card) -> str:
    """Return a finding in a line."""
    title = card.label(finding.label).title["en"]
    why = f" ({', '.join(finding.reasons)})" if finding.reasons else ""
    return (
        f"{finding.outcome}: {title} {finding.confidence:.0%}, care: {finding.care or 'none'}"
        f"{', ALARM' if finding.alarm else ''}{why}"
    )


def error_of(error: dict[str, Any]) -> str:
    """Return an error's code and facts in a line."""
    facts = ", ".join(f"{name} {value}" for name, value in error.items() if name != "code")
    return f"error: {error['code']}" + (f" ({facts})" if facts else "")
