"""One language's file of texts, read once: texts by key, and whether a person has reviewed them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})  # CLDR's names
Template = str | Mapping[str, str]  # a text, or its forms by plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What a file says."""

    texts: Mapping[str, Template] = field(default_factory=dict)
    reviewed: bool = False


class Languages(Mapping[str, Language]):
    """The files of a folder by their names, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.yaml"))}

    def __getitem__(self, lang: str) -> Language:
        """Return a language. Raises KeyError where there is no such file."""
        return _read(self._files[lang])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@cache
def _read(file: Path) -> Language:
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    reviewed = content.pop("reviewed", False)
    return Language(texts=dict(_flat(content)), reviewed=reviewed is True)


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Template]]:
    """Give `group.key` and text. A bare number or yes, which YAML takes for something else, is text all the same."""
    for name, branch in tree.items():
        key = f"{above}{name}"
        if not isinstance(branch, Mapping):
            yield key, str(branch).strip()
        elif "other" in branch and PLURALS.issuperset(branch):
            yield key, {plural: str(form).strip() for plural, form in branch.items()}
        else:
            yield from _flat(branch, f"{key}.")
