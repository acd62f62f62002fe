"""The pictures of how to take a photo: drawn by a program of ours, and every fault of a card's is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny
from PIL import Image

from bot.replies.examples import examples_caption
from bot.replies.length import CAPTION, read_units
from bot.texts import Texts
from classifiers.card import read_card, read_photo_card
from classifiers.errors import CardFaults
from training import drawings, examples

SKIN = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")


def test_the_shipped_pictures_are_what_the_program_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = drawings.FOLDER
    monkeypatch.setattr(drawings, "FOLDER", tmp_path)
    drawings.main()
    assert {file.name for file in shipped.iterdir()} == {file.name for file in tmp_path.iterdir()}
    for file in sorted(shipped.iterdir()):
        there, here = (np.asarray(Image.open(folder / file.name), dtype=int) for folder in (shipped, tmp_path))
        assert np.abs(there - here).mean() < 2  # another version of Pillow may round otherwise


def test_the_shipped_drawings_are_what_the_program_draws_and_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = examples.FOLDER
    monkeypatch.setattr(examples, "FOLDER", tmp_path)
    examples.main()
    assert {file.stem for file in shipped.iterdir()} == {file.stem for file in tmp_path.iterdir()} == set(SKIN.codes)
    for file in sorted(shipped.iterdir()):
        assert file.stat().st_size < 40_000
        there, here = (np.asarray(Image.open(folder / file.name), dtype=int) for folder in (shipped, tmp_path))
        assert np.abs(there - here).mean() < 2


@pytest.mark.parametrize("lang", sorted(Texts.load().languages))
def test_the_drawings_are_told_of_within_a_caption_in_every_language(lang: str) -> None:
    texts = Texts.load(lang)
    caption = examples_caption(SKIN, texts)
    assert read_units(caption) <= CAPTION
    assert "…" not in caption
    assert caption.count("<a href=") == len(SKIN.codes)
    assert {example.code for example in SKIN.examples} == set(SKIN.codes)


def test_an_example_of_no_label_or_of_one_twice_is_a_fault_of_the_card(tmp_path: Path) -> None:
    shown = [{"code": code, "file": "good.png", "words": {"en": "So."}} for code in ("red", "pink", "red")]
    tiny.write(tmp_path / "colour", tiny.content(examples=shown))
    Image.new("RGB", (8, 8)).save(tmp_path / "colour" / "good.png")
    with pytest.raises(CardFaults) as caught:
        read_card(tmp_path / "colour" / "card.yaml")
    told = [fault.partition("card.yaml: ")[2] for fault in caught.value.faults]
    assert told == ["examples[1].code: no label pink", "examples[2].code: red stands twice"]


def test_a_picture_that_is_missing_or_none_is_a_fault_of_the_card(tmp_path: Path) -> None:
    pictures = [
        {"code": "good", "file": "good.png", "good": True, "words": {"en": "So."}},
        {"code": "gone", "file": "gone.png", "good": False, "words": {"en": "Not so."}},
        {"code": "text", "file": "text.png", "good": False, "words": {"en": "Nor so."}},
    ]
    tiny.write(tmp_path / "colour", tiny.content(guide=pictures))
    Image.new("RGB", (8, 8)).save(tmp_path / "colour" / "good.png")
    (tmp_path / "colour" / "text.png").write_text("no picture")
    with pytest.raises(CardFaults) as caught:
        read_card(tmp_path / "colour" / "card.yaml")
    told = [fault.partition("card.yaml: ")[2] for fault in caught.value.faults]
    assert told == ["guide[1].file: gone.png is not there", "guide[2].file: text.png is no JPEG, PNG or WebP"]
