"""Thresholds do what the card says of them."""

import numpy as np

from classifiers.verdict import calibrated
from training import thresholds


def test_the_temperature_finds_back_how_overconfident_the_logits_are() -> None:
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 2, (20000, 4))
    truth = np.array([rng.choice(4, p=p) for p in thresholds.softmax(honest)])
    assert abs(thresholds.temperature(3 * honest, truth, np.ones(len(truth))) - 3) < 0.1
    assert np.allclose(calibrated(thresholds.softmax(3 * honest), temperature=3), thresholds.softmax(honest), atol=1e-6)


def test_the_alarm_keeps_its_sensitivity_at_the_lower_bound_and_no_higher_threshold_would() -> None:
    rng = np.random.default_rng(2)
    malignant = rng.random(3000) < 0.3
    score = np.where(malignant, rng.beta(5, 2, 3000), rng.beta(2, 5, 3000))
    above = thresholds.alarm_above(score, malignant, sensitivity=0.9)
    caught = score[malignant] > above
    assert thresholds.wilson_lower(int(caught.sum()), len(caught)) >= 0.9
    next_higher = np.sort(score[malignant & (score > above)])[0]
    fewer = score[malignant] > next_higher
    assert thresholds.wilson_lower(int(fewer.sum()), len(fewer)) < 0.9


def test_too_few_cases_for_the_wanted_bound_raise_every_alarm() -> None:
    assert thresholds.alarm_above(np.array([0.9, 0.8, 0.1]), np.array([1, 1, 0]), sensitivity=0.95) == 0.0


def test_a_winner_is_named_for_the_share_asked_for() -> None:
    confidence = np.linspace(0, 1, 1001)
    below = thresholds.unsure_below(confidence, coverage=0.8)
    assert np.mean(confidence >= below) == np.float64(801 / 1001)


def test_the_bias_gives_back_what_a_label_lost() -> None:
    rng = np.random.default_rng(4)
    honest = rng.normal(0, 2, (6000, 3))
    truth = np.array([rng.choice(3, p=p) for p in thresholds.softmax(honest)])
    found = thresholds.bias(honest - np.array([1.5, 0, 0]), truth, np.ones(len(truth)), penalty=1e-6)
    assert abs((found[0] - found[1:].mean()) - 1.5) < 0.15


def test_a_common_label_is_likelier_than_a_rare_one_but_less_so_than_by_their_numbers() -> None:
    rng = np.random.default_rng(5)
    truth = np.repeat([0, 1], [9000, 1000])
    evidence = rng.normal(0, 1, len(truth)) + np.where(truth == 0, 1.0, -1.0)
    logits = np.column_stack([evidence, -evidence])  # what it says for itself, both labels being as likely
    offset, heat = thresholds.calibration(logits, truth, truth)
    at_the_middle = calibrated(np.array([[0.5, 0.5]]), temperature=heat, bias=offset)[0]
    assert 0.6 < at_the_middle[0] < 0.85


def test_every_camera_world_counts_in_the_calibration() -> None:
    rng = np.random.default_rng(6)
    truth = np.tile(np.repeat([0, 1], 500), 2)
    crowded, lonely = np.zeros(1000), np.ones(1000)
    logits = rng.normal(0, 1, (2000, 2)) + 3 * np.eye(2)[truth]
    logits[1000:, 0] += 2  # the second camera is judged wrongly towards label 0
    alike, _ = thresholds.calibration(logits, truth, np.concatenate([crowded, lonely]) * 2 + truth)
    alone, _ = thresholds.calibration(logits[:1000], truth[:1000], truth[:1000])
    assert alike[1] - alike[0] > alone[1] - alone[0] + 0.2
