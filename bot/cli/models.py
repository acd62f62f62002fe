"""`checkup models`: a table of the diseases this bot answers and the models behind them."""

from rich.console import Console
from rich.table import Column, Table

from classifiers.card import FormCard
from classifiers.registry import Registry, RegistryEntry

_COLUMNS = ("disease", "title", "labels", "model", "engine", "input", "MB", "state")


def print_models(registry: Registry) -> None:
    """Print one row per line of the registry."""
    table = Table(*(Column(name, overflow="fold") for name in _COLUMNS))
    for entry in registry.entries:
        table.add_row(*_row(entry))
    Console().print(table)


def _row(entry: RegistryEntry) -> tuple[str, ...]:
    state = (
        "ready"
        if entry.is_offered
        else ("off" if not entry.enabled and not entry.faults else "unavailable: see checkup check")
    )
    if entry.card is None:
        return (entry.id, "", "", "", "", "", "", state)
    card = entry.card
    if isinstance(card, FormCard):
        takes = f"{len(card.questions)} questions"
    else:
        height, width = card.model.input.size
        takes = f"{width}×{height}"
    size = f"{card.model.file.stat().st_size / 1e6:.1f}" if card.model.file else ""
    return (
        entry.id, card.title["en"], " ".join(card.codes), card.model.version, card.model.engine, takes, size, state
    )  # fmt: skip
