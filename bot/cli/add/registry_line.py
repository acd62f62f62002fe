"""Adds a line to the registry and leaves everything else in it as it is, comments included."""

from pathlib import Path

import yaml

from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults

_NEW = "# Which diseases this bot answers. Paths are relative to this file.\nplugins:\n"


def with_line(registry: Path, card: str) -> str:
    """Return the registry's text with a line for the card, its path relative to the registry. Raises CardFaults.

    A registry that does not exist yet begins with this line.
    """
    if not registry.exists():
        return f"{_NEW}  - card: {card}\n"
    content, faults = read_yaml(registry)
    if faults:
        raise CardFaults(faults)
    written = _inserted(registry.read_text(encoding="utf-8"), card)
    if written is None:
        raise CardFaults([f"{registry}: plugins: is missing, or is no list of lines: add by hand: - card: {card}"])
    if yaml.safe_load(written) != {**content, "plugins": [*content["plugins"], {"card": card}]}:
        raise CardFaults([f"{registry}: is written in a way of its own: add by hand: - card: {card}"])
    return written


def _inserted(text: str, card: str) -> str | None:
    """Return the text with a line behind the last item of `plugins`; None if there is no such list."""
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    if nothing := _empty(document):
        return f"{text[: nothing.start_mark.index].rstrip()}\n  - card: {card}{text[nothing.end_mark.index :]}"
    items = _items(document)
    if items is None:
        return None
    lines = text.splitlines()
    at, column = items
    lines.insert(at, f"{' ' * column}- card: {card}")
    return "\n".join(lines) + "\n"


def _plugins(document: yaml.Node | None) -> yaml.Node | None:
    pairs = document.value if isinstance(document, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == "plugins"), None)


def _empty(document: yaml.Node | None) -> yaml.Node | None:
    """Return what stands behind `plugins:` where that is an empty list."""
    found = _plugins(document)
    return found if isinstance(found, yaml.SequenceNode) and not found.value else None


def _items(document: yaml.Node | None) -> tuple[int, int] | None:
    """Return the line behind the last item of `plugins`, and the column its dash is in."""
    found = _plugins(document)
    if not isinstance(found, yaml.SequenceNode) or found.flow_style or not found.value:
        return None
    last = found.value[-1]
    while isinstance(last, yaml.MappingNode | yaml.SequenceNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    return last.end_mark.line + 1, found.start_mark.column
