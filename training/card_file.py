"""Writes a recipe's numbers into a card and leaves the words, which people wrote, as they are."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from training.export import outputs


def write_card(
    card: Path,
    *,
    file: Path,
    version: str,
    size: int,
    decision: dict[str, object],
    metrics: dict[str, Any] | None = None,
) -> None:
    """Replace `model`, `decision` and, given metrics, `evidence` in the card at `card`; its first comment lines stay."""
    text = card.read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True)[:3] if line.startswith("#"))
    content = yaml.safe_load(text)
    content["model"] = {
        "engine": "litert",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "version": version,
        "input": {"size": [size, size], "resize": "stretch", "scaling": "raw"},
        "scores": "logits",
        "outputs": outputs(file),
    }
    content["decision"] = decision
    if metrics:
        content["evidence"] = {"measured": datetime.now(UTC).date().isoformat(), **metrics["evidence"]}
    order = ("id", "input", "title", "knows", "labels", "model", "decision", "evidence")
    written = {key: content[key] for key in order if key in content}
    card.write_text(head + yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
