"""The words: every language has all of them, and everything that can be said has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel.numbers import format_percent

from bot.handlers.profile import CANCEL, COMMANDS
from bot.local.wire.entities import parse_html
from bot.replies import FEEDBACK, profile_description, profile_short_description
from bot.texts import Html, Texts
from classifiers.card import CARE, FIGURES, QUALITY, RESERVED
from classifiers.errors import CodedError, Fault, Refusal
from classifiers.registry import Registry, read_registry
from classifiers.verdict import Outcome

TEXTS = Texts.load()
FACTS = {name: "x" for key in TEXTS.known() for name in TEXTS.placeholders(key)} | {"count": 2}
PLAIN = ("button.", "command.", "profile.", "percent.", "confidence.", "feedback.", "about.value")
REGISTRY = Path(__file__).parents[2] / "registry.yaml"
REASONS = (*QUALITY, "unlike_training", "low_confidence")
CARE_REASONS = ("care_label", "care_findings", "care_nothing_found", "care_unsure", "care_alarm", "care_one_photo")
MESSAGES = ("live_photo", "pdf", "document", "sticker", "video", "animation", "voice", "contact", "location", "other")


def _kinds(of: type[CodedError]) -> Iterator[type[CodedError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_every_language_has_the_keys_of_english_and_no_others(lang: str) -> None:
    assert TEXTS.known(lang) == TEXTS.known("en")


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_every_text_asks_for_the_same_facts_in_every_language(lang: str) -> None:
    words = TEXTS.speaking(lang)
    assert {key: words.placeholders(key) for key in TEXTS.known("en")} == {
        key: TEXTS.placeholders(key) for key in TEXTS.known("en")
    }


@pytest.mark.parametrize("code", [kind.code for kind in _kinds(Refusal)] + list(MESSAGES))
def test_every_refusal_has_words(code: str) -> None:
    assert f"refusal.{code}" in TEXTS.known()


@pytest.mark.parametrize("code", [kind.code for kind in _kinds(Fault)])
def test_every_fault_has_words(code: str) -> None:
    assert f"fault.{code}" in TEXTS.known()


def test_every_outcome_reason_care_figure_command_and_feedback_has_words() -> None:
    wanted = {f"outcome.{outcome}" for outcome in get_args(Outcome)}
    wanted |= {f"reason.{code}" for code in REASONS + CARE_REASONS}
    wanted |= {f"care.{care}" for care in CARE}
    wanted |= {f"figure.{name}" for name in FIGURES}
    wanted |= {f"command.{name}" for name in COMMANDS}
    wanted |= {f"button.feedback_{value}" for value in FEEDBACK}
    assert wanted <= TEXTS.known()


def test_no_disease_may_be_called_like_a_command() -> None:
    assert {*COMMANDS, *CANCEL, "reload"} == set(RESERVED)


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_every_text_is_html_that_telegram_reads(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for key in sorted(TEXTS.known()):
        if not key.startswith(PLAIN) and key not in ("not_yours", "old_button"):
            text, _ = parse_html(words.html(key, **FACTS))
            assert "<" not in text or key.startswith("percent"), key


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_what_telegram_shows_of_the_bot_fits_its_limits(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for offered in (read_registry(REGISTRY), Registry(entries=())):
        assert 0 < len(profile_description(offered, words)) <= 512
        assert 0 < len(profile_short_description(offered, words)) <= 120
    assert all(len(words.plain(key)) <= 200 for key in ("feedback.thanks", "feedback.gone", "not_yours", "old_button"))


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_no_text_says_a_thing_twice(lang: str) -> None:
    words = TEXTS.speaking(lang)
    for key in sorted(TEXTS.known()):
        bold = re.findall(r"^<b>(.*?)</b>", words.forms(key)[0], re.MULTILINE)
        assert len(bold) == len(set(bold)), key


def test_nobody_is_told_that_they_do_not_have_something() -> None:
    everything = " ".join(TEXTS.plain(key, **FACTS) for key in TEXTS.known())
    for promise in ("you do not have", "you don't have", "harmless", "nothing to worry", "healthy"):
        assert promise not in everything.lower()


def test_no_text_of_the_bot_is_about_one_kind_of_photo() -> None:
    skin = re.compile(r"\b(spots?|skin)\b", re.IGNORECASE)
    # Said only where a disease has spots that can be followed.
    following = (
        "spots.",
        "place.",
        "button.follow",
        "button.spot",
        "button.same",
        "command.spots",
        "help.spots",
        "report.",
        "change.",
        "coin.",
    )
    others = [key for key in TEXTS.known() if not key.startswith((*following, "privacy.spots"))]
    assert [key for key in others if skin.search(TEXTS.plain(key, **FACTS))] == []


def test_facts_cannot_smuggle_html_in_but_texts_can_hold_texts() -> None:
    assert TEXTS.html("diseases.label", label="<b>&") == "• &lt;b&gt;&amp;"
    assert TEXTS.html("diseases.label", label=Html("<b>x</b>")) == "• <b>x</b>"


def test_a_key_or_a_fact_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        TEXTS.html("nobody.says.this")
    with pytest.raises(KeyError, match="label"):
        TEXTS.html("diseases.label")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("es", "Hola"),
        ("es-MX", "Hola"),
        ("ES", "Hola"),
        ("pt-br", "Oi"),
        ("pt", "Oi"),
        ("fr", "Hello"),
        (None, "Hello"),
    ],
)
def test_a_person_is_spoken_to_in_their_language_or_its_parent_or_english(
    tmp_path: Path, code: str | None, said: str
) -> None:
    for name, word in (("en", "Hello"), ("es", "Hola"), ("pt-BR", "Oi")):
        (tmp_path / f"{name}.yaml").write_text(f"greeting: {{hello: {word}}}", encoding="utf-8")
    assert Texts.load(folder=tmp_path).speaking(code).html("greeting.hello") == said


def test_a_text_that_a_language_lacks_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("hello: Hello\nyes: 1", encoding="utf-8")
    (tmp_path / "es.yaml").write_text("hello: Hola", encoding="utf-8")
    texts = Texts.load("es", folder=tmp_path)
    assert texts.html("hello") == "Hola"
    assert texts.localised({"en": "Mole"}) == "Mole"
    assert texts.localised({"en": "Mole", "es": "Lunar"}) == "Lunar"


@pytest.mark.parametrize("share", [0.575, 0.125, 0.285, 0.994999, 1e-9, 1])
def test_a_share_is_rounded_as_the_library_for_it_does(share: float) -> None:
    assert TEXTS.formats.percent(share) == format_percent(share, locale="en_GB")
