"""What reviewers see of a finding and can answer, and what its person is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_disease import card

from bot.local.wire.entities import parse_html
from bot.replies.buttons import Rows
from bot.replies.length import CAPTION, units
from bot.replies.second_opinion import (
    ReviewedFinding,
    answer_text,
    caption_for_person,
    care_rows,
    label_rows,
    opinion_rows,
    opinion_text,
    status_text,
    words_for_person,
)
from bot.texts import Texts
from classifiers.card.symptoms import Symptom

TEXTS = Texts.load()
ITCH = Symptom.model_validate({"code": "itches", "title": {"en": "It itches"}, "why": {"en": "x."}, "care": "soon"})
FOUND = ReviewedFinding(
    number=7,
    card=card().model_copy(update={"symptoms": (ITCH,)}),
    disease="skin",
    outcome="sure",
    label="nv",
    probabilities={"nv": 0.9, "mel": 0.07, "bcc": 0.01},
    care="routine",
    symptoms=None,
    language="Deutsch",
)


def words(rows: Rows) -> list[str]:
    return [button.text for row in rows for button in row]


@pytest.mark.parametrize(
    ("symptoms", "said"), [(None, None), ((), "none of what I ask about"), (("itches",), "It itches")]
)
def test_the_group_sees_finding_place_and_what_was_said_and_no_more(
    symptoms: tuple[str, ...] | None, said: str | None
) -> None:
    found = replace(FOUND, symptoms=symptoms, place="front.chest")
    text = parse_html(opinion_text(found, status_text("waits", TEXTS), TEXTS))[0]
    for line in ("Second opinion 7 · Skin spot", "This looks most like Mole.", "• Melanoma: 7%", "Where: chest"):
        assert line in text
    assert "Basal" not in text  # too unlikely to be named
    assert (f"Said about it: {said}" in text) if said else "Said about it" not in text
    assert ("within a few weeks" in text) == (symptoms == ("itches",))  # as its person was told
    assert text.index("Speaks: Deutsch") < text.index("Nobody has taken this yet.")


def test_whoever_takes_it_can_agree_only_where_a_label_was_named() -> None:
    assert words(opinion_rows(FOUND, "waits", TEXTS)) == ["I take this"]
    assert words(opinion_rows(FOUND, "taken", TEXTS)) == ["I agree: Mole", "Choose an answer", "Give it back"]
    unsure = replace(FOUND, outcome="unsure")
    assert words(opinion_rows(unsure, "taken", TEXTS)) == ["Choose an answer", "Give it back"]
    assert words(opinion_rows(FOUND, "answered", TEXTS)) == ["Answer anew"]
    assert words(label_rows(FOUND, TEXTS)) == ["Mole", "Melanoma", "Basal", "None of these", "◀ Back"]
    assert words(label_rows(replace(FOUND, card=None), TEXTS)) == ["None of these", "◀ Back"]


def test_a_reviewer_s_name_from_right_to_left_or_with_signs_that_turn_text_turns_nothing_around_it() -> None:
    said = parse_html(status_text("taken", TEXTS, name="محمد 5"))[0]
    assert said.startswith("\N{FIRST STRONG ISOLATE}محمد 5\N{POP DIRECTIONAL ISOLATE} has taken this")
    assert parse_html(status_text("taken", TEXTS, name="\N{RIGHT-TO-LEFT OVERRIDE}Eve"))[0].startswith("Eve has taken")


def test_every_button_s_data_has_room_in_64_bytes() -> None:
    found = replace(FOUND, number=10**10 - 1, label="n" * 40)
    rows = [*care_rows("n" * 40, found, TEXTS), *label_rows(found, TEXTS), *opinion_rows(found, "taken", TEXTS)]
    assert max(len((button.data or "").encode()) for row in rows for button in row) <= 64


@pytest.mark.parametrize(
    ("label", "told"), [("nv", "agree that"), ("mel", "looks more like Melanoma"), ("-", "none of what I know")]
)
def test_the_person_is_told_what_a_doctor_answered_and_how_soon(label: str, told: str) -> None:
    text = parse_html(answer_text(FOUND, label, "urgent", TEXTS))[0]
    assert told in text
    assert "within days" in text
    assert "reply to this message" in text


def test_an_answer_in_the_place_of_another_says_so_and_the_same_that_is_sent_again_does_not() -> None:
    before = replace(FOUND, review_label="mel", review_care="urgent")
    assert "changed the answer" in answer_text(before, "nv", "urgent", TEXTS)
    assert "has looked at your photo" in answer_text(before, "mel", "urgent", TEXTS)


def test_words_are_sent_on_as_they_were_written() -> None:
    assert "<b>I & you</b>" in parse_html(words_for_person("<b>I & you</b>", TEXTS))[0]


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_the_longest_words_have_room_below_a_file_in_every_language(lang: str) -> None:
    texts = TEXTS.speaking(lang)
    for corrects in (False, True):
        below = caption_for_person("&" * 4096, texts, corrects=corrects)
        assert units(parse_html(below)[0]) <= CAPTION
    assert parse_html(caption_for_person("", texts))[0].count("\n\n") == 1
