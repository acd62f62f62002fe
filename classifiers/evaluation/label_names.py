"""What a word in a table of labels means: a label of the card, by its code, its titles or a publisher's name for it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from classifiers.card import Card
from classifiers.card.truth_tables import TruthTables


class LabelNames:
    """Everything the labels of a card may be called. Case, accents and punctuation do not count."""

    def __init__(
        self, codes: Sequence[str], declared: TruthTables, titles: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """`titles` are those of each code in all languages; `declared` has the names that publishers use."""
        self._own = tuple(codes)
        own = {code: [form for title in (titles or {}).get(code, ()) for form in _forms(title)] for code in codes}
        others = {code: [_key(name) for name in names] for code, names in declared.labels.items() if code in codes}
        # A name of two labels is none. A code is never renamed, a title only by a code.
        self._codes = _unambiguous(others) | _unambiguous(own) | {_key(code): code for code in codes}

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all labels, in the card's order."""
        return self._own

    @classmethod
    def of(cls, card: Card, declared: TruthTables) -> "LabelNames":
        """Return the names of a card's labels."""
        return cls(card.codes, declared, {label.code: label.title.values() for label in card.labels})

    def known(self, word: str) -> str | None:
        """Return the code of the label that a word names, if any: "Mole (naevus)" is whatever "Mole" or "naevus" is."""
        return next((self._codes[form] for form in _forms(word) if form in self._codes), None)

    def code(self, word: str) -> str:
        """Return the code of the label that a word names, else the word as it is compared."""
        return self.known(word) or word.strip().lower()


def _unambiguous(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    meanings: dict[str, set[str]] = {}
    for code, its_names in names.items():
        for name in its_names:
            meanings.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in meanings.items() if len(codes) == 1 and name}


def _forms(word: str) -> Iterator[str]:
    """Yield a word as it is compared: whole, without a number before it, without what stands in brackets, and that."""
    yield _key(word)
    yield _key(re.sub(r"^\s*\d+[\s._):-]+", "", word))
    inside = re.findall(r"[(\[]([^)\]]*)[)\]]", word)
    if inside:
        yield _key(re.sub(r"[(\[][^)\]]*[)\]]", " ", word))
        yield from map(_key, inside)


def _key(word: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", plain.replace("_", " ").replace("'", "").replace("’", "")))
