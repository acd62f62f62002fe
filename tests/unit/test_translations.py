"""A card's words in other languages: put where their English stands, every fault told, what is missing counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tiny
import yaml

from classifiers.card import read_card
from classifiers.card.translations import untranslated
from classifiers.errors import CardFaults
from training.card_text import with_values

HEART = Path(__file__).parents[2] / "classifiers" / "heart"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A disease whose card may have files of words."""
    content = tiny.content(words={"tips": [{"en": "Come close."}, {"en": "Hold still."}]})
    tiny.write(tmp_path / "colour", content)
    (tmp_path / "colour" / "words").mkdir()
    return tmp_path / "colour"


def faults(folder: Path, words: str) -> list[str]:
    """Return what is wrong with the card and these Spanish words of it, without the path."""
    file = folder / "words" / "es.yaml"
    file.write_text(words, encoding="utf-8")
    try:
        read_card(folder / "card.yaml")
    except CardFaults as error:
        return [fault.removeprefix(f"{file}: ") for fault in error.faults]
    return []


def test_words_stand_where_their_english_stands(folder: Path) -> None:
    code = read_card(folder / "card.yaml").codes[0]
    words = {"reviewed": True, "title": "Color", "words": {"tips": ["Acérquese.", "No se mueva."]}}
    words["labels"] = {code: {"title": "Rojo", "link": "https://example.org/rojo"}}
    assert faults(folder, yaml.safe_dump(words, allow_unicode=True)) == []
    card = read_card(folder / "card.yaml")
    label = card.label(code)
    assert (card.title["es"], label.title["es"], label.links["es"]) == ("Color", "Rojo", "https://example.org/rojo")
    assert "en" in label.links
    assert card.reviewed == {"es": True}


def test_what_is_missing_is_counted_by_its_place(folder: Path) -> None:
    assert faults(folder, "title: Color") == []
    missing = untranslated(read_card(folder / "card.yaml"), "es")
    assert "title" not in missing
    assert {"knows", "labels[0].title", "words.tips[0]"} <= set(missing)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("titel: Color", "titel: the card has nothing of this name"),
        ("title: 5", "title: must be a text, in quotes where it is a number or yes or no"),
        ("labels: {nobody: {title: x}}", "labels.nobody: the card has nothing of this name"),
        ("words: {tips: [x]}", "words.tips: has 1 texts, the card 2"),
        ("id: color", "id: the card has no such text"),
        ("evidence: x", "evidence: must be lines of what it is in English: what it is in this language"),
        ("- title", "must be lines of key: value"),
        ("title: a\ntitle: b", "line 2: the key title stands twice"),
    ],
)
def test_words_without_a_place_are_faults_of_the_card(folder: Path, words: str, fault: str) -> None:
    assert faults(folder, words) == [fault]


@pytest.mark.parametrize("english", [["x"], {"x": 1}, 1])
def test_english_that_is_no_text_is_a_fault_of_the_card_also_where_there_are_words_for_it(
    folder: Path, english: object
) -> None:
    tiny.write(folder, tiny.content(evidence={"data": {"en": english}}))
    found = faults(folder, "evidence: {photos: fotos}\nunits: {years: años}")
    assert any("evidence.data.en: must be text" in fault for fault in found), found


def test_a_recipe_that_writes_a_card_anew_leaves_its_words_and_what_it_measures_is_translated_by_its_english(
    tmp_path: Path,
) -> None:
    shutil.copytree(HEART, tmp_path / "heart")
    card, words = tmp_path / "heart" / "card.yaml", tmp_path / "heart" / "words" / "es.yaml"
    before, kept = read_card(HEART / "card.yaml"), words.read_bytes()
    assert before.evidence
    figure = before.evidence.figures[0].model_dump() | {"on": {"en": before.evidence.figures[0].on["en"]}, "value": 0.5}
    figure["interval"] = list(figure["interval"])
    del figure["title"]
    evidence = {"measured": "2027-01-01", "data": {"en": "others"}, "command": "x", "figures": [figure]}
    card.write_text(with_values(card.read_text(encoding="utf-8"), {"evidence": evidence}), encoding="utf-8")
    after = read_card(card)
    assert words.read_bytes() == kept
    assert after.evidence
    assert after.evidence.figures[0].on["es"] == before.evidence.figures[0].on["es"]
    assert untranslated(after, "es") == ["evidence.data"]
