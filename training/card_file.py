"""Writes a recipe's numbers into a card and leaves the words, which people wrote, as they are."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training.card_text import with_values
from training.export import outputs
from training.whole_file import write_text


def write_card(
    card: Path,
    *,
    file: Path,
    version: str,
    size: int,
    decision: dict[str, object],
    metrics: dict[str, Any] | None = None,
) -> None:
    """Write `model`, `decision` and, given metrics, `evidence` into the card at `card`; all else in it stays as it is."""
    values: dict[str, Any] = {"model": _model(file, version=version, size=size), "decision": decision}
    if metrics:
        values["evidence"] = {"measured": datetime.now(UTC).date().isoformat(), **metrics["evidence"]}
    write_text(card, with_values(card.read_text(encoding="utf-8"), values))


def _model(file: Path, *, version: str, size: int) -> dict[str, Any]:
    """Return what a card says of its model."""
    return {
        "engine": "litert",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "version": version,
        "input": {"size": [size, size], "resize": "stretch", "scaling": "raw"},
        "scores": "logits",
        "outputs": outputs(file),
    }
