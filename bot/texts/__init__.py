"""All words the bot says, by key and language; a language is a file beside this one."""

import html
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
ENGLISH = "en"


class Html(str):
    """Telegram's HTML, safe to send: what people or cards wrote is escaped in it already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """One language's words, with English's where it has none of its own."""

    lang: str
    languages: Mapping[str, Mapping[str, str]]  # every language's texts by key

    @classmethod
    def load(cls, lang: str = ENGLISH, *, folder: Path = FOLDER) -> "Texts":
        """Read all languages in `folder` and speak `lang`, or English where there is no such file."""
        languages = {file.stem: dict(_flat(_read(file))) for file in sorted(folder.glob("*.yaml"))}
        return cls(lang=ENGLISH, languages=languages).speaking(lang)

    def speaking(self, code: str | None) -> "Texts":
        """Return the words for a language code of Telegram's ("es", "pt-BR"): the same, its parent's, or English."""
        wanted = (code or ENGLISH).lower()
        names = {name.lower(): name for name in self.languages}
        lang = names.get(wanted) or names.get(wanted.split("-")[0]) or ENGLISH
        return self if lang == self.lang else Texts(lang=lang, languages=self.languages)

    def html(self, key: str, **facts: object) -> Html:
        """Return a text as HTML, with facts escaped unless they are Html. Raises KeyError for a missing key or fact."""
        return Html(self._template(key).format_map({name: self.escaped(fact) for name, fact in facts.items()}))

    def plain(self, key: str, **facts: object) -> str:
        """Return a text where Telegram reads no HTML: buttons, toasts, command descriptions. Raises KeyError."""
        return self._template(key).format_map(facts)

    def localised(self, translations: Mapping[str, str]) -> str:
        """Return what a card says in this language, or in English."""
        return (translations.get(self.lang) or translations[ENGLISH]).strip()

    @staticmethod
    def escaped(fact: object) -> Html:
        """Return what people or cards wrote so that it can stand in HTML; Html stays as it is."""
        return fact if isinstance(fact, Html) else Html(html.escape(str(fact)))

    def known(self, lang: str | None = None) -> frozenset[str]:
        """Return the keys of this language (or another) itself, without those it falls back to English for."""
        return frozenset(self.languages[lang or self.lang])

    def placeholders(self, key: str) -> frozenset[str]:
        """Return the facts that a text asks for."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self._template(key)) if name is not None)

    def _template(self, key: str) -> str:
        own = self.languages[self.lang]
        return own[key] if key in own else self.languages[ENGLISH][key]


def _read(file: Path) -> Mapping[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Give `group.key` and text. A bare number or yes, which YAML takes for something else, is text all the same."""
    for name, branch in tree.items():
        key = f"{above}{name}"
        if isinstance(branch, Mapping):
            yield from _flat(branch, f"{key}.")
        else:
            yield key, str(branch).strip()
