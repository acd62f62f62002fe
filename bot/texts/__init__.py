"""All words the bot says, by key and language; a language is a file beside this one."""

import html
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.texts.direction import isolated, right_to_left, with_isolated_latin
from bot.texts.formats import Formats, formats_of
from bot.texts.language import Language, Languages, Template

FOLDER = Path(__file__).parent
ENGLISH = "en"


class Html(str):
    """Telegram's HTML, safe to send: what people or cards wrote is escaped in it already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """One language's words, with English's where it has none of its own."""

    lang: str
    languages: Mapping[str, Language]

    @classmethod
    def load(cls, lang: str = ENGLISH, *, folder: Path = FOLDER) -> "Texts":
        """Speak `lang` by its file in `folder`, or English where there is no such file."""
        return cls(lang=ENGLISH, languages=Languages(folder)).speaking(lang)

    def speaking(self, code: str | None) -> "Texts":
        """Return the words for a language code of Telegram's ("es", "pt-br"): the same, its parent's, its kin's, or English."""
        lang = _language(code or ENGLISH, tuple(self.languages))
        return self if lang == self.lang else Texts(lang=lang, languages=self.languages)

    @property
    def formats(self) -> Formats:
        """How this language writes numbers, lists, dates and quantities."""
        return formats_of(self.lang)

    def html(self, key: str, **facts: object) -> Html:
        """Return a text as HTML; facts are escaped unless they are Html, and numbers written as the language writes them.

        `count` chooses among the forms of a text that is counted. Raises KeyError for a missing key or fact.
        """
        return Html(self._template(key, facts).format_map({name: self._safe(fact) for name, fact in facts.items()}))

    def plain(self, key: str, **facts: object) -> str:
        """Return a text where Telegram reads no HTML: buttons, toasts, command descriptions. Raises KeyError."""
        return self._template(key, facts).format_map({name: self._fact(fact) for name, fact in facts.items()})

    def own(self, translations: Mapping[str, str]) -> str:
        """Return what a card has for this language, such as a link, or for English."""
        return (translations.get(self.lang) or translations[ENGLISH]).strip()

    def localised(self, translations: Mapping[str, str]) -> str:
        """Return what a card says in this language, or in English."""
        words = self.own(translations)
        return with_isolated_latin(words) if self.formats.is_rtl and translations.get(self.lang) else words

    def listed(self, items: Iterable[str], *, either: bool = False) -> Html:
        """Return "a, b and c", or "a, b or c", of parts of a text that are escaped unless they are Html."""
        return Html(self.formats.listed([self._safe(item) for item in items], either=either))

    @staticmethod
    def escaped(words: str) -> Html:
        """Return what people or cards wrote so that it can stand in HTML; Html stays as it is."""
        return words if isinstance(words, Html) else Html(html.escape(words))

    def known(self, lang: str | None = None) -> frozenset[str]:
        """Return the keys of this language (or another) itself, without those it falls back to English for."""
        return frozenset(self.languages[lang or self.lang].texts)

    def forms(self, key: str) -> Sequence[str]:
        """Return the forms of a text: one, or as many as there are plurals of it."""
        template = self._found(key)
        return [template] if isinstance(template, str) else list(template.values())

    def placeholders(self, key: str) -> frozenset[str]:
        """Return the facts that a text asks for."""
        return frozenset(
            name for form in self.forms(key) for _, name, _, _ in string.Formatter().parse(form) if name is not None
        )

    def _template(self, key: str, facts: Mapping[str, object]) -> str:
        template = self._found(key)
        if not isinstance(template, str):
            template = template.get(self.formats.plural(float(str(facts["count"])))) or template["other"]
        return right_to_left(template) if self.formats.is_rtl else template

    def _found(self, key: str) -> Template:
        own = self.languages[self.lang].texts
        return own[key] if key in own else self.languages[ENGLISH].texts[key]

    def _safe(self, fact: object) -> Html:
        return self.escaped(fact if isinstance(fact, Html) else self._fact(fact))

    def _fact(self, fact: object) -> str:
        """Return a fact as the language writes it, kept apart from what stands around it where that is from right to left."""
        written = self.formats.count(fact) if isinstance(fact, int) else str(fact)
        return isolated(written) if self.formats.is_rtl and not isinstance(fact, Html) else written


@lru_cache(256)
def _language(code: str, known: tuple[str, ...]) -> str:
    """Return which of the known languages is spoken to somebody with this code."""
    wanted = code.lower().replace("_", "-")
    parent = wanted.split("-")[0]
    names = {name.lower(): name for name in known}
    kin = next((name for lower, name in names.items() if lower.split("-")[0] == parent), ENGLISH)
    return names.get(wanted) or names.get(parent) or kin
