"""From scores to a finding: four outcomes, which goes before which, and a care that only ever gets more urgent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tiny
from fake_disease import SKIN

from classifiers.card import CARE, Care, PhotoCard
from classifiers.lesion.segment import Lesion
from classifiers.photo.quality import Quality
from classifiers.scores import Scores
from classifiers.verdict import Finding, calibrated, conclude, raised_care

FINE = Quality(side=500, sharpness=0, light=0.5, contrast=0.2)
DARK = Quality(side=500, sharpness=0, light=0.01, contrast=0.2)


def card(**changes: Any) -> PhotoCard:
    """The tiny card: red is urgent and an alarm above 0.25, green routine, blue soon; unsure below 0.5."""
    return PhotoCard.model_validate(tiny.content(**changes))


def finding(
    *p: float, not_this: float | None = 0.0, quality: Quality | None = FINE, of: PhotoCard | None = None
) -> Finding:
    return conclude(of or card(), Scores(probabilities=np.float32(p), not_this=not_this), quality)


def test_a_clear_photo_gets_a_sure_answer() -> None:
    found = finding(0.1, 0.8, 0.1)
    assert (found.outcome, found.label, found.care, found.alarm) == ("sure", "green", "routine", False)
    assert found.confidence == pytest.approx(0.8)
    assert found.disease == "colour"
    assert found.model == "tiny"
    assert found.reasons == ("care_label",)


def test_a_split_vote_is_unsure_and_says_so() -> None:
    found = finding(0.2, 0.45, 0.35)
    assert found.outcome == "unsure"
    assert found.reasons[0] == "low_confidence"
    assert found.label == "green"


def test_just_enough_confidence_is_sure() -> None:
    assert finding(0.25, 0.5, 0.25).outcome == "sure"


def test_what_the_model_does_not_know_is_not_this() -> None:
    found = finding(0.9, 0.05, 0.05, not_this=0.7)
    assert (found.outcome, found.care, found.reasons) == ("not_this", None, ("unlike_training",))


def test_a_bad_photo_is_to_be_taken_again() -> None:
    found = finding(0.9, 0.05, 0.05, quality=DARK)
    assert (found.outcome, found.care, found.reasons) == ("retake", None, ("dark",))


def test_retake_goes_before_not_this_before_unsure_before_sure() -> None:
    assert finding(0.4, 0.3, 0.3, not_this=0.9, quality=DARK).outcome == "retake"
    assert finding(0.4, 0.3, 0.3, not_this=0.9).outcome == "not_this"
    assert finding(0.4, 0.3, 0.3).outcome == "unsure"
    assert finding(0.6, 0.2, 0.2).outcome == "sure"


JUDGES = {"model__outputs": {"scores": 1, "attention": 0, "retake": 2}, "decision__not_this_above": ...}


def judged(*said: float, quality: Quality | None = FINE, **limits: float) -> Finding:
    """The finding of a clear answer, where the model also says how bad the photo is."""
    of = card(**JUDGES, decision__retake_above=limits)
    return conclude(of, Scores(probabilities=np.float32([0.1, 0.8, 0.1]), retake=np.float32(said)), quality)


def test_what_the_model_finds_wrong_with_a_photo_is_named_in_the_card_s_order() -> None:
    assert judged(0.1, 2.0, 0.1, blurred=1, dark=1, flat=1).reasons == ("dark",)
    found = judged(0.1, 0.1, 2.0, blurred=1, dark=1, flat=1)
    assert (found.outcome, found.care, found.reasons) == ("retake", None, ("flat",))


def test_of_several_things_wrong_the_one_furthest_over_its_limit_is_named_first() -> None:
    assert judged(1.5, 4.0, blurred=1, bright=2).reasons == ("bright", "blurred")


def test_a_photo_at_its_limits_is_good_enough() -> None:
    assert judged(1.0, 2.0, blurred=1, bright=2).outcome == "sure"


def test_what_is_unsharp_for_want_of_pixels_is_called_small() -> None:
    small = Quality(side=12, sharpness=0, light=0.5, contrast=0.2)  # the model looks at 16
    assert judged(2.0, blurred=1, quality=small).reasons == ("small",)
    assert judged(0.5, blurred=1, quality=small).outcome == "sure"


def test_pixels_go_before_what_the_model_says_of_them() -> None:
    assert judged(2.0, blurred=1, quality=DARK).reasons == ("dark",)


def test_a_photo_to_be_taken_again_is_not_called_something_else() -> None:
    both = card(model__outputs={"scores": 1, "not_this": 0, "retake": 2}, decision__retake_above={"blurred": 1})
    scores = Scores(probabilities=np.float32([0.1, 0.8, 0.1]), not_this=0.9, retake=np.float32([2]))
    assert conclude(both, scores, FINE).outcome == "retake"


@pytest.mark.parametrize("not_this", [0.0, 0.9])
@pytest.mark.parametrize("quality", [FINE, DARK, None])
def test_probabilities_and_their_maximum_are_there_whatever_the_outcome(
    not_this: float, quality: Quality | None
) -> None:
    found = finding(0.1, 0.2, 0.7, not_this=not_this, quality=quality)
    assert list(found.probabilities) == ["red", "green", "blue"]
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.label == "blue"
    assert found.confidence == max(found.probabilities.values())


def test_a_card_without_limits_never_asks_for_another_photo() -> None:
    bare = card(decision={"unsure_below": 0.5})
    assert finding(0.1, 0.8, 0.1, quality=DARK, not_this=0.99, of=bare).outcome == "sure"


def test_an_alarm_raises_the_care_above_the_label_s() -> None:
    found = finding(0.3, 0.6, 0.1)
    assert (found.outcome, found.label, found.alarm) == ("sure", "green", True)
    assert found.care == "urgent"
    assert found.reasons == ("care_alarm",)


def test_an_alarm_asks_for_the_most_urgent_care_among_what_is_named() -> None:
    both = card(decision__alarm={"labels": ["red", "blue"], "above": 0.35})
    assert finding(0.15, 0.5, 0.35, of=both).care == "urgent"  # red is only a runner-up, yet it is named
    assert finding(0.01, 0.5, 0.49, of=both).care == "soon"


def test_an_alarm_adds_up_over_its_labels() -> None:
    both = card(decision__alarm={"labels": ["red", "blue"], "above": 0.35})
    assert finding(0.2, 0.6, 0.2, of=both).alarm
    assert not finding(0.1, 0.7, 0.2, of=both).alarm
    assert not finding(0.34, 0.65, 0.01, of=card(decision__alarm={"labels": ["red"], "above": 0.35})).alarm


def test_doubt_asks_for_soon_where_the_label_asks_for_less() -> None:
    found = finding(0.2, 0.45, 0.35)
    assert (found.label, found.care, found.reasons) == ("green", "soon", ("low_confidence", "care_unsure"))


def test_doubt_never_lowers_what_the_label_asks_for() -> None:
    quiet = card(decision__alarm=...)
    found = finding(0.45, 0.4, 0.15, of=quiet)
    assert (found.outcome, found.label, found.care) == ("unsure", "red", "urgent")


def test_care_is_never_less_than_the_likeliest_label_s() -> None:
    rng = np.random.default_rng(3)
    for alarm in ({"labels": ["red"], "above": 0.25}, {"labels": ["green", "blue"], "above": 0.1}, None):
        of = card(decision__alarm=alarm)
        for p in rng.dirichlet([0.7, 0.7, 0.7], size=300):
            found = finding(*p, of=of)
            assert found.care is not None
            assert CARE.index(found.care) >= CARE.index(of.label(found.label).care)


def test_every_finding_is_one_of_four_and_gives_a_reason_where_it_is_not_sure() -> None:
    rng = np.random.default_rng(5)
    seen = set()
    for p in rng.dirichlet([1, 1, 1], size=300):
        found = finding(*p, not_this=float(rng.random()), quality=DARK if rng.random() < 0.2 else FINE)
        seen.add(found.outcome)
        assert found.reasons
        assert sum(found.probabilities.values()) == pytest.approx(1)
        assert (found.care is None) == (found.outcome in {"retake", "not_this"})
    assert seen == {"sure", "unsure", "retake", "not_this"}


def test_runners_up_are_at_most_two_the_likelier_first_and_none_that_is_next_to_nothing() -> None:
    assert finding(0.3, 0.6, 0.1).runners_up == ("red", "blue")
    assert finding(0.015, 0.97, 0.015).runners_up == ()
    assert finding(0.01, 0.89, 0.1).runners_up == ("blue",)


def test_a_tie_goes_to_the_card_s_order() -> None:
    assert finding(0.4, 0.2, 0.4).label == "red"


def test_a_bias_and_a_temperature_from_the_card_are_used() -> None:
    leaning = card(decision__bias=[0.0, 0.0, 3.0], decision__temperature=2.0)
    assert finding(0.4, 0.4, 0.2, of=leaning).probabilities["blue"] == pytest.approx(
        np.sqrt(0.2 * np.exp(3)) / (2 * np.sqrt(0.4) + np.sqrt(0.2 * np.exp(3)))
    )


SEVERAL: dict[str, Any] = tiny.MULTI_LABEL | {
    "decision__thresholds": {"red": 0.6, "green": 0.3, "blue": 0.5},
    "decision__screen": {
        "least_side": 8,
        "sharpness_above": -9,
        "light_above": 0.1,
        "light_below": 0.9,
        "contrast_above": 0,
    },
}


def findings(*p: float, not_this: float = 0.0, quality: Quality | None = FINE, **changes: Any) -> Finding:
    """The finding of a model of several labels at once."""
    return finding(*p, not_this=not_this, quality=quality, of=card(**SEVERAL | changes))


def test_every_label_above_its_own_threshold_is_found_the_one_furthest_above_first() -> None:
    found = findings(0.61, 0.5, 0.95)
    assert (found.outcome, found.found) == ("findings", ("blue", "green", "red"))
    assert (found.label, found.confidence, found.runners_up) == ("blue", pytest.approx(0.95), ())
    assert found.probabilities == pytest.approx({"red": 0.61, "green": 0.5, "blue": 0.95})


def test_a_label_that_is_found_is_the_one_named_even_where_another_is_likelier() -> None:
    found = findings(0.55, 0.4, 0.1)
    assert (found.label, found.confidence, found.found) == ("green", pytest.approx(0.4), ("green",))


def test_a_probability_at_its_threshold_does_not_stand_out() -> None:
    assert findings(0.1, 0.1, 0.5).outcome == "nothing_found"


def test_findings_ask_for_the_most_urgent_care_among_them() -> None:
    assert (findings(0.61, 0.9, 0.9).care, findings(0.61, 0.9, 0.9).reasons) == ("urgent", ("care_findings",))
    assert findings(0.1, 0.9, 0.1).care == "routine"
    assert findings(0.1, 0.9, 0.6).care == "soon"


def test_where_nothing_stands_out_care_is_the_least_that_the_card_knows_and_never_none() -> None:
    found = findings(0.59, 0.2, 0.4)
    assert (found.outcome, found.found, found.care, found.reasons) == (
        "nothing_found",
        (),
        "routine",
        ("care_nothing_found",),
    )
    assert findings(0.59, 0.2, 0.4, labels__1__care="urgent").care == "soon"


def test_an_alarm_raises_the_care_of_findings_and_also_where_nothing_stands_out() -> None:
    alarm = {"labels": ["red"], "above": 0.4}
    nothing = findings(0.5, 0.1, 0.1, decision__alarm=alarm)
    assert (nothing.outcome, nothing.alarm, nothing.care) == ("nothing_found", True, "urgent")
    assert nothing.reasons == ("care_alarm",)
    some = findings(0.5, 0.9, 0.1, decision__alarm=alarm)
    assert (some.found, some.care, some.reasons) == (("green",), "urgent", ("care_alarm",))


def test_an_alarm_asks_for_the_care_of_its_likeliest_label_not_of_one_that_is_next_to_nothing() -> None:
    alarm = {"labels": ["red", "blue"], "above": 0.4}
    assert findings(0.01, 0.1, 0.45, decision__alarm=alarm).care == "soon"


def test_a_bad_or_strange_photo_has_no_findings() -> None:
    for found in (findings(0.9, 0.9, 0.9, quality=DARK), findings(0.9, 0.9, 0.9, not_this=0.9)):
        assert (found.found, found.care) == ((), None)
    assert findings(0.9, 0.9, 0.9, quality=DARK, not_this=0.9).outcome == "retake"
    assert findings(0.9, 0.9, 0.9, not_this=0.9).outcome == "not_this"


def test_each_label_by_itself_is_calibrated_by_its_log_odds() -> None:
    leaning = findings(0.5, 0.5, 0.9, decision__bias=[0.0, 3.0, 0.0], decision__temperature=2.0).probabilities
    assert leaning == pytest.approx({"red": 0.5, "green": 1 / (1 + np.exp(-1.5)), "blue": 0.75})
    sure = findings(0.0, 1.0, 0.5).probabilities
    assert sure["red"] == pytest.approx(0, abs=1e-6)
    assert sure["green"] == pytest.approx(1)


P = np.random.default_rng(1).dirichlet([0.3] * 8, size=200).astype(np.float32)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 1.31, 10.0])
def test_calibration_keeps_the_order_and_the_sum(temperature: float) -> None:
    found = calibrated(P, temperature=temperature)
    assert found.shape == P.shape
    assert found.sum(axis=-1) == pytest.approx(np.ones(len(P)))
    assert (found.argmax(axis=-1) == P.argmax(axis=-1)).all()


def test_a_temperature_of_one_changes_nothing() -> None:
    assert calibrated(P, temperature=1.0) == pytest.approx(P, abs=1e-6)


def test_heat_makes_less_sure_and_cold_more() -> None:
    peaks = [calibrated(P, temperature=temperature).max(axis=-1).mean() for temperature in (0.5, 1, 2, 4)]
    assert peaks == sorted(peaks, reverse=True)


def test_a_bias_only_lifts_its_label() -> None:
    found = calibrated(P, temperature=1.0, bias=np.array([0, 0, 1.0, 0, 0, 0, 0, 0]))
    assert (found[:, 2] >= P[:, 2] - 1e-6).all()
    others = np.delete(np.arange(8), 2)
    assert found[:, others] / found[:, others].sum(axis=1, keepdims=True) == pytest.approx(
        P[:, others] / P[:, others].sum(axis=1, keepdims=True), abs=1e-5
    )


def test_a_probability_of_nothing_is_no_trouble() -> None:
    found = calibrated(np.float32([1, 0, 0]), temperature=0.05)
    assert np.isfinite(found).all()
    assert found[0] == pytest.approx(1)


SINGLE = {"least_part": 0.6, "most_area": 0.8}
OUTLINES = {
    "model": "outline",
    "decision__not_this_above": 0.6,
    "model__outputs": {"scores": 1, "outline": 0, "not_this": 2},
}


def spot(part: float = 1.0, area: float = 0.2) -> Lesion:
    levels = np.zeros((20, 20), dtype=np.uint8)
    levels.ravel()[: round(area * levels.size)] = 255
    return Lesion(levels=levels, part=part)


def of_spot(lesion: Lesion | None, *, not_this: float = 0.0, **single: float) -> Finding:
    """The finding of a clear answer, where the card asks for a single lesion."""
    scores = Scores(probabilities=np.float32([0.9, 0.05, 0.05]), not_this=not_this)
    return conclude(card(**OUTLINES, decision__single_lesion=SINGLE | single), scores, FINE, lesion)


def test_a_label_is_named_of_a_single_lesion() -> None:
    assert of_spot(spot()).outcome == "sure"
    assert of_spot(spot(part=0.6, area=0.8)).outcome == "sure"


@pytest.mark.parametrize("lesion", [None, spot(part=0.5), spot(area=0.9)], ids=["none", "several", "nearly all"])
def test_no_label_is_named_where_no_single_lesion_is_outlined(lesion: Lesion | None) -> None:
    found = of_spot(lesion)
    assert (found.outcome, found.reasons[0]) == ("unsure", "no_single_lesion")
    assert found.care == "urgent"  # doubt takes nothing away from the care


def test_what_is_not_quite_like_the_model_s_photos_is_not_this_where_no_single_lesion_is_outlined() -> None:
    assert of_spot(None, not_this=0.3, not_this_above=0.2).outcome == "not_this"
    assert of_spot(spot(), not_this=0.3, not_this_above=0.2).outcome == "sure"
    assert of_spot(None, not_this=0.1, not_this_above=0.2).outcome == "unsure"
    assert of_spot(None, not_this=0.7).outcome == "not_this"


def test_a_card_that_does_not_ask_for_a_single_lesion_names_a_label_without_one() -> None:
    assert finding(0.9, 0.05, 0.05).outcome == "sure"


def test_no_label_is_named_of_what_is_somewhat_unlike_the_model_s_photos() -> None:
    between = card(decision__doubtful_above=0.3)
    found = finding(0.9, 0.05, 0.05, not_this=0.4, of=between)
    assert (found.outcome, found.reasons[0], found.care, found.is_doubted) == (
        "unsure",
        "somewhat_unlike_training",
        "urgent",
        True,
    )
    assert finding(0.9, 0.05, 0.05, not_this=0.3, of=between).outcome == "sure"
    assert finding(0.9, 0.05, 0.05, not_this=0.7, of=between).outcome == "not_this"


@pytest.mark.parametrize(
    ("care", "said", "raised"),
    [
        ("routine", (), ("routine", ())),
        ("routine", ("itching",), ("soon", ("itching",))),
        ("routine", ("changing", "itching"), ("soon", ("changing", "itching"))),
        ("routine", ("changing", "bleeding"), ("urgent", ("bleeding",))),
        ("soon", ("changing",), ("soon", ())),
        ("urgent", ("changing", "bleeding"), ("urgent", ())),
        (None, ("changing",), ("soon", ("changing",))),
        (None, (), (None, ())),
        ("routine", ("unknown",), ("routine", ())),
    ],
)
def test_what_is_noticed_can_only_raise_the_care(
    care: Care | None, said: tuple[str, ...], raised: tuple[Care | None, tuple[str, ...]]
) -> None:
    found, symptoms = raised_care(card(symptoms=SKIN["symptoms"]), care, said)
    assert (found, tuple(symptom.code for symptom in symptoms)) == raised
