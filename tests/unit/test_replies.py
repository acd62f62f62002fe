"""What is said of a finding: everything that must be said, nothing that must not, and never too much for Telegram."""

from __future__ import annotations

import html
import re

import pytest
from fake_disease import LABELS, SaysWhatItIsTold, card, finding, registry

from bot.local.wire.entities import parse_html, units
from bot.replies import Button, Reply, about, apology, diseases, feedback_rows, photo_reply, refusal, replaced
from bot.replies.photo_result import confidence_in_words, percent
from bot.replies.tap import OfPhoto
from bot.replies.taps import FeedbackTap, read_tap
from bot.texts import Html, Texts
from classifiers.card import Card
from classifiers.registry import Registry
from classifiers.verdict import Finding

TEXTS = Texts.load()


def _reply(found: Finding, its_card: Card | None = None) -> Reply:
    return photo_reply(found, its_card or card(), OfPhoto(7), TEXTS)


def _words(text: Html) -> str:
    return html.unescape(re.sub("<[^>]*>", "", text)).replace("\N{NO-BREAK SPACE}", " ")


def _told(found: Finding, its_card: Card | None = None) -> str:
    return _words(_reply(found, its_card).caption)


def _retake(*reasons: str) -> Finding:
    facts = {name: getattr(finding(), name) for name in Finding.__dataclass_fields__}
    return Finding(**facts | {"outcome": "retake", "care": None, "reasons": reasons})


def test_a_sure_reply_names_the_label_how_sure_how_soon_and_why() -> None:
    told = _told(finding((0.93, 0.05, 0.02)))
    assert "looks most like Mole" in told
    assert "very likely, 93%" in told
    assert "Cells that make pigment" in told
    assert "Also worth knowing: Melanoma 5% and Basal 2%" in told
    assert "No hurry" in told
    assert "usual advice for Mole" in told
    assert "not a diagnosis" in told


def test_a_sure_reply_links_to_its_label_and_asks_whether_it_was_right() -> None:
    link, ask = (row[0] for row in _reply(finding()).buttons)
    assert (link.text, link.url) == ("About and treatment", "https://example.org/nv")
    assert (ask.text, ask.data) == ("Was this right?", "fb:7:ask")


def test_an_alarm_is_said_also_where_something_benign_is_likeliest() -> None:
    told = _told(finding((0.7, 0.25, 0.05)))
    assert "looks most like Mole" in told
    assert "serious cause cannot be ruled out well enough" in told
    assert "within days" in told
    assert "No hurry" not in told


def test_a_named_melanoma_is_urgent_for_its_own_sake() -> None:
    told = _told(finding((0.1, 0.85, 0.05)))
    assert "usual advice for Melanoma" in told
    assert "within days" in told


def test_an_unsure_reply_names_no_winner_and_links_to_all_it_could_be() -> None:
    said = _reply(finding((0.45, 0.15, 0.4)))
    told = _words(said.caption)
    assert "looks most like" not in told
    assert "• Mole: 45%\n• Basal: 40%\n• Melanoma: 15%" in told
    assert "a doctor can" in told
    assert [row[0].url for row in said.buttons[:-1]] == [f"https://example.org/{code}" for code in ("nv", "bcc", "mel")]


def test_an_unsure_reply_with_an_alarm_says_that_a_serious_cause_is_possible() -> None:
    told = _told(finding((0.4, 0.35, 0.25)))
    assert "serious cause cannot be ruled out" in told
    assert "within days" in told


@pytest.mark.parametrize(
    ("reason", "advice"),
    [("small", "come closer"), ("dark", "window"), ("bright", "flash"), ("flat", "middle"), ("blurred", "hold still")],
)
def test_a_retake_says_what_is_wrong_and_how_to_do_better_and_nothing_about_the_skin(reason: str, advice: str) -> None:
    said = _reply(_retake(reason))
    told = _words(said.caption)
    assert advice in told
    assert "have a doctor see it anyway" in told
    assert not any(title in told for title, _ in LABELS.values())
    assert "%" not in told
    assert not any(button.url for row in said.buttons for button in row)


def test_a_retake_for_two_reasons_says_both() -> None:
    told = _told(_retake("dark", "blurred"))
    assert "too dark" in told
    assert "blurred" in told


def test_not_this_says_kindly_what_to_send() -> None:
    said = _reply(finding(not_this=0.9))
    told = _words(said.caption)
    assert "does not look like what I can judge (Skin spot)" in told
    assert "close, sharp photo of one spot" in told
    assert "have a doctor see it anyway" in told
    assert "%" not in told
    assert not any(button.url for row in said.buttons for button in row)


def test_where_there_are_other_diseases_a_reply_says_as_which_one_it_looked() -> None:
    others = [card(id="xray", title={"en": "Chest X-ray"})]
    sure = photo_reply(finding(), card(), OfPhoto(7), TEXTS, others=others)
    assert "Looked at as: Skin spot." in _words(sure.caption)
    assert "Looked at as" not in _told(finding())
    assert all(button.data != "as:xray" for row in sure.buttons for button in row)
    turned_away = photo_reply(finding(not_this=0.9), card(), OfPhoto(7), TEXTS, others=others)
    assert [button.text for row in turned_away.buttons for button in row if button.data == "as:xray"] == [
        "Look at it as: Chest X-ray"
    ]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.9999, ">99%"), (0.99, "99%"), (0.5, "50%"), (0.0101, "1%"), (0.009, "<1%"), (1.0, ">99%"), (0.0, "<1%")],
)
def test_percentages_are_never_rounded_to_all_or_nothing(share: float, said: str) -> None:
    assert percent(share, TEXTS).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.95, "very likely"),
        (0.896, "very likely"),
        (0.7, "likely"),
        (0.5, "more likely than not"),
        (0.3, "one possibility"),
    ],
)
def test_words_follow_the_calibrated_confidence(share: float, said: str) -> None:
    assert confidence_in_words(share, TEXTS) == said


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
@pytest.mark.parametrize(
    "found",
    [
        finding(),
        finding((0.7, 0.25, 0.05)),
        finding((0.45, 0.15, 0.4)),
        finding(not_this=0.9),
        _retake("dark", "flat", "blurred"),
    ],
)
def test_a_caption_fits_whatever_a_card_says(lang: str, found: Finding) -> None:
    wordy = "🩺<b>&amp; " * 300
    labels = [
        {
            "code": code,
            "title": {"en": wordy},
            "about": {"en": wordy},
            "link": f"https://example.org/{code}",
            "care": care,
        }
        for code, (_, care) in LABELS.items()
    ]
    others = [card(id="x" * 32, title={"en": wordy})] * 2
    said = photo_reply(
        found, card(labels=labels, title={"en": wordy}), OfPhoto(10**18), TEXTS.speaking(lang), others=others
    )
    text, _ = parse_html(said.caption)
    assert 0 < units(text) <= 1024
    assert "<b>&amp;" in text or found.outcome == "retake"
    assert text.rstrip().endswith("can make one.") or lang != "en"
    assert all(len((button.data or "").encode()) <= 64 for row in said.buttons for button in row)


def test_feedback_buttons_say_which_entry_and_what() -> None:
    rows = feedback_rows(10**18, TEXTS)
    assert [button.text for button in rows[0]] == ["Yes", "No", "Don't know yet"]
    assert [read_tap(button.data) for button in rows[0]] == [
        FeedbackTap(entry=10**18, value=value) for value in ("yes", "no", "unknown")
    ]


def test_a_refusal_says_the_facts_and_an_apology_none() -> None:
    assert "150 megapixels" in refusal("too_many_pixels", {"megapixels": 150, "most": 120}, TEXTS)
    assert "sorry" in apology("wrong_output", TEXTS)


EVIDENCE = {
    "measured": "2026-05-01",
    "data": {"en": "HAM10000 & others"},
    "command": "make measure",
    "figures": [
        {
            "name": "balanced_accuracy",
            "on": {"en": "held-out lesions"},
            "value": 0.71,
            "interval": [0.68, 0.74],
            "n": 1500,
        },
        {
            "name": "calibration_error",
            "on": {"en": "held-out lesions"},
            "value": 0.03,
            "interval": [0.02, 0.04],
            "n": 1500,
        },
    ],
}


def test_about_says_what_was_measured_with_its_range_on_what_and_of_which_model() -> None:
    (said,) = about(registry(SaysWhatItIsTold(), card(evidence=EVIDENCE)), TEXTS)
    told = _words(said)
    assert "Three kinds of spots." in told
    assert "71% (68% to 74%) of the cases" in told
    assert "held-out lesions:\n•" in told
    assert told.count("held-out lesions") == 1
    assert told.count("(1,500 cases)") == len(EVIDENCE["figures"])  # type: ignore[arg-type]
    assert "HAM10000 & others" in told
    assert "2026.1" in told
    assert "CC BY-NC" in told


def test_about_says_it_where_nothing_was_measured_or_a_disease_is_away() -> None:
    offered = registry(SaysWhatItIsTold())
    assert "No measurements" in about(offered, TEXTS)[0]
    away = Registry(entries=tuple(type(entry)(id="heart", path=entry.path, enabled=True) for entry in offered.entries))
    assert "heart: not available" in about(away, TEXTS)[0]
    assert "heart: not available" in diseases(away, TEXTS)[0]
    assert "No disease" in about(Registry(entries=()), TEXTS)[0]


def test_diseases_lists_every_label_and_the_command() -> None:
    (said,) = diseases(registry(SaysWhatItIsTold()), TEXTS)
    assert all(f"• {title}" in said for title, _ in LABELS.values())
    assert "/skin" in said


def test_what_cards_say_at_length_is_spread_over_messages_that_fit() -> None:
    wordy = "<word> 🩺 " * 500
    figures = [EVIDENCE["figures"][0] | {"on": {"en": wordy}} for _ in range(30)]  # type: ignore[index]
    evidence = EVIDENCE | {"figures": figures, "data": {"en": wordy}, "measured": wordy}
    messages = about(registry(SaysWhatItIsTold(), card(knows={"en": wordy}, evidence=evidence)), TEXTS)
    assert len(messages) > 1
    assert all(units(parse_html(message)[0]) <= 4096 for message in messages)


def test_several_findings_are_named_with_their_links_and_nothing_found_is_never_called_healthy() -> None:
    several = card(
        model=card().model.model_dump(mode="json") | {"scores": "multi_label"},
        decision={"thresholds": dict.fromkeys(card().codes, 0.5)},
    )
    first, second, *_ = several.codes
    found = _reply(finding((0.8, 0.6, 0.1), several), several)
    told = _words(found.caption)
    assert "What stands out in this photo" in told
    assert told.index(several.label(first).title["en"]) < told.index(several.label(second).title["en"])
    assert [button.url for row in found.buttons for button in row if button.url] == [
        str(several.label(code).link) for code in (first, second)
    ]
    nothing = _words(_reply(finding((0.1, 0.2, 0.1), several), several).caption)
    assert "Nothing of what I look for stands out" in nothing
    assert "does not mean that all is well" in nothing
    assert not any(word in nothing.lower() for word in ("healthy", "you do not have", "no disease"))


def test_a_choice_opens_in_the_row_of_its_button_and_the_other_rows_stay() -> None:
    rows = (*_reply(finding()).buttons, (Button(text="Follow", data="other:7"),))
    assert [row[0].text for row in replaced(rows, FeedbackTap, feedback_rows(7, TEXTS))] == [
        "About and treatment",
        "Yes",
        "Follow",
    ]
    assert [row[0].text for row in replaced(rows, FeedbackTap, ())] == ["About and treatment", "Follow"]
    assert replaced(rows[:1], FeedbackTap, feedback_rows(7, TEXTS))[1:] == feedback_rows(7, TEXTS)
