"""Every language: complete plurals, no English left, nothing longer than Telegram takes, cards with all their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from languages import OTHERS, TEXTS, english_in

from bot.forms.result import form_reply
from bot.forms.state import SUMMARY, FormState
from bot.forms.steps import FormSteps
from bot.handlers.profile import menu
from bot.local.wire.entities import parse_html, units
from bot.replies import about, diseases, help_messages, photo_reply, profile_description, profile_short_description
from bot.replies.care import with_symptoms
from bot.replies.length import CAPTION, clipped
from bot.replies.numbers import quantity
from bot.replies.tap import OfPhoto
from bot.texts import Html, Texts
from bot.texts.direction import without_isolates
from classifiers.card import QUALITY
from classifiers.card.questions import Answer, Number
from classifiers.card.translations import untranslated
from classifiers.form.score import examine_form
from classifiers.form.typed import typed_number
from classifiers.lesion.abcd import LesionFeatures
from classifiers.registry import Registry, read_registry
from classifiers.scores import Scores
from classifiers.verdict import Finding, conclude

SHIPPED = read_registry(Path(__file__).parents[2] / "registry.yaml")
CARDS = [entry.card for entry in SHIPPED.entries if entry.card]
SKIN = SHIPPED.photo_plugin("skin").card
FORMS = [plugin.card for plugin in SHIPPED.form_plugins.values()]
SYMPTOMS = [symptom.code for symptom in SKIN.symptoms]
LONG = LesionFeatures(share=1.0, colours=6, cut=True, asymmetry=9.0, border=9.0)


def findings() -> Iterator[Finding]:
    """One of every outcome, with as much to say as there can be."""
    for shares in ((0.3, 0.1, 0.1, 0.1, 0.2, 0.1, 0.05, 0.05), (0.9, 0.05, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005)):
        found = conclude(SKIN, Scores(probabilities=np.array(shares)), None)
        yield found
        yield replace(found, alarm=True, care="urgent", reasons=(*found.reasons, "care_alarm"))
    for code in ("no_single_lesion", "somewhat_unlike_training"):
        yield replace(found, outcome="unsure", reasons=(code, "care_alarm"), alarm=True, care="soon")
    yield replace(found, outcome="retake", care=None, reasons=QUALITY)
    yield replace(found, outcome="not_this", care=None, reasons=("unlike_training",))


def said_of_photos(texts: Texts) -> Iterator[Html]:
    for found in findings():
        yield photo_reply(found, SKIN, OfPhoto(10**18), texts, features=LONG, others=[SKIN]).caption
        yield (answer := photo_reply(found, SKIN, OfPhoto(10**18), texts).caption)
        yield with_symptoms(answer, found, SKIN, SYMPTOMS, texts, most=CAPTION)


def said_of_forms(texts: Texts) -> Iterator[Html]:
    for card in FORMS:
        answers: dict[str, Answer | None] = {}
        for at in ("RED_FLAGS", *(question.id for question in card.questions if question.asked), SUMMARY):
            state = FormState(disease=card.id, run="f", command=1, at=at, answers=dict(answers))
            yield FormSteps(card=card, state=state, owner=1, texts=texts, in_group=True).step().text
            if at not in {"RED_FLAGS", SUMMARY}:
                question = card.question(at)
                answers[at] = question.example if isinstance(question, Number) else None
        yield FormSteps(card=card, state=state, owner=1, texts=texts).changes().text
        found = examine_form(
            SHIPPED.form_plugin(card.id), {key: one for key, one in answers.items() if one is not None}
        )
        yield form_reply(found, card, 1, texts, as_typed={}).caption


def said_of_cards(texts: Texts) -> list[Html]:
    return [*help_messages(SHIPPED, texts), *about(SHIPPED, texts), *diseases(SHIPPED, texts)]


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_a_text_that_is_counted_has_every_plural_of_the_language_with_the_same_facts(lang: str) -> None:
    words = TEXTS.speaking(lang)
    counted = {key for key in TEXTS.known("en") if len(TEXTS.forms(key)) > 1}
    assert counted
    for key in counted:
        forms = words.languages[lang].texts[key]
        assert not isinstance(forms, str)
        assert set(forms) == words.formats.plurals, key
        for plural, form in forms.items():
            left_out = {"count"} if plural in {"one", "two", "zero"} else set()
            assert all(f"{{{fact}}}" in form for fact in words.placeholders(key) - left_out), (key, plural)


@pytest.mark.parametrize("lang", OTHERS)
def test_no_english_is_left_in_another_language(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for key in sorted(words.known()):
        for form in words.forms(key):
            assert not english_in(form, lang), key
        same = words.forms(key) == TEXTS.forms(key) and english_in(" ".join(words.forms(key)), "ru")
        assert not same or len(same) == 1, key


@pytest.mark.parametrize("lang", OTHERS)
def test_every_card_has_all_its_words_and_no_english_in_them(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for card in CARDS:
        assert untranslated(card, lang) == []
        assert lang in card.reviewed
    for text in [*said_of_photos(words), *said_of_forms(words), *said_of_cards(words)]:
        assert not english_in(text, lang), text


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_nothing_is_longer_than_telegram_takes_with_the_longest_facts(lang: str) -> None:
    words = TEXTS.speaking(lang)
    assert all(units(parse_html(text)[0]) <= 1024 for text in said_of_photos(words))
    assert all(units(parse_html(text)[0]) <= 4096 for text in [*said_of_forms(words), *said_of_cards(words)])
    assert all(len(command.description) <= 256 for command in menu(SHIPPED, words))
    for offered in (SHIPPED, Registry(entries=())):
        assert len(profile_description(offered, words)) <= 512
        assert len(profile_short_description(offered, words)) <= 120


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_no_word_of_a_shipped_card_is_cut_off(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for text in [*said_of_photos(words), *said_of_forms(words), *said_of_cards(words)]:
        about_label = [words.localised(label.about) for label in SKIN.labels]
        cut = [line for line in text.split("\n") if "…" in line]
        assert all(any(clipped(one, 60)[:40] in line for one in about_label) for line in cut), cut


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_a_number_is_read_as_the_language_writes_it(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for card in FORMS:
        for question in card.questions:
            if isinstance(question, Number):
                typed = without_isolates(quantity(question, question.example, words))
                assert typed_number(question, typed).value == question.example, typed


@pytest.mark.parametrize("lang", OTHERS)
def test_the_page_of_a_label_is_said_to_be_english_where_it_is(lang: str) -> None:
    words = TEXTS.speaking(lang)
    found = conclude(SKIN, Scores(probabilities=np.array([0.02] * 3 + [0.9] + [0.02] * 4)), None)  # a dermatofibroma
    link = photo_reply(found, SKIN, OfPhoto(1), words).buttons[0][0]
    is_own = lang in SKIN.label("df").links
    assert (link.text == words.plain("button.about")) is is_own
    assert link.url and link.url.startswith("https://")
