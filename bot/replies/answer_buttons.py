"""The buttons under the answer to a photo, row by row. Who has something to offer there adds a function to `_OFFERS`.

A button that asks something opens its choice in its own row (`buttons.replaced`), and the other rows stay as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.replies.buttons import Rows, ask_doctor_button, feedback_button, follow_button, look_as_button
from bot.replies.guide import guide_rows
from bot.replies.links import links
from bot.replies.symptoms import can_be_asked, symptoms_button
from bot.replies.tap import OfPhoto
from bot.replies.titles import disease_title
from bot.replies.together import different_button
from bot.texts import Texts
from classifiers.card import PhotoCard
from classifiers.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer that buttons stand under; `of` is the finding's row in the journal with the mark of its photo."""

    finding: Finding
    card: PhotoCard
    of: OfPhoto
    is_joint: bool = False  # whether it is about several photos together
    has_said: bool = False  # whether its person said what they notice
    others: Sequence[PhotoCard] = ()  # further diseases that the photo could have been looked at as
    is_found: bool = True  # whether a tap finds the photo, by the message that the answer replies to
    may_ask: bool = False  # whether there are doctors who can be asked for a second opinion
    can_follow: bool = False  # whether spots can be followed in this chat


def answer_buttons(answered: Answered, texts: Texts) -> Rows:
    """Return the rows under an answer, from the top."""
    return tuple(row for offer in _OFFERS for row in offer(answered, texts))


def _links(answered: Answered, texts: Texts) -> Rows:
    return links(answered.finding, answered.card, texts)


def _look_as(answered: Answered, texts: Texts) -> Rows:
    """Return the other diseases to look at the photo as, where this one does not know it."""
    if answered.finding.outcome != "not_this" or not answered.is_found:
        return ()
    return tuple((look_as_button(card.id, disease_title(card, texts), texts),) for card in answered.others)


def _symptoms(answered: Answered, texts: Texts) -> Rows:
    if not can_be_asked(answered.finding, answered.card):
        return ()
    return symptoms_button(answered.of.entry, texts, answered=answered.has_said)


def _different(answered: Answered, texts: Texts) -> Rows:
    """Return "Are these different spots?", unless none of the photos could be judged by itself either."""
    if not answered.is_joint or not answered.finding.is_judged:
        return ()
    return different_button(answered.of.entry, answered.card, texts)


def _ask_doctor(answered: Answered, texts: Texts) -> Rows:
    """Return "Ask a doctor", unless a better photo is wanted first."""
    if not answered.may_ask or answered.finding.outcome == "retake":
        return ()
    return ((ask_doctor_button(answered.of, texts),),)


def _guide(answered: Answered, texts: Texts) -> Rows:
    """Return "How to take a good photo" where another one is wanted."""
    is_wanted = answered.finding.outcome == "retake" and answered.card.guide
    return guide_rows([answered.card], texts, named=False) if is_wanted else ()


def _follow(answered: Answered, texts: Texts) -> Rows:
    """Return the button by which a spot is followed, where the photo shows one."""
    shows_spot = answered.card.has_spots and answered.finding.outcome in ("sure", "unsure")
    return ((follow_button(answered.of, texts),),) if answered.can_follow and shows_spot else ()


def _feedback(answered: Answered, texts: Texts) -> Rows:
    return ((feedback_button(answered.of.entry, texts),),)


_OFFERS: tuple[Callable[[Answered, Texts], Rows], ...] = (
    *(_links, _look_as, _guide, _symptoms, _different, _follow, _ask_doctor),
    _feedback,
)
