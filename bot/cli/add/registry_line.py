"""A line more in the registry, everything else in it left as it is, comments included."""

from pathlib import Path

import yaml

from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults

_NEW = "# Which diseases this bot answers. Paths are relative to this file.\nplugins:\n"


def with_line(registry: Path, card: str) -> str:
    """Return the registry's text with a line for the card, its path relative to the registry. Raises CardFaults.

    A registry that is not there begins with this line.
    """
    if not registry.exists():
        return f"{_NEW}  - card: {card}\n"
    content, faults = read_yaml(registry)
    if faults:
        raise CardFaults(faults)
    text = registry.read_text(encoding="utf-8")
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    items = _items(document)
    if items is None:
        raise CardFaults([f"{registry}: plugins: is missing, or is no list of lines: add by hand: - card: {card}"])
    lines = text.splitlines()
    at, column = items
    lines.insert(at, f"{' ' * column}- card: {card}")
    written = "\n".join(lines) + "\n"
    wanted = [*content["plugins"], {"card": card}]
    if yaml.safe_load(written) != {**content, "plugins": wanted}:
        raise CardFaults([f"{registry}: is written in a way of its own: add by hand: - card: {card}"])
    return written


def _items(document: yaml.Node | None) -> tuple[int, int] | None:
    """Return the line behind the last item of `plugins`, and the column its dash is in."""
    pairs = document.value if isinstance(document, yaml.MappingNode) else []
    found = [value for key, value in pairs if key.value == "plugins"]
    if not found or not isinstance(found[0], yaml.SequenceNode) or found[0].flow_style or not found[0].value:
        return None
    last = found[0].value[-1]
    while isinstance(last, yaml.MappingNode | yaml.SequenceNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    return last.end_mark.line + 1, found[0].start_mark.column
