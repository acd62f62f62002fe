"""A disease whose model only waits, so that two cores can show what more replicas are for."""

from pathlib import Path
from typing import Any

import yaml

MODULE = "waits_a_while"
SECONDS = 0.2
_CODE = f"""
import time


class Waits:
    def __init__(self, folder):
        pass

    def score(self, pixels):
        time.sleep({SECONDS})
        return [0.9, 0.1]
"""


def write_registry(folder: Path, **more: Any) -> Path:
    """Write a registry with this disease alone into the folder, and return its path. Its module has to be trusted.

    `more` are further parts of its card.
    """
    (folder / f"{MODULE}.py").write_text(_CODE)
    labels = [{"code": code, "title": {"en": code}, "about": {"en": f"A {code}."}} for code in ("one", "two")]
    card = {
        "id": "waiting",
        "input": "photo",
        "title": {"en": "Waiting"},
        "knows": {"en": "Nothing: it only waits."},
        "labels": [label | {"link": "https://example.org/", "care": "routine"} for label in labels],
        "model": {"engine": "python", "entry": f"{MODULE}:Waits", "version": "1", "input": {"size": [32, 32]}},
        "decision": {"unsure_below": 0.5},
    }
    (folder / "card.yaml").write_text(yaml.safe_dump(card | more, sort_keys=False))
    registry = folder / "registry.yaml"
    registry.write_text(yaml.safe_dump({"plugins": [{"card": "card.yaml"}]}))
    return registry
