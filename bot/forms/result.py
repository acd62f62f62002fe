"""What came of a form, in words: how likely, how soon to see a doctor, what moved it, what would make it surer. Pure."""

from collections.abc import Mapping

from bot.forms.steps import answer_in_words, disease_of, title_of
from bot.replies.buttons import feedback_button
from bot.replies.care import why_care
from bot.replies.length import clipped, joined
from bot.replies.links import links
from bot.replies.photo_result import Reply, confidence_in_words, percent
from bot.replies.titles import title
from bot.texts import Html, Texts
from classifiers.card import FormCard
from classifiers.form.score import FormExamination
from classifiers.verdict import Finding

_MOVED, _MISSING = 3, 2  # how many answers are named
_ABOUT = 600


def form_reply(
    found: FormExamination, card: FormCard, entry: int, texts: Texts, *, as_typed: Mapping[str, str]
) -> Reply:
    """Return the reply to a form; `entry` is the finding's row in the journal, which the feedback buttons name.

    `as_typed` are numbers as they were typed, by question.
    """
    finding = found.finding
    heading = _sure(finding, card, texts) if finding.outcome == "sure" else _unsure(finding, card, texts)
    paragraphs = [
        heading,
        Texts.escaped(clipped(texts.localised(card.label(finding.label).about), _ABOUT))
        if finding.outcome == "sure"
        else Html(),
        _care(finding, card, texts),
        _moved(found, card, texts, as_typed),
        _surer(found, card, texts),
        texts.html("reply.not_a_diagnosis"),
    ]
    buttons = (*links(finding, card, texts), (feedback_button(entry, texts),))
    return Reply(caption=joined(paragraphs), buttons=buttons)


def emergency(card: FormCard, texts: Texts) -> Html:
    """Return that an ambulance is to be called: nothing is scored."""
    return texts.html("form.emergency", command=f"/{card.id}")


def _sure(finding: Finding, card: FormCard, texts: Texts) -> Html:
    share = finding.confidence
    words, number = confidence_in_words(share, texts), percent(share, texts)
    return joined(
        [
            texts.html("form.sure", disease=disease_of(card, texts), label=title(card.label(finding.label), texts)),
            texts.html("form.likely", words=words, percent=number),
            *(_possibility(code, finding, card, texts) for code in finding.runners_up),
        ],
        "\n",
    )


def _unsure(finding: Finding, card: FormCard, texts: Texts) -> Html:
    possible = [_possibility(code, finding, card, texts) for code in (finding.label, *finding.runners_up)]
    return joined([texts.html("form.unsure", disease=disease_of(card, texts)), *possible], "\n")


def _possibility(code: str, finding: Finding, card: FormCard, texts: Texts) -> Html:
    share = percent(finding.probabilities[code], texts)
    return texts.html("unsure.possibility", label=title(card.label(code), texts), percent=share)


def _care(finding: Finding, card: FormCard, texts: Texts) -> Html:
    if finding.care is None:
        return Html()
    why = texts.html(f"form.{why_care(finding, card)}")
    return joined([texts.html(f"care.{finding.care}"), why, texts.html("form.watch")], " ")


def _moved(found: FormExamination, card: FormCard, texts: Texts, as_typed: Mapping[str, str]) -> Html:
    """Return the answers that moved the result most, each with its direction."""
    if not found.effects:
        return Html()
    label = title(card.label(found.finding.label), texts)
    lines = []
    for effect in found.effects[:_MOVED]:
        question = card.question(effect.question)
        facts = {
            "question": title_of(question, texts),
            "answer": answer_in_words(question, found.answers[effect.question], texts, as_typed=as_typed),
        }
        lines.append(texts.html("form.moved_for" if effect.log_odds > 0 else "form.moved_against", **facts))
    return joined([texts.html("form.moved", label=label), *lines], "\n")


def _surer(found: FormExamination, card: FormCard, texts: Texts) -> Html:
    named = [title_of(card.question(key), texts) for key in found.surer_with[:_MISSING]]
    return texts.html("form.surer", list=texts.listed(named)) if named else Html()
