"""A form on one page: its answers, what came of them, and what that rests on. Pure."""

from datetime import date

from bot.forms.state import FormState, to_ask
from bot.forms.steps import answer_in_words, disease_of, title_of
from bot.replies.report.about_model import about_model
from bot.replies.report.sheet import Block, Sheet, printed
from bot.texts import Html, Texts
from bot.texts.direction import isolated
from classifiers.card import FormCard
from classifiers.card.questions import Question

_PRINTED = str.maketrans({"▲": "+", "▼": "−"})  # which few fonts have


def form_sheet(card: FormCard, state: FormState, result: Html, texts: Texts, *, made: date) -> Sheet:
    """Return a form's page; `result` is what was said of it in the chat."""
    answers = tuple(
        (title_of(question, texts), _answer(question, state, texts)) for question in to_ask(card, state.answers)
    )
    said = tuple(line.translate(_PRINTED) for line in printed(result).split("\n") if line.strip())
    return Sheet(
        heading=disease_of(card, texts),
        below=texts.plain("report.form_made", date=texts.formats.date(made.isoformat())),
        blocks=(
            Block(title=texts.plain("report.result"), lines=said),
            Block(title=texts.plain("report.answers"), rows=answers),
            about_model(card, card.model.version, texts),
        ),
    )


def _answer(question: Question, state: FormState, texts: Texts) -> str:
    answer = answer_in_words(question, state.answers.get(question.id), texts, as_typed=state.as_typed)
    return isolated(answer) if texts.formats.is_rtl else answer
