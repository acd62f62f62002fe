"""Adds a line to the registry and leaves everything else in it as it is, comments included."""

import io
from pathlib import Path

from ruamel.yaml import YAML, CommentToken
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.util import load_yaml_guess_indent

from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults

_NEW = "# Which diseases this bot answers. Paths are relative to this file.\nplugins:\n"
_BEHIND = 2  # where ruamel.yaml keeps the comment behind a key's value, and the lines of comment below it


def with_line(registry: Path, card: str) -> str:
    """Return the registry's text with a line for the card, its path relative to the registry. Raises CardFaults.

    A registry that does not exist yet begins with this line.
    """
    if not registry.exists():
        return f"{_NEW}  - card: {card}\n"
    content, faults = read_yaml(registry)
    if faults:
        raise CardFaults(faults)
    if not isinstance(content, dict) or not isinstance(content.get("plugins"), list):
        raise CardFaults([f"{registry}: plugins: is missing, or is no list: add by hand: - card: {card}"])
    return _with_item(registry.read_text(encoding="utf-8"), card)


def _with_item(text: str, card: str) -> str:
    """Return the text with one more item of `plugins`, indented as the others are."""
    yaml, out = YAML(), io.StringIO()
    yaml.preserve_quotes, yaml.width = True, 4096  # no line is folded
    content, indent, dash = load_yaml_guess_indent(text, yaml=yaml)
    yaml.indent(mapping=2, sequence=indent or 4, offset=2 if dash is None else dash)
    _append(content["plugins"], CommentedMap(card=card))
    yaml.dump(content, out)
    return out.getvalue()


def _append(items: CommentedSeq, item: CommentedMap) -> None:
    """Put an item behind the last one, before the lines of comment that stand below that."""
    if items and isinstance(items[-1], CommentedMap) and items[-1]:
        behind = items[-1].ca.items.get(list(items[-1])[-1], [None] * 4)[_BEHIND]
        own, line_end, below = behind.value.partition("\n") if behind else ("", "", "")
        if below:
            behind.value = own + line_end
            item.ca.items["card"] = [None, None, CommentToken(line_end + below, behind.start_mark), None]
    items.append(item)
