"""The limits of `following:` are chosen so that few unchanged spots are called changed, and stand in the model card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from classifiers.following.differences import Differences
from training.following.drawn import with_new_colour, with_new_part
from training.following.limits import FALSE_CHANGES, choose, is_changed
from training.following.pairs import KIN, NEW_COLOUR, NEW_PART, OTHER, SAME, Pair
from training.following.section import HEADING, kept_section, put_section

SHARE = {"value": 0.031, "interval": [0.01, 0.05], "n": 318}


def pair(kind: str, scale: float, chance: np.random.Generator, *, camera: str = "dermatoscope") -> Pair:
    """Return a pair whose differences are `scale` times as large as those of most pairs of one lesion."""
    outline, colour, sight, labels = scale * chance.gamma(4, 0.25, 4)
    found = Differences(outline=0.03 * outline, colour=3 * colour, sight=0.03 * sight, labels=0.1 * labels)
    return Pair(kind=kind, group=str(chance.integers(10**9)), camera=camera, found=found, log_scale=0.02)


def some_pairs() -> list[Pair]:
    chance = np.random.default_rng(1)
    pairs = [pair(SAME, 1, chance) for _ in range(300)]
    pairs += [pair(SAME, 1.5, chance, camera="phone") for _ in range(60)]
    for kind, scale in ((NEW_COLOUR, 4), (NEW_PART, 4), (OTHER, 6), (KIN, 5)):
        pairs += [pair(kind, scale, chance) for _ in range(100)]
    return [*pairs, Pair(kind=SAME, group="x", camera="phone", found=None)]


def test_few_unchanged_spots_are_called_changed_whatever_the_camera() -> None:
    pairs = some_pairs()
    limits = choose(pairs)
    for camera in ("dermatoscope", "phone"):
        same = [one for one in pairs if one.kind == SAME and one.camera == camera]
        assert np.mean([is_changed(one, limits) for one in same]) <= FALSE_CHANGES
    assert 0 < limits.outline.same_below <= limits.outline.changed_above
    assert 0 < limits.colour.same_below <= limits.colour.changed_above


def test_the_limits_of_few_pairs_are_limits_too() -> None:
    chance = np.random.default_rng(1)
    limits = choose([pair(SAME, 1, chance), pair(SAME, 1, chance)])
    assert limits.colour.same_below == 0


def test_a_new_colour_lies_within_the_spot_and_a_new_part_beside_it() -> None:
    photo, lesion = Image.new("RGB", (200, 150), (214, 168, 146)), np.zeros((150, 200), dtype=bool)
    lesion[50:100, 70:130] = True
    photo.paste((140, 98, 76), (70, 50, 130, 100))
    chance, before = np.random.default_rng(2), np.asarray(photo).astype(int)
    changed = np.abs(np.asarray(with_new_colour(photo, lesion, chance)).astype(int) - before).sum(axis=2) > 30
    assert changed.any()
    assert (changed & lesion).sum() > 0.8 * changed.sum()
    changed = np.abs(np.asarray(with_new_part(photo, lesion, chance)).astype(int) - before).sum(axis=2) > 30
    assert (changed & ~lesion).sum() > 0.1 * lesion.sum()


def figures() -> dict[str, object]:
    names = ("changed", "outline_changed", "colour_changed", "same", "unclear", "outline_off")
    return {
        "model": "7",
        "same": {"dermatoscope": dict.fromkeys(names, SHARE)},
        "drawn": {key: {"changed": SHARE, "same": SHARE} for key in (NEW_COLOUR, NEW_PART)},
        "asked": {"dermatoscope": dict.fromkeys((SAME, KIN, OTHER), SHARE)},
        "coins": {"everyday things": SHARE},
    }


def test_the_section_is_put_into_a_model_card_once_and_nothing_else_changes(tmp_path: Path) -> None:
    card = tmp_path / "MODEL_CARD.md"
    card.write_text("# A model\n\n## Figures\n\nGood ones.\n\n## Known failures\n\nMany.\n", encoding="utf-8")
    put_section(card, figures())
    put_section(card, figures())
    text = card.read_text(encoding="utf-8")
    assert text.count(HEADING) == 1
    assert "| called changed, though they are not | 0.031 (0.010–0.050) |" in text
    assert text.startswith("# A model\n\n## Figures\n\nGood ones.\n")
    assert text.endswith("## Known failures\n\nMany.\n")
    assert kept_section(tmp_path) == ""
