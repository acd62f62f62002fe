"""A finding in words: what it looks like, how sure, how soon to have it seen and why, and that it is no diagnosis."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.replies.answer_buttons import Answered, answer_buttons
from bot.replies.buttons import Rows
from bot.replies.care import cannot_wait, care_of, with_symptoms
from bot.replies.length import CAPTION, GAP, clipped, joined, read_units, units
from bot.replies.lesion import lesion_in_words
from bot.replies.links import MOST_NAMED
from bot.replies.own_words import own
from bot.replies.tap import OfPhoto
from bot.replies.titles import disease_title, title
from bot.replies.together import LookedAt, in_words
from bot.texts import Html, Texts
from classifiers.card import Card, PhotoCard
from classifiers.lesion.abcd import LesionFeatures
from classifiers.verdict import Finding

_WORDS = ((0.9, "very_likely"), (0.7, "likely"), (0.5, "more_likely"), (0.0, "possible"))
_REASONS = 3  # why a photo cannot be judged: the first are the most telling
_LEAST_ABOUT = 40  # less of a sentence is worse than none


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes under the picture: a caption of at most 1024 UTF-16 units once its HTML is read, and buttons."""

    caption: Html
    buttons: Rows


def photo_reply(
    finding: Finding,
    card: PhotoCard,
    of: OfPhoto,
    texts: Texts,
    *,
    features: LesionFeatures | None = None,
    others: Sequence[PhotoCard] = (),
    looked: LookedAt | None = None,
    said: Sequence[str] | None = None,
    **may: bool,
) -> Reply:
    """Return the reply to a photo; `of` is the finding's row in the journal with the mark of its photo, which the
    buttons name.

    `features` are the outlined lesion's. `others` are further diseases that the photo could have been looked at as: then
    the reply says as which it was. `is_found` says that a tap finds the photo, `may_ask` that there are doctors to ask for
    a second opinion, `can_follow` that spots can be followed in this chat, `looked` which photos it is about, where there are
    several. `said` are codes of what its person said about it before, None where they said nothing.
    """
    described = features if finding.is_judged and not finding.is_doubted else None
    outlined = lesion_in_words(described, card, texts) if described else Html()
    looked_at_as = texts.html("reply.looked_at_as", disease=disease_title(card, texts)) if others else Html()
    end = [looked_at_as, texts.html("reply.not_a_diagnosis")]
    paragraphs = _with_photos([*_outcome(finding, card, texts), outlined], end, looked, texts)
    about = texts.localised(card.label(finding.label).about) if finding.outcome == "sure" else ""
    is_joint = looked is not None and looked.is_joint
    answered = Answered(
        finding=finding, card=card, of=of, others=others, is_joint=is_joint, has_said=said is not None, **may
    )
    caption = joined(_with_about(paragraphs, about))
    if said:
        caption = with_symptoms(caption, finding, card, said, texts, most=CAPTION)
    return Reply(caption=caption, buttons=answer_buttons(answered, texts))


def percent(share: float, texts: Texts) -> str:
    """Return a share of one in whole percent, never rounded to all or nothing."""
    if share > 0.99:
        return texts.plain("percent.over", percent=texts.formats.percent(0.99))
    if share < 0.01:
        return texts.plain("percent.under", percent=texts.formats.percent(0.01))
    return texts.formats.percent(share)


def confidence_in_words(share: float, texts: Texts) -> str:
    """Return how likely something is, in words, by its calibrated probability, rounded as the percent beside it."""
    return texts.plain(f"confidence.{next(word for least, word in _WORDS if round(share, 2) >= least)}")


def _outcome(finding: Finding, card: PhotoCard, texts: Texts) -> list[Html]:
    match finding.outcome:
        case "sure":
            return _sure(finding, card, texts)
        case "unsure":
            return _unsure(finding, card, texts)
        case "findings" | "nothing_found":
            return _several(finding, card, texts)
        case "retake":
            asked = [own(card.words.again, "reply.again", texts)]
        case "not_this":
            send_this = own(card.words.not_this, "reply.send_this", texts, disease=disease_title(card, texts))
            asked = [cannot_wait(card, texts), send_this]
    seen_anyway = own(card.words.seen_anyway, "reply.seen_anyway", texts)
    return [_heading(finding, card, texts), *asked, seen_anyway]


def _sure(finding: Finding, card: PhotoCard, texts: Texts) -> list[Html]:
    share = finding.confidence
    words, number = confidence_in_words(share, texts), percent(share, texts)
    heading = joined(
        [
            texts.html("outcome.sure", label=title(card.label(finding.label), texts)),
            texts.html("sure.confidence", words=words, percent=number),
        ],
        "\n",
    )
    return [heading, care_of(finding, card, texts), _others(finding, card, texts)]


def _others(finding: Finding, card: Card, texts: Texts) -> Html:
    if not finding.runners_up:
        return Html()
    named = [texts.html("possibility", **_named(code, finding, card, texts)) for code in finding.runners_up]
    return texts.html("sure.others", list=texts.listed(named))


def _unsure(finding: Finding, card: PhotoCard, texts: Texts) -> list[Html]:
    codes = (finding.label, *finding.runners_up)
    possible = [texts.html("unsure.possibility", **_named(code, finding, card, texts)) for code in codes]
    return [joined([_heading(finding, card, texts), *possible], "\n"), care_of(finding, card, texts)]


def _several(finding: Finding, card: PhotoCard, texts: Texts) -> list[Html]:
    """Return what was found of several labels that can be right at once, the clearest first, or that nothing was."""
    found = [
        texts.html("unsure.possibility", **_named(code, finding, card, texts)) for code in finding.found[:MOST_NAMED]
    ]
    return [joined([_heading(finding, card, texts), *found], "\n"), care_of(finding, card, texts)]


def _heading(finding: Finding, card: PhotoCard, texts: Texts) -> Html:
    """Return the outcome and why it is so; why the care is so stands with the care."""
    outcome = texts.html(f"outcome.{finding.outcome}", disease=disease_title(card, texts))
    codes = [code for code in finding.reasons if not code.startswith("care_")][:_REASONS]
    why = [own(card.words.retake.get(code), f"reason.{code}", texts) for code in codes]
    return joined([outcome, *why], "\n")


def _named(code: str, finding: Finding, card: Card, texts: Texts) -> dict[str, object]:
    return {"label": title(card.label(code), texts), "percent": percent(finding.probabilities[code], texts)}


def _with_photos(begin: list[Html], end: list[Html], looked: LookedAt | None, texts: Texts) -> list[Html]:
    """Return the paragraphs with what is said of the photos, as briefly as there is room for."""
    said = in_words(looked, texts) if looked else Html()
    is_long = read_units(joined([*begin, said, *end])) > CAPTION
    return [*begin, Html(said.split("\n")[0]) if is_long else said, *end]


def _with_about(paragraphs: list[Html], about: str) -> list[Html]:
    """Put the sentence about the label below the heading, cut to what the caption has room for."""
    room = CAPTION - read_units(joined(paragraphs)) - units(GAP)
    if not about or room < _LEAST_ABOUT:
        return paragraphs
    return [paragraphs[0], Texts.escaped(clipped(about, room)), *paragraphs[1:]]
