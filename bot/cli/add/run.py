"""`checkup add`: a draft disease made from a model file and a list of labels."""

import os
import re
import shutil
from collections import Counter
from pathlib import Path

from bot.cli.add.draft import ENGINES, Draft, card_text, codes_of, look_into
from bot.cli.add.registry_line import with_line
from classifiers.card.model import MULTI_LABEL
from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults, EngineFailed, EngineLate, WrongOutput

_FILL_IN = (
    "what the model can and cannot tell (knows)",
    "of every label: what it is (about), a page to read on (link), and how soon to have it seen (care)",
)


class CannotAdd(Exception):
    """Nothing was added; the text says why and what to do."""


def add_disease(
    model: Path,
    *,
    labels: Path,
    registry: Path,
    disease: str | None = None,
    title: str | None = None,
    folder: Path | None = None,
    scaling: str | None = None,
    scores: str | None = None,
) -> list[str]:
    """Write a draft card beside a copy of the model, and the registry's line; return what to say. Raises CannotAdd."""
    if model.suffix.lower() not in ENGINES or not model.is_file():
        raise CannotAdd(f"{model}: must be a file whose name ends in {', '.join(ENGINES)}")
    name = disease or re.sub(r"[^a-z0-9]+", "_", model.stem.lower()).strip("_")
    home = folder or registry.parent / "classifiers" / name
    named = _labels(labels)
    _check_free(name, home, model, registry)
    draft = _draft_of(model, labels, len(named), scaling=scaling, scores=scores)
    card = home / "card.yaml"
    listed = _listed(registry, card)
    home.mkdir(parents=True, exist_ok=True)
    if model.resolve() != (home / model.name).resolve():
        shutil.copyfile(model, home / model.name)
    shown = title or name.replace("_", " ").capitalize()
    card.write_text(card_text(draft, disease=name, title=shown, file=model.name, labels=named), encoding="utf-8")
    registry.write_text(listed, encoding="utf-8")
    return _summary(card, registry, draft)


def _listed(registry: Path, card: Path) -> str:
    """Return the registry's text with a line for the card. Raises CannotAdd."""
    try:
        return with_line(registry, Path(os.path.relpath(card, registry.parent)).as_posix())
    except CardFaults as error:
        raise CannotAdd(str(error)) from error


def _labels(file: Path) -> dict[str, str]:
    """Return the labels' titles by code. Raises CannotAdd."""
    try:
        titles = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CannotAdd(f"{file}: cannot be read: {getattr(error, 'strerror', 'is not UTF-8 text')}") from error
    codes = codes_of(titles)
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise CannotAdd(f"{file}: {', '.join(twice)}: every line must be a label of its own")
    if len(codes) < 2:
        raise CannotAdd(f"{file}: has {len(codes)} labels, at least two are needed: one on each line")
    return dict(zip(codes, titles, strict=True))


def _check_free(name: str, home: Path, model: Path, registry: Path) -> None:
    """Check that nothing would be overwritten and that the id is new. Raises CannotAdd."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
        raise CannotAdd(f"--id {name}: must be small letters, digits and underscores, a letter first, at most 32")
    for file in (home / "card.yaml", home / model.name):
        if file.exists() and file.resolve() != model.resolve():
            raise CannotAdd(f"{file} is there already, and nothing is overwritten: choose another --id or --folder")
    content, _ = read_yaml(registry)
    lines = content.get("plugins") if isinstance(content, dict) else None
    for line in lines if isinstance(lines, list) else ():
        path = registry.parent / str(line.get("card")) if isinstance(line, dict) else registry
        card, _ = read_yaml(path)
        if isinstance(card, dict) and card.get("id") == name:
            raise CannotAdd(f"{path} has the id {name} already: choose another --id")


def _draft_of(model: Path, file: Path, labels: int, *, scaling: str | None, scores: str | None) -> Draft:
    try:
        return look_into(model, labels=labels, scaling=scaling, scores=scores)
    except WrongOutput as error:
        raise CannotAdd(
            f"{model} cannot be used with the {labels} labels of {file}: expected {error.facts['expected']}, "
            f"found {error.facts['found']}"
        ) from error
    except EngineFailed as error:
        raise CannotAdd(f"{model} cannot be run: {error.facts['why']}") from error
    except EngineLate as error:
        raise CannotAdd(f"{model} gave no answer within {error.facts['seconds']} seconds") from error


def _summary(card: Path, registry: Path, draft: Draft) -> list[str]:
    guesses = [f"  {key}: {why}" for key, why in draft.guesses.items()]
    limits = "thresholds" if draft.model.scores in MULTI_LABEL else "unsure_below"
    return [
        f"{card} is a draft, and {registry} has a line for it.",
        "Guessed, so have a look:",
        *guesses,
        f"  resize, channels, {limits}: as the card's comments say",
        "Only a person can fill in:",
        *(f"  {what}" for what in _FILL_IN),
        "Then: checkup check",
    ]
