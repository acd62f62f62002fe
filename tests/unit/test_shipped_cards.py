"""The cards that are shipped: no fault, a trusted page for every label, texts in English, and what was measured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from photo_bytes import file
from PIL import Image

from bot.commands.sample_photos import jpeg_photo
from classifiers.card import CARE
from classifiers.plugin import examine
from classifiers.registry import Entry, Registry, read_registry

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that is shipped."""
    return read_registry(HOME / "registry.yaml")


def offered(registry: Registry) -> list[Entry]:
    """The diseases that are on. There is at least one."""
    found = [entry for entry in registry.entries if entry.enabled]
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


def test_every_label_has_a_page_words_and_a_care(registry: Registry) -> None:
    for entry in offered(registry):
        assert entry.card
        for label in entry.card.labels:
            assert str(label.link).startswith("https://")
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
        found = examine(entry.plugin, jpeg_photo(1280, 960, seed=1))
        assert sum(found.finding.probabilities.values()) == pytest.approx(1)
        assert found.scores.attention is not None


def test_the_skin_model_finds_black_and_tiny_photos_unfit(registry: Registry) -> None:
    for size, colour, reason in (((1, 1), "white", "small"), ((4000, 3), "white", "small"), ((800, 600), 0, "dark")):
        found = examine(registry.plugin("skin"), file(Image.new("RGB", size, colour), "PNG")).finding
        assert (found.outcome, found.reasons[0]) == ("retake", reason)
