"""A run's folder: what was asked for, the model after the last finished epoch, the figures so far and their curves."""

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras

from training import curves
from training.backbones import MOBILENET_V2
from training.batches import LogitAdjustedLoss  # noqa: F401 - a saved model names it
from training.whole_file import whole, write_text

OUTLINE = "outline"  # the folder, in a run's, of what outlines the lesion


class Run:
    """One training run on disk. Goes on where it was; refuses to go on with another recipe than it began with."""

    def __init__(self, folder: Path, *, config: dict[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "config.json"
        if kept.exists() and completed(_read(kept)[0]) != completed(json.loads(json.dumps(config))):
            raise SystemExit(f"{kept}: begun with another recipe or seed: give another --run, or delete this one")
        write_text(kept, json.dumps(config, indent=1))
        self._log = folder / "epochs.jsonl"
        self.epochs: list[dict[str, Any]] = _read(self._log, lines=True) if self._log.exists() else []

    @property
    def finished(self) -> int:
        """The number of epochs that need not be trained again."""
        return len(self.epochs)

    def model(self) -> keras.Model | None:
        """Return the model after the last finished epoch, its optimizer as it was; None before the first."""
        return keras.models.load_model(self.folder / "last.keras") if self.epochs else None

    def save(self, model: keras.Model, **figures: Any) -> None:
        """Keep the model and this epoch's figures, so that a kill at any moment costs at most one epoch."""
        with whole(self.folder / "last.keras") as unfinished:
            model.save(unfinished)
        self.epochs.append(figures)
        write_text(self._log, "".join(json.dumps(epoch) + "\n" for epoch in self.epochs))
        curves.draw(self.folder / "curves.png", self.epochs)
        print(json.dumps(figures), flush=True)


def _read(file: Path, *, lines: bool = False) -> list[dict[str, Any]]:
    """Return the JSON in a file of a run, or on each of its lines. Raises SystemExit where it cannot be read."""
    text = file.read_text()
    try:
        return [json.loads(part) for part in (text.splitlines() if lines else [text])]
    except ValueError as error:
        raise SystemExit(f"{file}: cannot be read ({error}): give another --run, or delete this one") from error


def kept_file(run: Path, name: str) -> Path:
    """Return a file of a run. Raises SystemExit where it is not there."""
    if not (run / name).is_file():
        what = "was shipped or restored" if name.startswith(OUTLINE) else "has learnt"
        raise SystemExit(f"{run}: no run that {what}, there is no {name} in it: give the folder of one")
    return run / name


def network_of(run: Path, name: str = "last.keras") -> keras.Model:
    """Return a network of a run, as it is after its last epoch. Raises SystemExit where it cannot be read."""
    file = kept_file(run, name)
    try:
        return keras.models.load_model(file, compile=False)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise SystemExit(f"{file}: cannot be read ({error}): give the folder of another run") from error


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
