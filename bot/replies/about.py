"""What the cards say of the diseases this bot answers: what each model knows, how well, and what it can recognise."""

from collections.abc import Sequence
from itertools import groupby

from bot.replies.invitation import only_asks
from bot.replies.length import clipped, joined, packed
from bot.replies.photo_result import percent
from bot.texts import Html, Texts
from classifiers.card import Card, Evidence, Figure
from classifiers.registry import Registry, RegistryEntry

_LINE, _PARAGRAPH, _LINES = 150, 1200, 8  # units, units and lines of a card's own words: no block outgrows a message


def about(registry: Registry, texts: Texts) -> list[Html]:
    """Return, as messages, what each model knows, what was measured of it and its version; then licence and limits."""
    offered = _enabled(registry)
    if not offered:
        return [texts.html("about.none")]
    blocks = [block for entry in offered for block in _about(entry, texts)]
    measured = any(entry.card and entry.card.evidence for entry in offered)
    meaning = texts.html("about.meaning_form" if only_asks(registry) else "about.meaning") if measured else Html()
    return packed([*blocks, *filter(None, [meaning]), texts.html("about.licence")])


def diseases(registry: Registry, texts: Texts) -> list[Html]:
    """Return, as messages, what can be looked at and which answers each model can give."""
    offered = _enabled(registry)
    if not offered:
        return [texts.html("about.none")]
    how = texts.html("diseases.how_form" if only_asks(registry) else "diseases.how")
    return packed([texts.html("diseases.title"), *(_labels(entry, texts) for entry in offered), how])


def figure_in_words(figure: Figure, texts: Texts) -> Html:
    """Return what was measured of a model, with its interval and the number of cases."""
    on = clipped(texts.localised(figure.on), _LINE)
    return texts.html("about.figure", sentence=_sentence(figure, texts), on=on, cases=_cases(figure, texts))


def _enabled(registry: Registry) -> list[RegistryEntry]:
    return [entry for entry in registry.entries if entry.enabled]


def _name(entry: RegistryEntry, texts: Texts) -> str:
    return clipped(texts.localised(entry.card.title) if entry.card else entry.id, _LINE)


def _about(entry: RegistryEntry, texts: Texts) -> list[Html]:
    card = entry.card
    if card is None or not entry.is_offered:
        return [texts.html("about.unavailable", disease=_name(entry, texts))]
    knows = Texts.escaped(clipped(texts.localised(card.knows), _PARAGRAPH))
    head = joined([texts.html("about.title", disease=_name(entry, texts)), knows], "\n")
    return [
        head,
        *_evidence(card.evidence, texts),
        joined([texts.html("about.model", version=clipped(card.model.version, _LINE)), _licence(card, texts)], "\n"),
    ]


def _licence(card: Card, texts: Texts) -> Html:
    if card.licence is None:
        return Html()
    return texts.html("about.model_licence", licence=clipped(texts.localised(card.licence), _LINE))


def _evidence(evidence: Evidence | None, texts: Texts) -> list[Html]:
    if evidence is None:
        return [texts.html("about.no_evidence")]
    data = clipped(texts.localised(evidence.data), _PARAGRAPH)
    measured = texts.html("about.measured", date=clipped(texts.formats.date(evidence.measured), _LINE), data=data)
    alike = groupby(evidence.figures, key=lambda figure: clipped(texts.localised(figure.on), _LINE))
    blocks = [measured]
    for on, figures in alike:
        lines = _measured_on(on, list(figures), texts)
        blocks += [joined(lines[at : at + _LINES], "\n") for at in range(0, len(lines), _LINES)]
    return blocks


def _measured_on(on: str, figures: Sequence[Figure], texts: Texts) -> list[Html]:
    """Return a line for each figure, below what all were measured on; a card's own figure says so in its line."""
    if len(figures) == 1 or any(figure.title for figure in figures):
        return [figure_in_words(figure, texts) for figure in figures]
    lines = [
        texts.html("about.figure_below", sentence=_sentence(figure, texts), cases=_cases(figure, texts))
        for figure in figures
    ]
    return [texts.html("about.figures_of", on=on), *lines]


def _sentence(figure: Figure, texts: Texts) -> Html:
    low, high = (percent(bound, texts) for bound in figure.interval)
    value = texts.plain("about.value", value=percent(figure.value, texts), low=low, high=high)
    if figure.title is None:
        return texts.html(f"figure.{figure.name}", value=value)
    return texts.html("about.own_figure", title=clipped(texts.localised(figure.title), _LINE), value=value)


def _cases(figure: Figure, texts: Texts) -> str:
    return texts.plain("about.cases", count=figure.n)


def _labels(entry: RegistryEntry, texts: Texts) -> Html:
    card: Card | None = entry.card
    if card is None or not entry.is_offered:
        return texts.html("about.unavailable", disease=_name(entry, texts))
    names = [
        texts.html("diseases.label", label=clipped(texts.localised(label.title), _LINE)) for label in card.labels[:24]
    ]
    asked = texts.html("diseases.form") if card.input == "form" else Html()
    return joined([texts.html("diseases.one", disease=_name(entry, texts), command=f"/{card.id}"), asked, *names], "\n")
