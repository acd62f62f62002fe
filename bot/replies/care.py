"""How soon to have it seen, and why, in words; what its person notices can raise it, also in an answer that is sent."""

import html
import re
from collections.abc import Collection

from bot.replies.length import GAP, clipped, joined, read_units, units
from bot.replies.own_words import PARAGRAPH, SENTENCE, own
from bot.replies.titles import title
from bot.texts import Html, Texts
from bot.texts.direction import without_isolates
from classifiers.card import CARE, Card, Care, PhotoCard
from classifiers.finding import Finding
from classifiers.verdict import raised_care

_REASONS = 2  # of what was noticed, in an answer
_TAG = re.compile(r"<[^>]*>")


def care_of(finding: Finding, card: PhotoCard, texts: Texts) -> Html:
    """Return how soon to have it seen and why; nothing where the photo cannot be judged."""
    waiting = cannot_wait(card, texts) if finding.care and finding.is_doubted else Html()
    return joined([_how_soon(finding, card, texts), waiting])


def cannot_wait(card: PhotoCard, texts: Texts) -> Html:
    """Return what else it may be that the model knows nothing of, and when that cannot wait; nothing where the card is silent."""
    words = card.words.cannot_wait
    return Html() if words is None else Texts.escaped(clipped(texts.localised(words), PARAGRAPH))


def why_care(finding: Finding, card: Card) -> str:
    """Return the reason for the care; an alarm that the named labels do not speak for themselves is always said."""
    if "care_one_photo" in finding.reasons:
        return "care_one_photo"
    alarm = card.decision.alarm
    named = {finding.label} if finding.outcome == "sure" else set(finding.found)
    if finding.alarm and alarm and not named & set(alarm.labels):
        return "care_alarm"
    return next((code for code in finding.reasons if code.startswith("care_")), "care_unsure")


def with_symptoms(
    answer: Html, finding: Finding, card: PhotoCard, said: Collection[str], texts: Texts, *, most: int
) -> Html:
    """Return an answer that was sent with its care as it is by what its person said since; at most `most` units.

    `said` are codes of the card's symptoms. The words of its care are known in whatever language they were said.
    """
    paragraphs = [Html(paragraph) for paragraph in answer.split(GAP)]
    at = next((place for place, one in enumerate(paragraphs) if _tells_care(one, texts)), None)
    if at is None:
        at = max(len(paragraphs) - 1, 0)
        paragraphs.insert(at, Html())
    paragraphs[at] = raised_in_words(finding.care, card, said, texts) or _how_soon(finding, card, texts)
    return _fitted(paragraphs, most, spare=at)


def _how_soon(finding: Finding, card: PhotoCard, texts: Texts) -> Html:
    if finding.care is None:
        return Html()
    why = texts.html(f"reason.{why_care(finding, card)}", label=title(card.label(finding.label), texts))
    is_all = finding.care == "urgent" or (finding.is_doubted and card.words.cannot_wait)
    watch = Html() if is_all else own(card.words.watch, "reply.watch", texts)
    return joined([texts.html(f"care.{finding.care}"), why, watch], " ")


def raised_in_words(least: Care | None, card: PhotoCard, said: Collection[str], texts: Texts) -> Html:
    """Return how soon to have it seen for what was noticed; nothing where that is no sooner than `least`."""
    care, raising = raised_care(card, least, said)
    why = [Texts.escaped(clipped(texts.localised(symptom.why), SENTENCE)) for symptom in raising[:_REASONS]]
    # Not the card's own words for when to go sooner: they may name what was noticed already.
    watch = Html() if care == "urgent" else texts.html("reply.watch")
    return joined([texts.html(f"care.{care}"), *why, watch], " ") if raising else Html()


def _tells_care(paragraph: Html, texts: Texts) -> bool:
    words = _plain(paragraph)
    languages = map(texts.speaking, texts.languages)
    return any(words.startswith(_plain(spoken.html(f"care.{care}"))) for spoken in languages for care in CARE)


def _plain(text: Html) -> str:
    return without_isolates(html.unescape(_TAG.sub("", text)))


def _fitted(paragraphs: list[Html], most: int, *, spare: int) -> Html:
    """Return the paragraphs joined, the longest cut where they are too long together; never the one at `spare`."""
    over = read_units(joined(paragraphs)) - most
    others = [place for place in range(len(paragraphs)) if place != spare]
    if over > 0 and others:
        longest = max(others, key=lambda place: read_units(paragraphs[place]))
        plain = html.unescape(_TAG.sub("", paragraphs[longest]))
        paragraphs[longest] = Texts.escaped(clipped(plain, max(1, units(plain) - over)))
    return joined(paragraphs)
