"""Several photos of a lesion are measured beside one, and the model card's section is written from that alone."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from small_data import draw_all

from training import several
from training.markdown import with_section

SKIN = Path(__file__).parents[2] / "classifiers" / "skin"


def test_the_recipe_measures_the_same_lesions_with_one_photo_and_more_and_changes_one_section_of_the_model_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_all(tmp_path / "data")
    shutil.copytree(SKIN, tmp_path / "skin")
    before = (tmp_path / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")
    card = tmp_path / "skin" / "card.yaml"
    monkeypatch.setattr(sys, "argv", ["several", "--data", str(tmp_path / "data"), "--card", str(card)])
    several.main()
    figures = json.loads((tmp_path / "skin" / "several_photos.json").read_text(encoding="utf-8"))
    assert figures["sets"]
    for sides in figures["sets"].values():
        assert len({side["alarm_sensitivity"]["n"] for side in sides.values()}) == 1  # lesions that are serious
    after = (tmp_path / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "MILK10k, each lesion twice" in after
    assert [part.split("\n")[0] for part in after.split("\n## ")] == [
        part.split("\n")[0] for part in before.split("\n## ")
    ]
    heading = "Several photos of one spot"
    assert with_section(after, heading, "x") == with_section(before, heading, "x")


def test_a_section_is_put_in_place_of_the_old_one_or_before_another() -> None:
    text = "# A\n\n## B\n\nb\n\n## C\n\nc\n"
    added = with_section(text, "New", "new\n", before="C")
    assert added == "# A\n\n## B\n\nb\n\n## New\n\nnew\n\n## C\n\nc\n"
    assert with_section(added, "New", "newer\n", before="C") == added.replace("new\n", "newer\n")
