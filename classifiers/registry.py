"""The registry: `registry.yaml` read, every card checked, and every valid disease loaded."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from classifiers.card import Card, faults_of, read_card
from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults, EngineFailed, EngineLate, Fault, Unavailable, WrongOutput
from classifiers.plugin import AnyPlugin, FormPlugin, PhotoPlugin, blank, is_form, is_photo, prepare


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    card: Path
    enabled: bool = True


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    plugins: list[_Line] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEntry:
    """One line of the registry. `id` is the card's, or its folder's name where the card gives none."""

    id: str
    path: Path
    enabled: bool
    card: Card | None = None
    plugin: AnyPlugin | None = None  # None if the disease could not be loaded
    faults: tuple[str, ...] = ()  # when it was read; a model server that did not answer then may do so since

    @property
    def is_offered(self) -> bool:
        """Return whether the disease is available: it was loaded, and has not failed too often since."""
        return self.plugin is not None and self.plugin.health.is_available


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All lines of a registry, in its order. A card with faults makes only its own disease unavailable."""

    entries: tuple[RegistryEntry, ...]
    faults: tuple[str, ...] = field(default=())  # of the registry file itself

    @property
    def plugins(self) -> dict[str, AnyPlugin]:
        """The diseases that are available, by id."""
        return {entry.id: entry.plugin for entry in self.entries if entry.plugin and entry.is_offered}

    @property
    def photo_plugins(self) -> dict[str, PhotoPlugin]:
        """Those of them that are judged by a photo."""
        return {disease: plugin for disease, plugin in self.plugins.items() if is_photo(plugin)}

    @property
    def form_plugins(self) -> dict[str, FormPlugin]:
        """Those of them that are asked as questions."""
        return {disease: plugin for disease, plugin in self.plugins.items() if is_form(plugin)}

    @property
    def all_faults(self) -> tuple[str, ...]:
        """Every fault of the file and of all its cards."""
        return (*self.faults, *(fault for entry in self.entries for fault in entry.faults))

    def photo_plugin(self, disease: str) -> PhotoPlugin:
        """Return the plugin of a disease that is judged by a photo. Raises Unavailable."""
        plugin = self._offered(disease)
        if plugin is None or not is_photo(plugin):
            raise Unavailable(disease=disease)
        return plugin

    def form_plugin(self, disease: str) -> FormPlugin:
        """Return the plugin of a disease that is asked as questions. Raises Unavailable."""
        plugin = self._offered(disease)
        if plugin is None or not is_form(plugin):
            raise Unavailable(disease=disease)
        return plugin

    def _offered(self, disease: str) -> AnyPlugin | None:
        """Return the disease's plugin if it is available; where an id stands twice, only one has a plugin."""
        return next((entry.plugin for entry in self.entries if entry.id == disease and entry.is_offered), None)


def read_registry(
    path: Path, *, trusted: Collection[str] = (), only: str | None = None, models: str | None = None
) -> Registry:
    """Return the registry at `path` with its enabled diseases loaded. Never raises for the content of the files.

    `trusted` are the modules and packages whose code a card may run. `only` is the id of a disease: of the other lines, no
    more than the ids are read. `models` is the address of a model server that is asked instead of running models here.
    """
    content, faults = read_yaml(path)
    if content is None and faults:
        return Registry(entries=(), faults=tuple(faults))
    try:
        _File.model_validate(content)
    except ValidationError as error:
        faults += faults_of(path, error)
    entries: list[RegistryEntry] = []
    for line in _good_lines(content):
        card = path.parent / line.card
        if only is not None and (other := _id_of(card)) != only:
            entries.append(RegistryEntry(id=other, path=card, enabled=line.enabled))
            continue
        entry = _read_entry(card, enabled=line.enabled, trusted=trusted, models=models)
        if entry.enabled and entry.card and any(entry.id == other.id and other.plugin for other in entries):
            faults += [f"{path}: the id {entry.id} stands twice: {entry.path}", *entry.faults]
            continue
        entries.append(entry)
    return Registry(entries=tuple(entries), faults=tuple(faults))


def _good_lines(content: Any) -> Iterator[_Line]:
    """Yield the valid lines: an invalid one must not make the others' diseases unavailable."""
    lines = content.get("plugins") if isinstance(content, dict) else None
    for line in lines if isinstance(lines, list) else ():
        with contextlib.suppress(ValidationError):  # the file as a whole has reported its faults
            yield _Line.model_validate(line)


def _id_of(path: Path) -> str:
    """Return the id that a card gives, whatever else is wrong with it; its folder's name where it gives none."""
    content, _ = read_yaml(path)
    given = content.get("id") if isinstance(content, dict) else None
    return given if isinstance(given, str) and given else path.absolute().parent.name


def _read_entry(path: Path, *, enabled: bool, trusted: Collection[str], models: str | None) -> RegistryEntry:
    try:
        card = read_card(path)
    except CardFaults as error:
        return RegistryEntry(id=_id_of(path), path=path, enabled=enabled, faults=tuple(error.faults))
    if not enabled:
        return RegistryEntry(id=card.id, path=path, enabled=False, card=card)
    plugin = None
    try:
        plugin = prepare(card, folder=path.parent, trusted=trusted, models=models)
        plugin.engine.score(blank(card))
    except (Fault, ValueError, RuntimeError) as error:  # the last two LiteRT raises for a file it cannot run
        if plugin and plugin.engine.runs == "remote" and not isinstance(error, WrongOutput):
            plugin.health.is_away()  # it may come back by itself
        else:
            plugin = None
        faults = (f"{path}: {_told(error)}",)
        return RegistryEntry(id=card.id, path=path, enabled=True, card=card, plugin=plugin, faults=faults)
    return RegistryEntry(id=card.id, path=path, enabled=True, card=card, plugin=plugin)


def _told(error: Exception) -> str:
    """Return in words why a disease cannot be offered."""
    match error:
        case WrongOutput():
            return f"model: expected {error.facts['expected']}, found {error.facts['found']}"
        case EngineFailed():
            return f"model: {error.facts['why']}"
        case EngineLate():
            return f"model: no answer within {error.facts['seconds']:g} seconds"
    return f"model.file: cannot be run: {error}"
