"""The buttons of "Have you noticed anything?": what a person may notice, each on or off, or none of it."""

from collections.abc import Collection

from bot.replies.buttons import Button, Rows
from bot.replies.length import clipped
from bot.replies.taps import SymptomsTap
from bot.texts import Texts
from classifiers.card import PhotoCard
from classifiers.finding import Finding

_TITLE = 40  # units that fit on a phone's button


def can_be_asked(finding: Finding, card: PhotoCard) -> bool:
    """Return whether its person is asked: not about a photo that is to be taken again, which is asked about then."""
    return bool(card.symptoms) and finding.outcome != "retake"


def symptoms_button(entry: int, texts: Texts, *, answered: bool = False) -> Rows:
    """Return "Have you noticed anything?" for a journal entry; it says whether that was answered."""
    words = texts.plain("button.symptoms_answered" if answered else "button.symptoms")
    return ((Button(text=words, data=SymptomsTap(entry=entry, act="ask").data),),)


def symptom_rows(entry: int, card: PhotoCard, said: Collection[str], texts: Texts) -> Rows:
    """Return the choice that it turns into; `said` are the codes that are on."""
    rows = [
        (
            Button(
                text=texts.plain(
                    "button.symptom_on" if symptom.code in said else "button.symptom_off",
                    symptom=clipped(texts.localised(symptom.title), _TITLE),
                ),
                data=SymptomsTap(entry=entry, act=f"{'-' if symptom.code in said else '+'}{symptom.code}").data,
            ),
        )
        for symptom in card.symptoms
    ]
    last = ("button.symptoms_done", "done") if said else ("button.symptoms_none", "none")
    return (*rows, (Button(text=texts.plain(last[0]), data=SymptomsTap(entry=entry, act=last[1]).data),))
