"""Alternatives to what is decided are judged on lesions and people that they were not fitted on."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from classifiers.evaluation.figures import share_of
from classifiers.metrics import area_under_roc
from training import alternatives_text
from training.alternatives_figures import FIGURES, least_error, recall, stable
from training.data import CAMERAS, LABELS, LabelledPhoto
from training.early_heads import STRENGTHS, alarm_scores, guessed_cameras
from training.held_out import (
    Answers,
    Heads,
    Known,
    Way,
    as_shipped,
    by_risk,
    for_camera,
    heads_of,
    held_out,
    moved,
    refitted,
)
from training.held_out_alarm import Seen, of_camera, of_likely_cameras, regressed, regressed_apart
from training.ship import ALARMING
from training.views import VIEWS

FOLDS = 3
RARE, COMMON = LABELS.index("df"), LABELS.index("nv")


@pytest.fixture(scope="module")
def known() -> Known:
    """Photos of two cameras, two of each lesion, most of them moles; harmless close-ups look worse than they are."""
    rng = np.random.default_rng(1)
    truth = np.repeat(rng.choice(8, size=300, p=[0.08, 0.08, 0.08, 0.03, 0.1, 0.5, 0.03, 0.1]), 2)
    close = np.repeat(rng.random(300) < 0.5, 2)
    logits = rng.normal(size=(600, 8)) + 3 * np.eye(8)[truth]
    logits[:, ALARMING] += 1.5 * close[:, np.newaxis]
    photos = [
        LabelledPhoto(
            path=Path(f"{at}.png"),
            source="milk10k",
            camera="close-up" if close[at] else "dermatoscope",
            label=LABELS[truth[at]],
            group=str(at // 2),
        )
        for at in range(600)
    ]
    features = np.column_stack([close, rng.normal(size=(600, 3))]).astype(float)
    chance = np.column_stack([~close, close, np.zeros(600)]) * 0.98 + 0.02 / 3
    alarm = np.column_stack([np.isin(truth, ALARMING) + rng.normal(size=600), rng.normal(size=600)])
    return Known(photos=photos, logits=logits, features=features, heads=Heads(chance=chance, alarm=alarm))


def test_no_lesion_is_learnt_from_and_asked_about_and_every_photo_is_asked_about_once(known: Known) -> None:
    asked_about: list[str] = []

    def way(learnt: Known, asked: Known) -> Answers:
        assert not set(learnt.groups) & set(asked.groups)
        asked_about.extend(str(photo.path) for photo in asked.photos)
        return as_shipped(learnt, asked)

    answers = held_out(known, way, folds=FOLDS)
    assert sorted(asked_about) == sorted(str(photo.path) for photo in known.photos)
    assert np.allclose(answers.p.sum(axis=1), 1)
    assert np.mean(answers.named == known.truth) > 0.7


def test_a_step_towards_equal_labels_names_rare_ones_more_often_and_leaves_the_percentages(known: Known) -> None:
    plain, none, more = (
        held_out(known, way, folds=FOLDS)
        for way in (as_shipped, partial(by_risk, step=0.0), partial(by_risk, step=0.5))
    )
    assert np.array_equal(none.named, plain.named)
    assert np.array_equal(more.p, plain.p)
    assert np.sum(more.named == RARE) > np.sum(plain.named == RARE)
    assert np.sum(more.named == COMMON) < np.sum(plain.named == COMMON)


def test_moved_percentages_name_their_own_largest(known: Known) -> None:
    answers = held_out(known, partial(moved, step=0.5), folds=FOLDS)
    assert np.array_equal(answers.named, answers.p.argmax(axis=1))


ALARMS: dict[str, Way] = {
    "known": partial(of_camera, known=True),
    "guessed": partial(of_camera, known=False),
    "not excluded": of_likely_cameras,
    "regressed, known": partial(regressed_apart, seen="percentages", known=True),
    "regressed, guessed": partial(regressed_apart, seen="heads", known=False),
}


@pytest.mark.parametrize("way", ALARMS.values(), ids=ALARMS.keys())
def test_a_limit_for_each_camera_spares_the_harmless_of_the_camera_that_looks_worse(known: Known, way: Way) -> None:
    lowest, own = (held_out(known, one, folds=FOLDS) for one in (as_shipped, way))
    harmless = (known.cameras == "close-up") & ~np.isin(known.truth, ALARMING)
    assert np.mean(own.alarm[harmless]) < np.mean(lowest.alarm[harmless])
    assert np.mean(own.alarm[np.isin(known.truth, ALARMING)]) > 0.9


@pytest.mark.parametrize("name", ["not excluded", "regressed, known", "regressed, guessed"])
def test_what_a_dermatoscope_may_have_taken_is_held_against_the_limit_that_ships(known: Known, name: str) -> None:
    doubted = replace(known, heads=replace(heads_of(known), chance=np.full((600, 3), 1 / 3)))
    for of in (known, doubted):
        shipped, own = (held_out(of, one, folds=FOLDS) for one in (as_shipped, ALARMS[name]))
        may_be = of.cameras == "dermatoscope" if of is known or name == "regressed, known" else np.full(600, True)
        assert np.allclose(own.margin[may_be], shipped.margin[may_be])


def test_heads_are_needed_only_by_what_asks_them(known: Known) -> None:
    assert len(as_shipped(known, replace(known, heads=None)).alarm) == 600
    with pytest.raises(ValueError, match="no heads were asked"):
        of_likely_cameras(known, replace(known, heads=None))


@pytest.mark.parametrize("seen", ["percentages", "features", "heads"])
def test_a_regression_ranks_cancers_better_where_the_sum_of_percentages_misleads(known: Known, seen: Seen) -> None:
    malignant = np.isin(known.truth, ALARMING)
    akiec, telling = LABELS.index("akiec"), known.features.copy()
    misled = known.logits.copy()
    misled[::3, akiec] += 6  # whatever it is, it is said to be akiec
    telling[:, 1] += 3 * malignant
    heads = replace(heads_of(known), alarm=heads_of(known).alarm + 2 * malignant[:, np.newaxis])
    of = replace(known, logits=misled, features=telling, heads=heads)
    plain, own = (held_out(of, way, folds=FOLDS) for way in (as_shipped, partial(regressed, seen=seen)))
    assert area_under_roc(malignant, own.margin) > area_under_roc(malignant, plain.margin) + 0.03
    assert np.array_equal(own.named, plain.named)


def test_heads_tell_cameras_and_cancers_of_photos_that_they_did_not_learn_from(known: Known) -> None:
    malignant = np.isin(known.truth, ALARMING)
    seen = np.column_stack([known.features, malignant + 0.3 * np.random.default_rng(2).normal(size=600)])
    learnt, asked = np.arange(600) < 400, np.arange(600) >= 400
    chance = guessed_cameras(seen[learnt], known.cameras[learnt], seen[asked])
    assert np.allclose(chance.sum(axis=1), 1)
    assert np.mean(np.array(CAMERAS)[chance.argmax(axis=1)] == known.cameras[asked]) > 0.95
    assert np.all(chance[:, CAMERAS.index("phone")] == 0)
    alarm = alarm_scores(seen[learnt], known.cameras[learnt], malignant[learnt], seen[asked])
    assert alarm.shape == (200, len(STRENGTHS))
    assert area_under_roc(malignant[asked], alarm[:, -1]) > 0.9


def test_calibrating_each_camera_for_itself_undoes_what_only_one_does_wrong(known: Known) -> None:
    together, apart = (held_out(known, way, folds=FOLDS) for way in (as_shipped, partial(for_camera, bias=True)))
    assert np.mean(apart.named == known.truth) > np.mean(together.named == known.truth)


def test_a_head_fitted_anew_answers_every_photo(known: Known) -> None:
    assert np.mean(held_out(known, refitted, folds=2).named == known.truth) > 0.7


def test_views_show_the_same_photo_another_way() -> None:
    pixels = np.random.default_rng(1).integers(256, size=(224, 224, 3), dtype=np.uint8)
    assert np.array_equal(VIEWS["mirrored"](VIEWS["mirrored"](pixels)), pixels)
    assert np.array_equal(VIEWS["turned"](VIEWS["turned"](pixels)), pixels)
    assert VIEWS["smaller"](pixels).shape == VIEWS["its middle, mirrored"](pixels).shape == (192, 192, 3)
    assert np.array_equal(VIEWS["its middle, mirrored"](pixels)[:, ::-1], pixels[16:208, 16:208])
    assert VIEWS["softened"](pixels).std() < pixels.std()


def test_the_page_has_a_table_for_every_figure_and_says_what_chance_alone_would_show(tmp_path: Path) -> None:
    figure = share_of(np.array([True, False, True, True]))
    figures = dict.fromkeys((*FIGURES, "melanoma_auc"), figure)
    results = {
        "alternatives": {
            "the whole": {"ham10000": figures},
            "another alarm": {"ham10000": figures | {"alarm_specificity": share_of(np.ones(4, bool))}},
        },
        "floor": {"ham10000": 0.021},
        "recall": {"the whole": {"mel": figure}},
        "stable": {"the whole": {"phone": figure}},
    }
    alternatives_text.write(tmp_path / "alternatives.md", results)
    text = (tmp_path / "alternatives.md").read_text(encoding="utf-8")
    assert text.count("| the whole | 0.750") == len(FIGURES) + 1 + 1
    assert text.count("| another alarm | 1.000") == text.count("| another alarm |") == 1  # where it changes something
    assert "| what so few photos show if every percentage were right | 0.021 |" in text
    assert "| mel | 0.75" in text


def test_a_label_that_ham10000_lacks_counts_as_its_kin_and_every_source_has_its_figures(known: Known) -> None:
    photos = [replace(photo, source="ham10000", camera="dermatoscope") for photo in known.photos]
    akiec, scc = LABELS.index("akiec"), LABELS.index("scc")
    named = np.where(known.truth == akiec, scc, known.truth)
    answers = Answers(p=np.eye(8)[named], named=named, margin=np.where(np.isin(named, ALARMING), 0.5, -0.5))
    found = recall(photos, answers, "ham10000")
    assert "scc" not in found
    assert found["akiec"]["value"] == 1.0
    assert least_error(photos, answers, "ham10000") == 0.0


def test_stable_is_what_keeps_its_label_and_its_sureness_when_it_is_sent_again(known: Known) -> None:
    some = [replace(photo, camera=camera) for photo, camera in zip(known.photos, CAMERAS, strict=False)]
    sure, other = np.eye(8)[0] * 20, np.eye(8)[1] * 20
    again = np.stack([sure, sure, sure, sure, sure, other, sure, sure, np.zeros(8)])
    found = stable(some, known, again)
    assert [found[camera]["value"] for camera in CAMERAS] == [1.0, 0.5, 0.5]
