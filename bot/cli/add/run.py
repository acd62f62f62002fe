"""`checkup add`: a draft disease made from a model file and a list of labels."""

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from bot.cli.add.cannot_add import CannotAdd
from bot.cli.add.card_text import card_text, filled_in
from bot.cli.add.draft import Draft, draft_of
from bot.cli.add.labels_file import LabelsFile, read_labels
from bot.cli.add.model_input import Wishes
from bot.cli.add.model_source import ModelSource, advice, read_source
from bot.cli.add.preprocessor import read_preprocessor
from bot.cli.add.probe import probing
from bot.cli.add.registry_line import with_line
from bot.cli.add.trial import trial
from bot.cli.photo_files import photos_in
from bot.cli.whole_file import whole
from classifiers.card import RESERVED, PhotoCard
from classifiers.card.model import MULTI_LABEL
from classifiers.card.yaml_file import read_yaml
from classifiers.engines.outputs import scores_of
from classifiers.errors import CardFaults, EngineFailed, EngineLate, WrongOutput

_FILL_IN = (
    "what the model can and cannot tell (knows)",
    "of every label: what it is (about), a page to read on (link), and how soon to have it seen (care)",
)
_A_GUESS = (
    "the scaling is a guess, and a wrong one makes no error, only bad answers: --try PHOTO… shows what it says of photos "
    "under each"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """What is to be added, and what is known of it."""

    model: Path
    labels: Path
    registry: Path
    disease: str | None = None
    title: str | None = None
    folder: Path | None = None
    wishes: Wishes = field(default_factory=Wishes)
    photos: Sequence[Path] = ()  # to show findings on, under each scaling

    @property
    def name(self) -> str:
        """The disease's id."""
        return self.disease or re.sub(r"[^a-z0-9]+", "_", self.model.stem.lower()).strip("_")

    @property
    def home(self) -> Path:
        """The folder that card and model go to."""
        return self.folder or self.registry.parent / "classifiers" / self.name


def add_disease(request: AddRequest) -> list[str]:
    """Write a draft card beside a copy of the model, and the registry's line; return what to say. Raises CannotAdd."""
    source, labels = read_source(request.model), read_labels(request.labels)
    _check_free(request, source)
    draft, text, table = _drafted(request, source, labels)
    card = request.home / "card.yaml"
    listed = _listed(request.registry, card)
    _copy(source, request.home)
    for file, content in ((card, text), (request.registry, listed)):
        with whole(file) as out:
            out.write(content)
    return _summary(card, request.registry, draft, table)


def _drafted(request: AddRequest, source: ModelSource, labels: LabelsFile) -> tuple[Draft, str, list[str]]:
    """Return the draft, its card's text, and the table of findings on the photos, if there are any. Raises CannotAdd."""
    said = read_preprocessor(request.model.parent, request.labels.parent)
    photos = photos_in(request.photos).photos
    try:
        with probing(source) as probe:
            draft = draft_of(probe, source, labels, request.wishes, said)
            title = request.title or request.name.replace("_", " ").capitalize()
            text = card_text(draft, disease=request.name, title=title, file=source.file.name, labels=labels.titles)
            card = _card_that_passes(text, draft)
            return draft, text, trial(probe, draft, card, photos) if photos else []
    except WrongOutput as error:
        raise CannotAdd(
            f"{source.file} cannot be used with the {len(labels.titles)} labels of {request.labels} ({_some(labels)}): "
            f"expected {error.facts['expected']}, found {error.facts['found']}"
        ) from error
    except EngineFailed as error:
        why = str(error.facts["why"])
        raise CannotAdd(f"{source.file} cannot be run: {why}{advice(source.file, why)}") from error
    except EngineLate as error:
        raise CannotAdd(f"{source.file} gave no answer within {error.facts['seconds']} seconds") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise CannotAdd(f"{source.file} cannot be described by a card: {faults}") from error


def _some(labels: LabelsFile) -> str:
    titles = list(labels.titles.values())
    return ", ".join(titles[:3]) + (" …" if len(titles) > 3 else "")


def _card_that_passes(text: str, draft: Draft) -> PhotoCard:
    """Return the card that the draft becomes, once the model's answers pass with it as they will when it is checked."""
    card = filled_in(text)
    for outputs in draft.answers:
        scores_of(outputs, card, step=draft.step)
    return card


def _copy(source: ModelSource, home: Path) -> None:
    for name in (source.file.name, *source.external_data):
        old, new = source.file.parent / name, home / name
        new.parent.mkdir(parents=True, exist_ok=True)
        if old.resolve() != new.resolve():
            shutil.copyfile(old, new)


def _listed(registry: Path, card: Path) -> str:
    """Return the registry's text with a line for the card. Raises CannotAdd."""
    try:
        return with_line(registry, Path(os.path.relpath(card, registry.parent)).as_posix())
    except CardFaults as error:
        raise CannotAdd(str(error)) from error


def _check_free(request: AddRequest, source: ModelSource) -> None:
    """Check that nothing would be overwritten and that the id is new. Raises CannotAdd."""
    name, home, registry = request.name, request.home, request.registry
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
        raise CannotAdd(f"--id {name}: must be small letters, digits and underscores, a letter first, at most 32")
    if name in RESERVED:
        raise CannotAdd(f"--id {name}: /{name} is a command of the chat already: choose another")
    ours = {(source.file.parent / one).resolve() for one in (source.file.name, *source.external_data)}
    for file in (home / "card.yaml", home / source.file.name, *(home / one for one in source.external_data)):
        if file.exists() and file.resolve() not in ours:
            raise CannotAdd(f"{file} is there already, and nothing is overwritten: choose another --id or --folder")
    content, _ = read_yaml(registry)
    lines = content.get("plugins") if isinstance(content, dict) else None
    for line in lines if isinstance(lines, list) else ():
        path = registry.parent / str(line.get("card")) if isinstance(line, dict) else registry
        card, _ = read_yaml(path)
        if isinstance(card, dict) and card.get("id") == name:
            raise CannotAdd(f"{path} has the id {name} already: choose another --id")


def _summary(card: Path, registry: Path, draft: Draft, table: list[str]) -> list[str]:
    resize = () if "resize" in draft.recognised else ("resize",)
    limits = "thresholds" if draft.model.scores in MULTI_LABEL else "unsure_below"
    unsure = "scaling" in draft.guesses and not table
    return [
        f"{card} is a draft, and {registry} has a line for it.",
        *(["Recognised:"] if draft.recognised else []),
        *(f"  {key} {_value(draft, key)}: {why}" for key, why in draft.recognised.items()),
        "Guessed, so have a look:",
        *(f"  {key} {_value(draft, key)}: {why}" for key, why in draft.guesses.items()),
        f"  {', '.join((*resize, 'channels', limits))}: as the card's comments say",
        *(f"WARNING: {warning}." for warning in (*draft.warnings, *([_A_GUESS] if unsure else []))),
        *table,
        "Only a person can fill in:",
        *(f"  {what}" for what in _FILL_IN),
        "Then: checkup check",
    ]


def _value(draft: Draft, key: str) -> str:
    if key == "scores":
        return draft.model.scores
    value = getattr(draft.model.input, key)
    return "×".join(map(str, value)) if key == "size" else str(value)
