"""What changed between two photos of a spot, in words: no comfort where nobody can tell, and care wherever it changed."""

from __future__ import annotations

import pytest

from bot.replies.change import change_in_words
from bot.texts import Texts
from bot.texts.direction import without_isolates
from classifiers.following.change import Change
from classifiers.lesion.colours import COLOURS

TEXTS = Texts.load("en")
SEE, ANYWAY = "seen by a doctor within a few weeks", "does not mean that all is well"


def said(change: Change) -> str:
    return without_isolates(change_in_words(change, TEXTS))


@pytest.mark.parametrize(
    "change",
    [
        Change(outline="changed"),
        Change(colour="changed", outline="same"),
        Change(colour="changed", new_colour="black"),
        Change(outline="same", colour="same", size="grew", grown=1.24, plus_minus=0.61),
    ],
)
def test_whatever_changed_is_to_be_seen_by_a_doctor(change: Change) -> None:
    assert SEE in said(change)
    assert ANYWAY not in said(change)
    assert "no change" not in said(change) or change.size == "grew"


@pytest.mark.parametrize("change", [Change(), Change(outline="same"), Change(colour="same")])
def test_where_nobody_can_tell_nothing_comforts(change: Change) -> None:
    assert said(change).startswith("<b>I cannot tell whether it changed:</b>")
    assert ANYWAY not in said(change)
    assert "no change" not in said(change)


def test_where_nothing_is_seen_to_change_that_is_no_all_clear() -> None:
    words = said(Change(outline="same", colour="same"))
    assert "I see no change" in words
    assert "cannot tell without a coin" in words
    assert ANYWAY in words


def test_growth_is_said_with_its_doubt_as_a_language_writes_it() -> None:
    grown = Change(size="grew", grown=1.24, plus_minus=0.61)
    assert "It grew by 1.2 mm ± 0.6 mm." in said(grown)
    assert "1,2 mm ± 0,6 mm" in without_isolates(change_in_words(grown, Texts.load("de")))
    assert "1.1 mm ± 0.5 mm less than before" in said(Change(size="shrank", grown=-1.1, plus_minus=0.5))
    assert "less than I can measure (0.5 mm)" in said(Change(size="within", grown=0.1, plus_minus=0.5))


def test_every_colour_has_a_name() -> None:
    assert len({said(Change(colour="changed", new_colour=colour)) for colour in COLOURS}) == len(COLOURS)
