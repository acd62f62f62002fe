"""What a report rests on: which model answered, on what it was measured, and what it cannot know."""

from itertools import groupby

from bot.replies.about import figure_in_words
from bot.replies.length import clipped
from bot.replies.report.sheet import Block, printed
from bot.texts import Texts
from classifiers.card import Card, FormCard

_FIGURES, _LONGEST = 4, 400


def about_model(card: Card | None, model: str, texts: Texts) -> Block:
    """Return the part of a page about a model; `model` is the version that answered, which may not be the card's any more."""
    lines = [printed(texts.html("about.model", version=model))]
    if card is not None and card.evidence and card.model.version == model:
        evidence = card.evidence
        data = clipped(texts.localised(evidence.data), _LONGEST)
        lines.append(printed(texts.html("about.measured", date=texts.formats.date(evidence.measured), data=data)))
        of_each_set = [next(figures) for _, figures in groupby(evidence.figures, key=lambda figure: dict(figure.on))]
        lines += [printed(figure_in_words(figure, texts)) for figure in of_each_set[:_FIGURES]]
        lines.append(printed(texts.html("about.meaning_form" if isinstance(card, FormCard) else "about.meaning")))
    else:
        lines.append(printed(texts.html("about.no_evidence")))
    return Block(title=texts.plain("report.model"), lines=(*lines, texts.plain("report.limits")))
