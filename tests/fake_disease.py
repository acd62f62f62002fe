"""A disease without a model, for tests: a card made by hand and an engine that says what it is told."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pillow_heif
import yaml
from PIL import Image

from classifiers.card import PhotoCard
from classifiers.plugin import Examination, Plugin, examine
from classifiers.registry import Registry, RegistryEntry
from classifiers.scores import Scores
from classifiers.verdict import Finding, conclude

pillow_heif.register_heif_opener()  # so that `photo` can write such files, too

LABELS: dict[str, tuple[str, str]] = {
    "nv": ("Mole", "routine"),
    "mel": ("Melanoma", "urgent"),
    "bcc": ("Basal", "soon"),
}
SKIN = yaml.safe_load((Path(__file__).parents[1] / "classifiers" / "skin" / "card.yaml").read_text(encoding="utf-8"))
ABOUT = "Cells that make pigment, in a small heap."


def card(**changes: Any) -> PhotoCard:
    """Return a card with three labels and all screens; `changes` replace whole parts of it."""
    content = {
        "id": "skin",
        "input": "photo",
        "title": {"en": "Skin spot"},
        "knows": {"en": "Three kinds of spots."},
        "licence": SKIN["licence"],
        "words": SKIN["words"],
        "model": {
            "engine": "litert",
            "file": "none.tflite",
            "sha256": "0" * 64,
            "version": "2026.1",
            "input": {"size": [64, 64]},
            "outputs": {"scores": 0, "attention": 1, "not_this": 2},
        },
        "labels": [
            {
                "code": code,
                "title": {"en": title},
                "about": {"en": ABOUT},
                "link": f"https://example.org/{code}",
                "care": care,
            }
            for code, (title, care) in LABELS.items()
        ],
        "decision": {
            "unsure_below": 0.5,
            "not_this_above": 0.5,
            "alarm": {"labels": ["mel"], "above": 0.2},
            "screen": {
                "least_side": 100,
                "sharpness_above": -3.0,
                "light_above": 0.15,
                "light_below": 0.9,
                "contrast_above": 0.01,
            },
        },
    }
    return PhotoCard.model_validate(content | changes)


@dataclass
class SaysWhatItIsTold:
    """An engine. `shares` are the probabilities in the card's order; `errors` are raised instead, one after another."""

    shares: tuple[float, ...] = (0.9, 0.07, 0.03)
    not_this: float = 0.0
    errors: list[Exception] = field(default_factory=list)
    seen: int = field(default=0)

    runs: Literal["here"] = "here"

    def close(self) -> None:
        """Nothing to release."""

    def score(self, pixels: np.ndarray) -> Scores:
        """Return what was told, and a map that is hot in the upper left quarter for the first label."""
        self.seen += 1
        if self.errors:
            raise self.errors.pop(0)
        class_maps = np.zeros((7, 7, len(self.shares)), dtype=np.float32)
        class_maps[1:3, 1:3, 0] = 5
        class_maps[5, 5, 1:] = 5
        return Scores(
            probabilities=np.array(self.shares, dtype=np.float32), class_maps=class_maps, not_this=self.not_this
        )


def registry(engine: SaysWhatItIsTold, its_card: PhotoCard | None = None) -> Registry:
    """Return a registry that offers this one disease."""
    its_card = its_card or card()
    plugin = Plugin(card=its_card, engine=engine)
    return Registry(
        entries=(RegistryEntry(id=its_card.id, path=Path("card.yaml"), enabled=True, card=its_card, plugin=plugin),)
    )


def photo(width: int = 640, height: int = 480, *, kind: str = "JPEG", light: int = 170, **how: Any) -> bytes:
    """Return an image file that looks a little like skin: one colour with grain and a darker spot."""
    rng = np.random.default_rng(width * 7 + height)
    grain = rng.normal(0, 12, (height, width, 1))
    down, across = np.ogrid[:height, :width]
    spot = ((down - height / 2) ** 2 + (across - width / 2) ** 2 < (min(width, height) / 6) ** 2)[..., None]
    colour = np.array([light, light * 0.75, light * 0.65]) - 60 * spot * (light > 80)
    written = io.BytesIO()
    Image.fromarray((colour + grain).clip(0, 255).astype(np.uint8)).save(written, kind, **how)
    return written.getvalue()


def finding(shares: tuple[float, ...] = (0.9, 0.07, 0.03), its_card: PhotoCard | None = None, **facts: Any) -> Finding:
    """Return what is concluded from these probabilities of a good photo."""
    return conclude(its_card or card(), Scores(probabilities=np.array(shares), **facts), None)


def examination(data: bytes, its_card: PhotoCard | None = None, engine: SaysWhatItIsTold | None = None) -> Examination:
    """Return one photo looked at."""
    return examine(Plugin(card=its_card or card(), engine=engine or SaysWhatItIsTold()), data)
