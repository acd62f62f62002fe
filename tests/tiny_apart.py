"""Tiny diseases whose engines run in a process of their own: other formats, and a class that can be asked to misbehave."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import tiny
import yaml

from classifiers.card import PhotoCard, read_photo_card
from classifiers.plugin import Plugin, load

TRUSTED = ("odd",)
# What a photo's upper left pixel asks for: red alone is enough, so that JPEG does not blur it.
HANG, RAISE, GROW, NAN, DIE, CRASH, TWO, SECRETS, SLOW = range(8, 80, 8)
ODD = f'''
import os
import time
from pathlib import Path

import numpy as np


class Odd:
    """Says of which colour a photo mostly is, unless it is asked for something else."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "pid").write_text(str(os.getpid()))
        print("words that are no answer", flush=True)

    def score(self, pixels):
        asked = int(pixels[0, 0, 0]) // 8 * 8 if pixels[..., 1:].max() < 8 else 0
        if asked == {HANG}:
            (self.folder / "hangs").touch()
            time.sleep(1000)
        if asked == {SLOW}:
            time.sleep(0.3)
        if asked == {RAISE}:
            raise ValueError("I do not like it")
        if asked == {GROW}:
            np.ones((1 << 33,), dtype=np.uint8)
        if asked == {DIE}:
            os._exit(3)
        if asked == {CRASH}:
            os.abort()
        if asked == {SECRETS}:
            Path("seen.txt").write_text(" ".join(os.environ))
        mean = pixels.mean((0, 1)) + 1
        return {{ {NAN}: [float("nan")] * 3, {TWO}: [0.5, 0.5] }}.get(asked, mean / mean.sum())
'''


def content(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    """Return a card for a model of another format, `softmax.keras` or `both.onnx`, copied into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(tiny.MODELS / name, folder)
    card = tiny.content("softmax", **changes)
    card["model"] |= {
        "engine": Path(name).suffix[1:],
        "file": name,
        "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
    }
    return card


def odd(folder: Path, **changes: Any) -> dict[str, Any]:
    """Return a card for the class, written into the folder; it may take 3 seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "odd.py").write_text(ODD)
    card = tiny.content("softmax")
    card["model"] = {
        "engine": "python",
        "entry": "odd:Odd",
        "version": "odd",
        "timeout": 3,
        "memory": 512,
        "input": {"size": [16, 16]},
    }
    for path, value in changes.items():
        tiny.change(card, path.split("__"), value)
    return card


def write(folder: Path, card: dict[str, Any]) -> Path:
    """Write the card into the folder; return its path."""
    path = folder / "card.yaml"
    path.write_text(yaml.dump(card, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    return path


def card(folder: Path, content: dict[str, Any]) -> PhotoCard:
    """Return the card, read from the folder."""
    return read_photo_card(write(folder, content))


def plugin(folder: Path, content: dict[str, Any]) -> Plugin:
    """Return the disease, ready to answer."""
    return load(card(folder, content), folder=folder, trusted=TRUSTED)
