"""A registry that can be replaced while cases run, without dropping one of them."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from classifiers.health import Health
from classifiers.plugin import AnyPlugin, Engine, FormPlugin, PhotoPlugin
from classifiers.registry import Registry, RegistryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadReport:
    """What a reload changed: diseases by their ids, and every fault that was found."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]  # still served by the plugin from before, because their cards now have faults
    faults: tuple[str, ...]


class LiveRegistry:
    """The registry in force. A case keeps the plugin it began with; one that was replaced is closed after its last case.

    Only one thread may call this: the event loop's.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._cases: Counter[int] = Counter()  # running, by their engine

    @property
    def registry(self) -> Registry:
        """The registry as it was last read, with the plugins that were kept from before."""
        return self._registry

    @contextlib.contextmanager
    def photo_case(self, disease: str) -> Iterator[PhotoPlugin]:
        """Give the plugin of a photo disease, which stays open for as long as the block runs. Raises Unavailable."""
        plugin = self._registry.photo_plugin(disease)
        with self._in_use(plugin):
            yield plugin

    @contextlib.contextmanager
    def form_case(self, disease: str) -> Iterator[FormPlugin]:
        """Give the plugin of a form disease, which stays open for as long as the block runs. Raises Unavailable."""
        plugin = self._registry.form_plugin(disease)
        with self._in_use(plugin):
            yield plugin

    @contextlib.contextmanager
    def _in_use(self, plugin: AnyPlugin) -> Iterator[None]:
        self._cases[id(plugin.engine)] += 1
        try:
            yield
        finally:
            self._cases[id(plugin.engine)] -= 1
            self._close_if_over(plugin.engine)

    def replace(self, found: Registry) -> ReloadReport:
        """Put `found` in force and report what changed; a disease whose card now has faults keeps its plugin."""
        before, self._registry = self._registry, merge_reload(self._registry, found)
        for engine in _engines(before):
            self._close_if_over(engine)
        old, new, engines = before.plugins, self._registry.plugins, _engines(before)
        return ReloadReport(
            added=tuple(disease for disease in new if disease not in old),
            removed=tuple(disease for disease in old if disease not in new),
            kept=tuple(disease for disease, plugin in new.items() if any(plugin.engine is one for one in engines)),
            faults=self._registry.all_faults,
        )

    def close(self) -> None:
        """Close every engine, those in use after their last case."""
        self.replace(Registry(entries=()))

    def _close_if_over(self, engine: Engine) -> None:
        if self._cases[id(engine)] or any(engine is offered for offered in _engines(self._registry)):
            return
        del self._cases[id(engine)]
        engine.close()


def _engines(registry: Registry) -> list[Engine]:
    """Return all engines that were loaded, also those of diseases that are unavailable."""
    return [entry.plugin.engine for entry in registry.entries if entry.plugin]


def merge_reload(before: Registry, found: Registry) -> Registry:
    """Return the registry found, where an entry with faults keeps the plugin it had before; the faults stay.

    While the file itself has faults, no disease is taken away: its line may be the one that cannot be read.
    """
    entries = [_kept_serving(entry, before, found) for entry in found.entries]
    if found.faults:
        known = {entry.id for entry in entries}
        entries += [_without_failures(entry) for entry in before.entries if entry.plugin and entry.id not in known]
    return Registry(entries=tuple(entries), faults=found.faults)


def _kept_serving(entry: RegistryEntry, before: Registry, found: Registry) -> RegistryEntry:
    """Return an entry with the plugin it had before if it has none now and no other line offers the disease."""
    if entry.plugin or not entry.enabled:
        return entry
    for old in before.entries:
        same = old.path.absolute() == entry.path.absolute() or old.id == entry.id
        if old.plugin and same and old.id not in found.plugins:
            return replace(_without_failures(old), faults=entry.faults)
    return entry


def _without_failures(entry: RegistryEntry) -> RegistryEntry:
    """Return the entry with its count of failures set back to zero."""
    return replace(entry, plugin=entry.plugin and replace(entry.plugin, health=Health()))
