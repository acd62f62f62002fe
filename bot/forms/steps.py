"""A form in the chat, step by step: its red flags, its questions, its summary, and the buttons below. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.forms.state import RED_FLAGS, SUMMARY, FormState, progress, steps_before, to_ask
from bot.replies.buttons import Button, Rows
from bot.replies.length import clipped, joined
from bot.replies.numbers import quantity, unit_name
from bot.replies.taps import FormTap
from bot.texts import Html, Texts
from classifiers.card import FormCard
from classifiers.card.questions import Answer, Choice, Number, Question

_TITLE, _TEXT, _FLAG, _BUTTON = 80, 600, 250, 60  # units of a card's words; what is longer is cut
_SUMMARY = 3000  # units that all answers together may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A step of a form as a message."""

    text: Html
    buttons: Rows = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSteps:
    """Says the steps of one person's form."""

    card: FormCard
    state: FormState
    owner: int
    texts: Texts
    in_group: bool = False

    def step(self, note: Html | None = None) -> Shown:
        """Return the step the form is at; `note` is what is said of the answer that was just given."""
        if self.state.at == RED_FLAGS:
            return self._red_flags(note)
        if self.state.at == SUMMARY:
            return self._summary(note)
        return self._question(self.card.question(self.state.at), note)

    def changes(self) -> Shown:
        """Return the choice of an answer to change."""
        rows = [
            (self._button(title_of(question, self.texts), f"c{at}"),)
            for at, question in enumerate(self.card.questions)
            if question in to_ask(self.card, self.state.answers)
        ]
        text = joined([self._summary().text, self.texts.html("form.change")])
        return Shown(text=text, buttons=(*rows, (self._said("form_back", "k"), self._said("form_cancel", "x"))))

    def again(self, disease: FormCard) -> Shown:
        """Return the question whether to go on with this form, or to start another (or the same one) anew."""
        at, of = progress(self.state, self.card)
        text = self.texts.html("form.again", disease=disease_of(self.card, self.texts), number=at, total=of)
        key = "button.form_over" if disease.id == self.card.id else "button.form_new"
        over = self.texts.plain(key, disease=disease_of(disease, self.texts))
        tap = FormTap(owner=self.owner, run=self.state.run, at=disease.id, act="new")
        return Shown(text=text, buttons=((self._said("form_on", "on"),), (Button(text=over, data=tap.data),)))

    def _red_flags(self, note: Html | None) -> Shown:
        flags = [
            self.texts.html("form.flag", flag=clipped(self.texts.localised(flag.text), _FLAG))
            for flag in self.card.red_flags
        ]
        heading = self.texts.html("form.heading", disease=disease_of(self.card, self.texts))
        asked = joined([self.texts.html("form.red_flags"), *flags], "\n")
        return Shown(
            text=joined([heading, note or Html(), asked]),
            buttons=(
                (self._said("form_flag", "y"),),
                (self._said("form_no_flag", "n"),),
                (self._said("form_cancel", "x"),),
            ),
        )

    def _question(self, question: Question, note: Html | None) -> Shown:
        at, of = progress(self.state, self.card)
        heading = self.texts.html("form.step", disease=disease_of(self.card, self.texts), number=at, total=of)
        asked = self.texts.html("form.question", question=clipped(self.texts.localised(question.text), _TEXT))
        help_text = Html()
        if question.help:
            help_text = self.texts.html("form.help", help=clipped(self.texts.localised(question.help), _TEXT))
        how = self._how(question) if isinstance(question, Number) else Html()
        text = joined([heading, note or Html(), joined([asked, help_text], "\n"), how])
        return Shown(text=text, buttons=(*self._units(question), *self._answers(question), *self._ways(question)))

    def _how(self, question: Number) -> Html:
        how = how_to_type(question, self.texts)
        return joined([how, self.texts.html("form.reply_here")], " ") if self.in_group else how

    def _units(self, question: Question) -> Rows:
        """Return the readings of a number that waits for its unit."""
        if not isinstance(question, Number) or self.state.typed is None:
            return ()
        units = [question.unit or "", *(unit.name for unit in question.units)]
        return tuple(
            (self._button(f"{self.state.typed} {unit_name(question, unit, self.texts)}", f"u{at}"),)
            for at, unit in enumerate(units)
            if unit in self.state.units
        )

    def _answers(self, question: Question) -> Rows:
        if isinstance(question, Choice):
            titles = [clipped(self.texts.localised(option.title), _BUTTON) for option in question.options]
            return tuple((self._button(title, f"o{at}"),) for at, title in enumerate(titles))
        return () if isinstance(question, Number) else ((self._said("form_yes", "y"), self._said("form_no", "n")),)

    def _ways(self, question: Question) -> Rows:
        """Return what else can be done than to answer: keep what was said, skip, back, cancel."""
        rows: list[tuple[Button, ...]] = []
        if question.id in self.state.answers:
            answer = self.state.answers[question.id]
            given = answer_in_words(question, answer, self.texts, as_typed=self.state.as_typed)
            rows.append((self._button(self.texts.plain("button.form_keep", answer=clipped(given, _BUTTON)), "k"),))
        if question.skippable:
            rows.append((self._said("form_skip", "s"),))
        back = (self._said("form_back", "b"),) if steps_before(self.state, self.card) else ()
        return (*rows, (*back, self._said("form_cancel", "x")))

    def _summary(self, note: Html | None = None) -> Shown:
        heading = self.texts.html("form.summary", disease=disease_of(self.card, self.texts))
        lines = summary_lines(self.card, self.state, self.texts)
        # A result as a file, with all answers, is not for a group.
        as_report = () if self.in_group else ((self._said("form_go_report", "p"),),)
        buttons = (
            (self._said("form_go", "go"),),
            *as_report,
            (self._said("form_change", "c"), self._said("form_back", "b")),
            (self._said("form_cancel", "x"),),
        )
        text = joined([heading, note or Html(), joined(lines, "\n"), self.texts.html("form.right")])
        return Shown(text=text, buttons=buttons)

    def _said(self, key: str, act: str) -> Button:
        return self._button(self.texts.plain(f"button.{key}"), act)

    def _button(self, text: str, act: str) -> Button:
        tap = FormTap(owner=self.owner, run=self.state.run, at=self.state.at, act=act)
        return Button(text=text, data=tap.data)


def summary_lines(card: FormCard, state: FormState, texts: Texts) -> list[Html]:
    """Return each question that was asked, with what was answered."""
    questions = to_ask(card, state.answers)
    room = min(_TITLE, _SUMMARY // (2 * len(questions)))
    return [
        texts.html(
            "form.answer",
            question=clipped(title_of(question, texts), room),
            answer=clipped(
                answer_in_words(question, state.answers.get(question.id), texts, as_typed=state.as_typed), room
            ),
        )
        for question in questions
    ]


def how_to_type(question: Number, texts: Texts) -> Html:
    """Return how a number is typed: its range, an example, and the other units it may be in."""
    low, example = (texts.formats.number(one) for one in (question.range[0], question.example))
    how = texts.html("form.how", low=low, high=quantity(question, question.range[1], texts), example=example)
    if not question.units:
        return how
    units = texts.listed([unit_name(question, unit.name, texts) for unit in question.units], either=True)
    return Html(f"{how} {texts.html('form.units', list=units)}")


def answer_in_words(question: Question, answer: Answer | None, texts: Texts, *, as_typed: Mapping[str, str]) -> str:
    """Return an answer as its person would say it; `as_typed` are numbers by question as they were typed, unit and all."""
    if answer is None:
        return texts.plain("form.unknown")
    if question.id in as_typed:
        return clipped(as_typed[question.id], _BUTTON)
    if isinstance(question, Number):
        return quantity(question, float(answer), texts)
    if isinstance(question, Choice):
        return clipped(texts.localised(next(one.title for one in question.options if one.value == answer)), _TITLE)
    return texts.plain("form.said_yes" if answer else "form.said_no")


def title_of(question: Question, texts: Texts) -> str:
    """Return what a question is called in a line."""
    return clipped(texts.localised(question.title or question.text), _TITLE)


def disease_of(card: FormCard, texts: Texts) -> str:
    """Return what the disease is called."""
    return clipped(texts.localised(card.title), _TITLE)
