"""Ways to answer from what a network says, each fitted on some photos and judged on those of other lesions and people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from training import thresholds
from training.data import CAMERAS, LABELS, LabelledPhoto
from training.ship import alarm_limits, alarm_score

FOLDS = 10
_SHRINKING = 0.3  # what a change of the head's weights costs; less makes it worse still


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the network says of n photos whose label is known."""

    photos: Sequence[LabelledPhoto]
    logits: np.ndarray  # float (n, labels), of one view or the mean of several
    features: np.ndarray  # float (n, features), of the whole photo
    heads: "Heads | None" = None  # what heads say that could be served, where there are any

    @property
    def truth(self) -> np.ndarray:
        return np.array([LABELS.index(photo.label) for photo in self.photos])

    @property
    def cameras(self) -> np.ndarray:
        return np.array([photo.camera for photo in self.photos])

    @property
    def strata(self) -> np.ndarray:
        """What each photo is alike with: its label within its camera."""
        return np.array([f"{photo.camera}/{photo.label}" for photo in self.photos])

    @property
    def groups(self) -> np.ndarray:
        """Lesions, in PAD people, which no fold tears apart."""
        return np.array([f"{photo.source}/{photo.group}" for photo in self.photos])

    def only(self, rows: np.ndarray) -> "Known":
        """Return the photos of a mask, bool (n,)."""
        kept = [photo for photo, row in zip(self.photos, rows, strict=True) if row]
        heads = None if self.heads is None else Heads(chance=self.heads.chance[rows], alarm=self.heads.alarm[rows])
        return replace(self, photos=kept, logits=self.logits[rows], features=self.features[rows], heads=heads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What heads say of n photos that learnt from training photos alone (`training.early_heads`)."""

    chance: np.ndarray  # float (n, cameras), how likely each of CAMERAS is
    alarm: np.ndarray  # float (n, heads), log-odds of a cancer or precancer


def heads_of(known: Known) -> Heads:
    """Return what heads say of the photos. Raises ValueError where none were asked."""
    if known.heads is None:
        raise ValueError("no heads were asked about these photos: see training.early_heads")
    return known.heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is answered of n photos."""

    p: np.ndarray  # float (n, labels)
    named: np.ndarray  # int (n,), the label that is named
    margin: np.ndarray  # float (n,), by how much the alarm's score is above its limit, in log-odds

    @property
    def alarm(self) -> np.ndarray:
        """Whether the alarm is raised, bool (n,)."""
        return np.asarray(self.margin > 0)


Way = Callable[[Known, Known], Answers]  # fitted on the first, answers about the second


def held_out(known: Known, way: Way, *, folds: int = FOLDS) -> Answers:
    """Return the answers about every photo by what was fitted without its fold; the same folds for every way."""
    fold = folds_of(known.groups, folds)
    found = {name: np.empty(known.logits.shape if name == "p" else len(fold)) for name in ("p", "named", "margin")}
    for one in np.unique(fold):
        answers = way(known.only(fold != one), known.only(fold == one))
        for name, values in found.items():
            values[fold == one] = getattr(answers, name)
    return Answers(p=found["p"], named=found["named"].astype(int), margin=found["margin"])


def above(score: np.ndarray, limit: np.ndarray | float) -> np.ndarray:
    """Return by how much scores exceed a limit, in log-odds, so that a limit that differs a little moves no sure photo."""
    return np.asarray(log_odds(score) - log_odds(np.asarray(limit)))


def log_odds(p: np.ndarray) -> np.ndarray:
    """Return log-odds of 0–1, finite."""
    sure = p.clip(1e-9, 1 - 1e-9)
    return np.asarray(np.log(sure) - np.log1p(-sure))


def folds_of(groups: np.ndarray, folds: int = FOLDS) -> np.ndarray:
    """Return in which fold each photo is, int (n,), the same for the same groups; none is torn apart."""
    which = np.unique(groups, return_inverse=True)[1]
    return np.asarray(np.random.default_rng(0).integers(folds, size=which.max() + 1)[which])


def as_shipped(learnt: Known, asked: Known) -> Answers:
    """Answer as `training.ship` makes the card: one bias and temperature, the lowest limit of the alarm."""
    return _answers(calibration_of(learnt), learnt, asked)


def by_risk(learnt: Known, asked: Known, *, step: float) -> Answers:
    """Name the label by its percentage less a step of the log of how common it is; percentages as shipped."""
    answers = as_shipped(learnt, asked)
    return replace(answers, named=(np.log(answers.p) - step * _log_prior(learnt.truth)).argmax(axis=1))


def moved(learnt: Known, asked: Known, *, step: float) -> Answers:
    """Move the percentages, too, by a step towards labels that are equally common."""
    less = -step * _log_prior(learnt.truth)
    return as_shipped(replace(learnt, logits=learnt.logits + less), replace(asked, logits=asked.logits + less))


def for_camera(learnt: Known, asked: Known, *, bias: bool, known: bool = True) -> Answers:
    """Calibrate every camera for itself, by temperature alone or with a bias per label: it is known, or weighed as guessed."""
    fitted = {one: calibration_of(learnt.only(learnt.cameras == one), bias=bias) for one in np.unique(learnt.cameras)}

    def calibrate(of: Known) -> np.ndarray:
        chance = cameras_of(of, known=known)[..., np.newaxis]
        return np.asarray(sum(chance[:, CAMERAS.index(one)] * fitted[one](of) for one in fitted))

    return _answers(calibrate, learnt, asked)


def cameras_of(of: Known, *, known: bool) -> np.ndarray:
    """Return how likely each of CAMERAS is, float (n, cameras): 1 or 0 where it is known."""
    return np.equal.outer(of.cameras, CAMERAS).astype(float) if known else heads_of(of).chance


def refitted(learnt: Known, asked: Known) -> Answers:
    """Fit the head's weights anew on the frozen features, as a change of what they are that is kept small."""
    mean, spread = learnt.features.mean(axis=0), learnt.features.std(axis=0) + 1e-2
    given = [(of.features - mean) / spread for of in (learnt, asked)]
    weight = _weight(learnt, power=0.5)
    own = np.arange(len(learnt.photos))

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        change = values.reshape(given[0].shape[1], -1)
        p = thresholds.softmax(learnt.logits + given[0] @ change)
        error = p.copy()
        error[own, learnt.truth] -= 1
        slope = given[0].T @ (error * weight[:, np.newaxis]) + 2 * _SHRINKING * change
        likelihood = -(weight * np.log(p[own, learnt.truth] + 1e-12)).sum()
        return float(likelihood + _SHRINKING * (change**2).sum()), slope.ravel()

    start = np.zeros(given[0].shape[1] * len(LABELS))
    change = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 30}).x.reshape(-1, len(LABELS))
    new = [replace(of, logits=of.logits + seen @ change) for of, seen in zip((learnt, asked), given, strict=True)]
    return as_shipped(*new)


def calibration_of(learnt: Known, *, bias: bool = True) -> Callable[[Known], np.ndarray]:
    """Return from photos to probabilities (n, labels), fitted on those that are learnt from."""
    if bias:
        offset, heat = thresholds.calibration(learnt.logits, learnt.truth, learnt.strata)
    else:
        offset, heat = (
            np.zeros(len(LABELS)),
            thresholds.temperature(learnt.logits, learnt.truth, np.ones(len(learnt.truth))),
        )
    return lambda of: thresholds.softmax((of.logits + offset) / heat)


def _answers(calibrate: Callable[[Known], np.ndarray], learnt: Known, asked: Known) -> Answers:
    limit = min(alarm_limits(calibrate(learnt), learnt.truth, learnt.cameras).values())
    p = calibrate(asked)
    return Answers(p=p, named=p.argmax(axis=1), margin=above(alarm_score(p), limit))


def _log_prior(truth: np.ndarray) -> np.ndarray:
    count = np.bincount(truth, minlength=len(LABELS)) + 1
    return np.asarray(np.log(count / count.sum()))


def _weight(of: Known, *, power: float) -> np.ndarray:
    """Return how much each photo counts, float (n,), less where its label is common in its camera."""
    _, which, count = np.unique(of.strata, return_inverse=True, return_counts=True)
    weight = count[which].astype(float) ** -power
    return np.asarray(weight / weight.sum())
