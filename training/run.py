"""A run's folder: what was asked for, the model after the last finished epoch, the figures so far and their curves."""

import json
from pathlib import Path
from typing import Any

import keras

from training import curves
from training.backbones import MOBILENET_V2
from training.batches import LogitAdjustedLoss  # noqa: F401 - a saved model names it


class Run:
    """One training run on disk. Goes on where it was; refuses to go on with another recipe than it began with."""

    def __init__(self, folder: Path, *, config: dict[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "config.json"
        if kept.exists() and completed(json.loads(kept.read_text())) != completed(json.loads(json.dumps(config))):
            raise SystemExit(f"{kept}: begun with another recipe or seed: give another --run, or delete this one")
        kept.write_text(json.dumps(config, indent=1))
        self._log = folder / "epochs.jsonl"
        self.epochs: list[dict[str, Any]] = (
            [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []
        )

    @property
    def finished(self) -> int:
        """The number of epochs that need not be trained again."""
        return len(self.epochs)

    def model(self) -> keras.Model | None:
        """Return the model after the last finished epoch, its optimizer as it was; None before the first."""
        return keras.models.load_model(self.folder / "last.keras") if self.epochs else None

    def save(self, model: keras.Model, **figures: Any) -> None:
        """Keep the model and this epoch's figures, so that a kill at any moment costs at most one epoch."""
        unfinished = self.folder / "saving.keras"
        model.save(unfinished)
        unfinished.rename(self.folder / "last.keras")
        self.epochs.append(figures)
        self._log.write_text("".join(json.dumps(epoch) + "\n" for epoch in self.epochs))
        curves.draw(self.folder / "curves.png", self.epochs)
        print(json.dumps(figures), flush=True)


def completed(config: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe with what it left out before there was a choice, also of the teachers and the student it names."""
    if "stages" not in config:
        return config
    whole = {"backbone": MOBILENET_V2, **config}
    whole["stages"] = [{"precision": "float32", "thumbnails": False, **stage} for stage in config["stages"]]
    if "teachers" in config:
        whole["teachers"] = [completed(teacher) for teacher in config["teachers"]]
    if "student" in config:
        whole["student"] = completed(config["student"])
    return whole
