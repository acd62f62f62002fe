"""The cards that are shipped: no fault, a trusted page for every label, texts in English, and what was measured."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from photo_bytes import file
from PIL import Image
from typer.testing import CliRunner

from bot.cli.bench.sample_photos import jpeg_photo
from bot.cli.main import app
from classifiers.card import CARE, Card
from classifiers.card.questions import Answer, Number
from classifiers.form.score import examine_form
from classifiers.form.typed import typed_number
from classifiers.plugin import examine
from classifiers.registry import Registry, RegistryEntry, read_registry

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that is shipped."""
    return read_registry(HOME / "registry.yaml")


def offered(registry: Registry) -> list[RegistryEntry]:
    """The diseases that are on. There is at least one."""
    found = [entry for entry in registry.entries if entry.enabled]
    assert found
    return found


def forms(registry: Registry) -> list[Card]:
    """The cards that are forms and on. There is at least one."""
    found = [plugin.card for plugin in registry.plugins.values() if plugin.card.input == "form"]
    assert found
    return found


def test_no_shipped_card_has_a_fault(registry: Registry) -> None:
    assert registry.all_faults == ()
    assert all(entry.plugin for entry in offered(registry))


def test_checkup_check_finds_nothing() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHECKUP_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"], check=False, cwd=HOME, env=clean, capture_output=True, text=True
    )
    assert (done.returncode, "no fault" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "es: all translated; not reviewed: bot/texts, skin, heart, thyroid" in done.stdout


def test_the_commands_of_the_model_cards_have_only_options_that_their_help_names() -> None:
    helped = CliRunner().invoke(app, ["evaluate", "--help"], env={"COLUMNS": "200"}).output
    commands = re.findall(
        r"checkup evaluate .*", "".join(card.read_text("utf-8") for card in HOME.glob("classifiers/*/MODEL_CARD.md"))
    )
    assert len(commands) > 2
    assert [one for one in re.findall(r"--[a-z-]+", "\n".join(commands)) if one not in helped] == []


def test_every_label_has_a_page_words_and_a_care(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.card
        for label in entry.card.labels:
            assert all(link.startswith("https://") for link in label.links.values())
            assert label.title["en"].strip()
            assert len(label.about["en"].split()) >= 5
            assert label.care in CARE


def test_no_two_labels_share_a_title(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.card
        titles = [label.title["en"] for label in entry.card.labels]
        assert len(set(titles)) == len(titles)


def test_what_was_measured_stands_in_the_card(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.card
        assert entry.card.evidence
        assert "balanced_accuracy" in {figure.name for figure in entry.card.evidence.figures}
        for figure in entry.card.evidence.figures:
            assert figure.interval[0] <= figure.value <= figure.interval[1]


def test_urgent_labels_are_in_the_alarm(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.card
        urgent = {label.code for label in entry.card.labels if label.care == "urgent"}
        alarm = entry.card.decision.alarm
        assert urgent <= set(alarm.labels if alarm else ())


def test_a_photo_gets_a_finding_with_a_heat_map_from_every_photo_disease(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.plugin
        if entry.plugin.card.input != "photo":
            continue
        found = examine(entry.plugin, jpeg_photo(1280, 960, seed=1))
        assert sum(found.finding.probabilities.values()) == pytest.approx(1)
        assert found.scores.class_maps is not None


def test_the_skin_model_finds_black_and_tiny_photos_unfit(registry: Registry) -> None:
    for size, colour, reason in (((1, 1), "white", "small"), ((4000, 3), "white", "small"), ((800, 600), 0, "dark")):
        found = examine(registry.photo_plugin("skin"), file(Image.new("RGB", size, colour), "PNG")).finding
        assert (found.outcome, found.reasons[0]) == ("retake", reason)


def test_a_form_asks_in_plain_words_and_knows_emergencies(registry: Registry) -> None:
    for card in forms(registry):
        assert card.red_flags
        for question in card.questions:
            assert question.text["en"].endswith("?")
            assert not question.asked or (question.title and question.worth is not None)


def test_a_form_takes_every_example_in_its_own_unit_and_gives_it_back(registry: Registry) -> None:
    for card in forms(registry):
        for question in card.questions:
            if isinstance(question, Number):
                typed = f"{question.example} {question.unit or ''}"
                assert typed_number(question, typed).value == question.example


@pytest.mark.parametrize(
    ("disease", "question", "typed", "value"),
    [
        ("heart", "cholesterol", "5.2 mmol/L", 201.1),
        ("heart", "resting_bp", "17.3 kPa", 129.8),
        ("heart", "oldpeak", "-2.6", -2.6),
        ("thyroid", "tsh", "4.5 µIU/mL", 4.5),
        ("thyroid", "t3", "120 ng/dL", 1.843),
        ("thyroid", "t3", "1.2 ng/mL", 1.843),
        ("thyroid", "tt4", "8 µg/dL", 103.0),
    ],
)
def test_a_laboratory_s_units_are_turned_into_the_model_s(
    registry: Registry, disease: str, question: str, typed: str, value: float
) -> None:
    asked = registry.form_plugin(disease).card.question(question)
    assert isinstance(asked, Number)
    assert typed_number(asked, typed).value == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("disease", "answers", "label", "alarm"),
    [
        (
            "heart",
            {
                "age": 63.0,
                "sex": "M",
                "chest_pain_type": "ASY",
                "exercise_angina": True,
                "st_slope": "Flat",
                "oldpeak": 2.0,
            },
            "disease",
            True,
        ),
        (
            "heart",
            {
                "age": 35.0,
                "sex": "F",
                "chest_pain_type": "ATA",
                "exercise_angina": False,
                "st_slope": "Up",
                "oldpeak": 0.0,
            },
            "no_disease",
            False,
        ),
        ("thyroid", {"tsh": 40.0, "tt4": 30.0, "t3": 0.8, "fti": 30.0, "sex": "F", "age": 50.0}, "hypothyroid", True),
        (
            "thyroid",
            {"tsh": 0.02, "tt4": 220.0, "t3": 6.0, "fti": 230.0, "sex": "F", "age": 40.0},
            "hyperthyroid",
            True,
        ),
        ("thyroid", {"tsh": 1.5, "tt4": 105.0, "t3": 1.9, "t4u": 0.97, "fti": 108.0, "sex": "F"}, "negative", False),
    ],
)
def test_a_form_answered_as_in_a_textbook_gets_the_textbook_s_answer(
    registry: Registry, disease: str, answers: dict[str, Answer], label: str, alarm: bool
) -> None:
    found = examine_form(registry.form_plugin(disease), answers).finding
    assert (found.label, found.outcome, found.alarm) == (label, "sure", alarm)


def test_a_form_without_answers_is_unsure(registry: Registry) -> None:
    for card in forms(registry):
        assert examine_form(registry.form_plugin(card.id), {}).finding.outcome == "unsure"
