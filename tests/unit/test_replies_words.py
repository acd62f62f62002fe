"""Whose words people read: a card's own where it has some, and never those of another kind of photo."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_form
from fake_disease import SKIN, SaysWhatItIsTold, card, finding, registry

from bot.handlers.profile import menu
from bot.local.wire.entities import parse_html, units
from bot.replies import (
    about,
    diseases,
    help_messages,
    invitation,
    photo_reply,
    privacy,
    profile_description,
    profile_short_description,
)
from bot.replies.tap import OfPhoto
from bot.texts import Html, Texts
from bot.texts.language import Language
from classifiers.card import QUALITY, PhotoCard
from classifiers.lesion.abcd import LesionFeatures
from classifiers.registry import Registry
from classifiers.verdict import Finding, Outcome

TEXTS = Texts.load()
SKIN_WORDS = re.compile("spot|skin|mole|bleed|heal|plaster|hair", re.IGNORECASE)
LABELS = [
    {
        "code": code,
        "title": {"en": title},
        "about": {"en": "Seen on chest X-rays."},
        "link": f"https://example.org/{code}",
        "care": care,
    }
    for code, title, care in (
        ("nv", "No finding named", "routine"),
        ("mel", "Mass", "urgent"),
        ("bcc", "Effusion", "soon"),
    )
]
DESCRIBED = {"unsure_below": 0.5, "outline": {"asymmetric_above": 0.1, "uneven_above": 1.5}}
FEATURES = LesionFeatures(share=0.12, colours=2, cut=True, asymmetry=0.2, border=1.8)


def lungs(**changes: Any) -> PhotoCard:
    """A second photo disease, whose card has no words of its own."""
    content = {"id": "xray", "title": {"en": "Chest X-ray"}, "knows": {"en": "Chest X-rays."}, "labels": LABELS}
    return card(**content | {"words": {}, "decision": DESCRIBED} | changes)


def both(*cards: PhotoCard) -> Registry:
    """A registry that offers these diseases, by default skin and lungs."""
    entries = [registry(SaysWhatItIsTold(), one).entries[0] for one in cards or (card(), lungs())]
    return Registry(entries=tuple(entries))


def read(text: Html) -> str:
    """Return what people read of a text in HTML."""
    return html.unescape(re.sub("<[^>]*>", "", text)).replace("\N{NO-BREAK SPACE}", " ")


def unjudged(outcome: Outcome, *reasons: str) -> Finding:
    """Return what is concluded of a photo that says nothing."""
    return replace(finding(its_card=lungs()), outcome=outcome, care=None, reasons=reasons)


@pytest.mark.parametrize(
    "found",
    [
        finding(its_card=lungs()),
        finding((0.45, 0.15, 0.4), lungs()),
        finding((0.4, 0.35, 0.25), lungs()),
        *(unjudged("retake", code) for code in QUALITY),
        unjudged("not_this", "unlike_training"),
        replace(finding(its_card=lungs()), outcome="nothing_found", reasons=("care_nothing_found",)),
    ],
    ids=lambda found: " ".join((found.outcome, *found.reasons)),
)
def test_a_disease_of_another_kind_is_never_told_of_spots_or_skin(found: Finding) -> None:
    reply = photo_reply(found, lungs(), OfPhoto(7), TEXTS, features=FEATURES)
    assert not SKIN_WORDS.search(read(reply.caption)), reply.caption
    assert not any(SKIN_WORDS.search(button.text) for row in reply.buttons for button in row)


def test_a_bot_without_a_skin_disease_says_nothing_of_skin_anywhere() -> None:
    offered = both(lungs(licence={"en": "CC0"}))
    said = [*help_messages(offered, TEXTS), *about(offered, TEXTS)]
    said += [invitation(key, offered, TEXTS) for key in ("consent.next", "start.again", "hint.text")]
    said += [Html(profile_description(offered, TEXTS)), Html(profile_short_description(offered, TEXTS))]
    assert not any(SKIN_WORDS.search(read(text)) for text in said), said
    assert "a photo for Chest X-ray" in profile_short_description(offered, TEXTS)


def test_the_skin_card_says_what_it_always_said() -> None:
    offered = both(card())
    helping = read(help_messages(offered, TEXTS)[0])
    assert "Send me a photo of a spot on your skin, and I tell you what it most looks like" in helping
    assert "• Distance: about a hand's width, the spot in the middle and filling a third of the picture." in helping
    assert "changes, bleeds or does not heal, have a doctor see it" in helping
    hint = read(invitation("hint.text", offered, TEXTS))
    assert "Send me a photo of a spot on your skin: close, sharp, in daylight; /help has tips." in hint
    flat = read(photo_reply(unjudged("retake", "flat"), card(), OfPhoto(7), TEXTS).caption)
    assert "move the spot to the middle" in flat
    assert "Go sooner if it changes, bleeds, hurts or worries you." in read(
        photo_reply(finding(), card(), OfPhoto(7), TEXTS).caption
    )


def test_help_says_of_each_kind_of_photo_how_to_take_it() -> None:
    (said,) = help_messages(both(card(), lungs(), lungs(id="ct", title={"en": "CT"})), TEXTS)
    assert "For a good photo (Skin spot)\n• Light: daylight at a window" in read(said)
    assert "For a good photo (Chest X-ray and CT)\n• Light: bright and even" in read(said)
    assert read(said).startswith("Send me a photo, and")


def test_where_two_diseases_look_at_photos_both_are_named() -> None:
    wanted = "a photo of a spot on your skin or a photo for Chest X-ray"
    assert wanted in invitation("consent.next", both(), TEXTS)
    assert wanted in profile_description(both(), TEXTS)


def test_a_bot_that_only_asks_questions_asks_for_no_photo(tmp_path: Path) -> None:
    offered = tiny_form.with_form(Registry(entries=()), tiny_form.plugin(tmp_path))
    texts = [read(text) for text in help_messages(offered, TEXTS)]
    texts += [
        read(invitation(key, offered, TEXTS)) for key in ("consent.next", "start.again", "hint.text", "hint.command")
    ]
    texts += [profile_short_description(offered, TEXTS), profile_description(offered, TEXTS)]
    texts += [read(text) for text in (*diseases(offered, TEXTS), *about(offered, TEXTS))]
    texts += [command.description for command in menu(offered, TEXTS)]
    assert not any("photo" in text for text in texts), texts


def test_a_card_s_own_code_is_said_in_its_own_words_and_language() -> None:
    retake = {
        "rotated": {"en": "It lies on its side: turn it.", "es": "Está de lado."},
        "dark": {"en": "Too dark <here>."},
    }
    rotated = unjudged("retake", "rotated", "dark")
    own = lungs(words={"retake": retake})
    assert "It lies on its side: turn it.\nToo dark <here>." in read(
        photo_reply(rotated, own, OfPhoto(7), TEXTS).caption
    )
    spanish = Texts(lang="es", languages={**TEXTS.languages, "es": Language()})
    assert "Está de lado." in photo_reply(rotated, own, OfPhoto(7), spanish).caption


def test_the_outline_is_described_in_the_card_s_words() -> None:
    words = {"subject": {"en": "shadow"}, "outline": {"uneven": {"en": "frayed"}}}
    said = read(photo_reply(finding(), lungs(words=words), OfPhoto(7), TEXTS, features=FEATURES).caption)
    assert "The outlined shadow: about 10% of the photo, 2 colours, cut off by the photo's edge, frayed" in said


def test_a_link_is_the_one_in_the_person_s_language_or_english() -> None:
    labels = [LABELS[0] | {"link": {"en": "https://example.org/en", "es": "https://example.org/es"}}, *LABELS[1:]]
    its_card = lungs(labels=labels)
    spanish = Texts(lang="es", languages={**TEXTS.languages, "es": Language()})
    german = Texts(lang="de", languages={**TEXTS.languages, "de": Language()})
    urls = [photo_reply(finding(), its_card, OfPhoto(7), texts).buttons[0][0].url for texts in (TEXTS, spanish, german)]
    assert urls == ["https://example.org/en", "https://example.org/es", "https://example.org/en"]


def test_about_names_each_model_s_licence_and_figures_of_a_card_s_own() -> None:
    figure = {"name": "dice", "on": {"en": "outlines"}, "value": 0.9, "interval": [0.8, 0.95], "n": 50}
    evidence = {"measured": "2026-05-01", "data": {"en": "x"}, "command": "y"}
    evidence |= {"figures": [figure | {"title": {"en": "Overlap with what people outlined"}}]}
    (said,) = about(both(card(), lungs(licence={"en": "CC0"}, evidence=evidence)), TEXTS)
    assert f"Licence of the model: {SKIN['licence']['en']}" in said
    assert "Licence of the model: CC0" in said
    assert "• Overlap with what people outlined: 90% (80% to 95%)." in read(said)


def test_what_is_never_kept_and_how_to_remove_the_rest_is_said_after_all_that_is_kept() -> None:
    said = read(Html("\n\n".join(privacy(both(card(), lungs()), TEXTS, asks=True))))
    *kept, never, yours = said.split("\n\n")
    assert any(part.startswith("Spots you follow") for part in kept)
    assert any(part.startswith("If you ask a doctor") for part in kept)
    assert never.startswith("Never noted beyond that")
    assert yours.startswith("/export sends you all of this as a file. /forget removes all of this at once.")


def test_the_skin_card_says_that_it_may_be_a_rash_and_when_that_cannot_wait() -> None:
    doubted = replace(finding((0.4, 0.3, 0.3)), reasons=("no_single_lesion", "care_unsure"))
    strange = replace(doubted, reasons=("somewhat_unlike_training", "care_unsure"))
    for found in (unjudged("not_this", "unlike_training"), doubted, strange):
        said = read(photo_reply(found, card(), OfPhoto(7), TEXTS).caption)
        assert "It may be a rash or an infection, which I know nothing of" in said
        for sign in ("fever", "within hours", "eyes or mouth", "do not fade", "gets hotter"):
            assert sign in said
    for found in (finding((0.4, 0.3, 0.3)), finding(), unjudged("retake", "dark")):
        assert "rash" not in read(photo_reply(found, card(), OfPhoto(7), TEXTS).caption)


def test_a_caption_fits_however_much_a_card_has_to_say() -> None:
    wordy = {"en": "Very <many> words 🩺 " * 100}
    names = ("again", "not_this", "cannot_wait", "watch", "seen_anyway", "subject")
    shape = dict.fromkeys(("even", "uneven", "symmetric", "asymmetric", "cut"), wordy)
    words = dict.fromkeys(names, wordy) | {"retake": dict.fromkeys(QUALITY, wordy), "outline": shape}
    labels = [label | {"title": wordy, "about": wordy} for label in LABELS]
    its_card = lungs(words=words, title=wordy, labels=labels)
    sure, unsure = finding((0.7, 0.25, 0.05), its_card), finding((0.4, 0.3, 0.3), its_card)
    doubted = replace(unsure, reasons=("no_single_lesion", "care_alarm"), care="urgent")
    for found in (sure, unsure, doubted, unjudged("retake", *QUALITY), unjudged("not_this", "unlike_training")):
        caption = photo_reply(found, its_card, OfPhoto(10**18), TEXTS, features=FEATURES, others=[its_card]).caption
        assert units(parse_html(caption)[0]) <= 1024
    for text in help_messages(both(lungs(words={"tips": [wordy] * 30, "seen_anyway": wordy}, title=wordy)), TEXTS):
        assert units(parse_html(text)[0]) <= 4096
