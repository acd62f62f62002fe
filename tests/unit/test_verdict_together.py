"""Photos of the same are judged by the mean of the logits of those that count, and never by one that is turned away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tiny

from classifiers.card import PhotoCard
from classifiers.scores import Scores
from classifiers.several import mean_of_logits
from classifiers.verdict import Finding, calibrated, calibrated_each, conclude, conclude_together

CARD = PhotoCard.model_validate(tiny.content())
RED, GREEN, BLUE = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.05, 0.05, 0.9)


def found(shares: tuple[float, ...], its_card: PhotoCard = CARD, **facts: Any) -> Finding:
    return conclude(its_card, Scores(probabilities=np.array(shares), **facts), None)


def doubted(finding: Finding) -> Finding:
    return replace(finding, outcome="unsure", reasons=("no_single_lesion", "care_unsure"))


def dark(finding: Finding) -> Finding:
    return replace(finding, outcome="retake", care=None, reasons=("dark",))


@pytest.mark.parametrize(("independent", "calibrate"), [(False, calibrated), (True, calibrated_each)])
def test_the_mean_of_calibrated_logits_is_the_mean_of_logits_calibrated(independent: bool, calibrate: Any) -> None:
    rng = np.random.default_rng(1)
    logits, bias = rng.normal(0, 3, (5, 4)), rng.normal(0, 1, 4)

    def probabilities(z: np.ndarray) -> np.ndarray:
        raised = np.exp(z)
        return np.asarray(1 / (1 + np.exp(-z)) if independent else raised / raised.sum(axis=-1, keepdims=True))

    how = {"temperature": 0.7, "bias": bias}
    together = mean_of_logits(calibrate(probabilities(logits), **how), independent=independent)
    assert together == pytest.approx(calibrate(probabilities(logits.mean(axis=0)), **how))


def test_several_photos_say_what_most_of_them_say_more_surely_than_the_one_that_differs() -> None:
    together, used = conclude_together(CARD, [found(GREEN), found(GREEN), found(BLUE)])
    assert (together.outcome, together.label, used) == ("sure", "green", (0, 1, 2))
    assert together.confidence < found(GREEN).confidence
    apart, _ = conclude_together(CARD, [found(GREEN), found(BLUE)])
    assert (apart.outcome, apart.care, apart.reasons) == ("unsure", "soon", ("low_confidence", "care_unsure"))


def test_a_photo_that_is_turned_away_counts_for_nothing() -> None:
    good = found(GREEN)
    together, used = conclude_together(CARD, [dark(found(RED)), good, found(RED, not_this=0.9)])
    assert used == (1,)
    assert together.probabilities == pytest.approx(good.probabilities)
    assert replace(together, probabilities=good.probabilities, confidence=good.confidence) == good


def test_a_doubted_photo_counts_only_where_there_is_no_other() -> None:
    together, used = conclude_together(CARD, [doubted(found(BLUE)), found(GREEN)])
    assert (together.outcome, together.label, used) == ("sure", "green", (1,))
    together, used = conclude_together(CARD, [doubted(found(GREEN)), dark(found(GREEN)), doubted(found(GREEN))])
    assert (together.outcome, together.reasons, used) == ("unsure", ("no_single_lesion", "care_unsure"), (0, 2))


def test_photos_of_which_none_can_be_judged_are_to_be_taken_again_unless_all_show_something_else() -> None:
    strange = found(RED, not_this=0.9)
    together, used = conclude_together(CARD, [strange, dark(strange), dark(strange)])
    assert (together.outcome, together.reasons, together.care, used) == ("retake", ("dark",), None, ())
    together, used = conclude_together(CARD, [strange, strange])
    assert (together.outcome, together.reasons, used) == ("not_this", ("unlike_training",), ())


def test_an_alarm_is_raised_by_what_all_say() -> None:
    together, _ = conclude_together(CARD, [found((0.3, 0.6, 0.1)), found((0.35, 0.55, 0.1))])
    assert (together.label, together.alarm, together.care) == ("green", True, "urgent")


def test_several_photos_are_never_calmer_than_one_of_them_alone_and_say_so() -> None:
    alarming, calm = found((0.3, 0.6, 0.1)), found((0.01, 0.98, 0.01))
    for photos in ([alarming, calm], [calm, alarming], [calm, calm, calm, alarming]):
        together, _ = conclude_together(CARD, photos)
        assert (together.outcome, together.label) == ("sure", "green")
        assert (together.alarm, together.care, together.reasons) == (True, "urgent", ("care_one_photo",))
    together, _ = conclude_together(CARD, [calm, calm])
    assert (together.alarm, together.care, together.reasons) == (False, "routine", ("care_label",))


def test_a_doubted_photo_that_does_not_count_is_heard_where_it_raises_the_alarm() -> None:
    alarming, calm = replace(doubted(found((0.3, 0.6, 0.1))), care="urgent"), found((0.01, 0.98, 0.01))
    together, used = conclude_together(CARD, [alarming, calm])
    assert (together.alarm, together.care, together.reasons, used) == (True, "urgent", ("care_one_photo",), (1,))
    turned_away, _ = conclude_together(CARD, [dark(found((0.9, 0.05, 0.05))), calm])
    assert (turned_away.alarm, turned_away.care) == (False, "routine")


def test_findings_that_one_photo_alone_has_keep_their_care() -> None:
    several = PhotoCard.model_validate(tiny.content(**tiny.MULTI_LABEL))
    one, none = found((0.9, 0.1, 0.1), several), found((0.01, 0.01, 0.01), several)
    together, _ = conclude_together(several, [one, none, none])
    assert (together.outcome, together.care, together.reasons) == ("nothing_found", one.care, ("care_one_photo",))


def test_findings_of_several_labels_are_counted_each_by_itself() -> None:
    several = PhotoCard.model_validate(tiny.content(**tiny.MULTI_LABEL))
    together, _ = conclude_together(several, [found((0.9, 0.7, 0.1), several), found((0.8, 0.2, 0.1), several)])
    assert (together.outcome, together.found) == ("findings", ("red",))
