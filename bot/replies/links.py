"""Buttons that lead to pages on what a finding names."""

from bot.replies.buttons import Button, Rows
from bot.replies.titles import title
from bot.texts import ENGLISH, Texts
from classifiers.card import Card, Label
from classifiers.verdict import Finding

MOST_NAMED = 6  # labels that are named of those found: more would not fit in a caption


def links(finding: Finding, card: Card, texts: Texts) -> Rows:
    """Return where to read on: about the named label, or about each possibility alike where none is named."""
    if finding.outcome == "sure":
        return ((_link(card.label(finding.label), texts.plain("button.about"), texts),),)
    named = {"unsure": (finding.label, *finding.runners_up), "findings": finding.found[:MOST_NAMED]}.get(
        finding.outcome, ()
    )
    labels = {texts.own(card.label(code).links): card.label(code) for code in named}
    return tuple(
        (_link(label, texts.plain("button.about_one", label=title(label, texts)), texts),) for label in labels.values()
    )


def _link(label: Label, text: str, texts: Texts) -> Button:
    """Return the button to a label's page; where that is in English, unlike the texts, it says so."""
    is_own = texts.lang in label.links or texts.lang == ENGLISH
    return Button(text=text if is_own else texts.plain("button.in_english", button=text), url=texts.own(label.links))
