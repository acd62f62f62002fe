"""What tells a rash from a lesion, on top of the gate that tells strange things from both: a logistic regression.

There are photos of a few dozen rashes, so little is fitted: one weight for a feature. Rashes and lesions are shown as they are
and through the same other cameras in the same proportion, so that being unlike the training photos is no sign of a rash.
"""

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression

from training.gates.material import GateMaterial
from training.gates.out_of_domain import KINDS as STRANGERS
from training.gates.pictures import DRAWN_RASH, ELSEWHERE, LESION
from training.gates.thresholds import limit

# Shares of good dermatoscope photos that each gate may turn away by itself, twice as many of the others.
LOST = {"strange": 0.006, "rash": 0.003}
_STRENGTH = 3e-4  # of the weights, the inverse of what they cost; chosen among 3e-5 … 3e-3 by rashes of kinds left out
_FAR = 6.0  # standard deviations: further away is not told apart
_GROUPS = (  # of training pictures: their kinds, whether they are turned away, how much they count together
    ((LESION,), False, 1.0),
    ((ELSEWHERE,), False, 1.0),
    ((DRAWN_RASH,), True, 0.3),
    (STRANGERS, True, 0.3),
)
_STRANGE = (-12.0, 6.0)  # what the other gate says is not told apart beyond these


def with_rashes(strange: keras.Model, material: GateMaterial, *, without: np.ndarray | None = None) -> keras.Model:
    """Return the gate of features (n, features) → how unlike one lesion it is, (n, 1): the larger of what two gates say.

    One is `strange`, the other the probe; each is 0 at a limit of its own. `without` bool (rash photos,): those that nothing is
    learnt of.
    """
    given = keras.Input((material.good.features.shape[1],))
    said = strange(given)
    seen = keras.Model(given, keras.ops.concatenate([given, keras.ops.clip(said, *_STRANGE)], axis=1))
    gates = {"strange": strange, "rash": _probe(seen, material, without)}
    both = [_zero_at_limit(gate, material, lost=LOST[name])(given) for name, gate in gates.items()]
    return keras.Model(given, keras.ops.maximum(*both))


def _probe(seen: keras.Model, material: GateMaterial, without: np.ndarray | None) -> keras.Model:
    """Return the logistic regression of what is `seen` of features, on the same features."""
    features, yes, weight = _examples(material, without=without)
    known = np.asarray(seen(features, training=False))
    mean, spread = known[~yes].mean(axis=0), known[~yes].std(axis=0) + 1e-3
    found = LogisticRegression(C=_STRENGTH, max_iter=100).fit(
        ((known - mean) / spread).clip(-_FAR, _FAR), yes, sample_weight=weight
    )
    normal, weighted = keras.layers.Normalization(mean=mean, variance=spread**2), keras.layers.Dense(1)
    probe = keras.Model(seen.input, weighted(keras.ops.clip(normal(seen.output), -_FAR, _FAR)))
    weighted.set_weights([found.coef_.T.astype(np.float32), found.intercept_.astype(np.float32)])
    return probe


def _zero_at_limit(gate: keras.Model, material: GateMaterial, *, lost: float) -> keras.Model:
    """Return the gate with 0 at its limit, and -1 where four times as many of the good validation photos would be lost."""
    said = np.asarray(gate(material.good.features, training=False))[:, 0]
    dermatoscope = np.array([photo.camera == "dermatoscope" for photo in material.good_photos])
    upper, lower = (limit(said, dermatoscope, lost=share, bad=said[:0]) for share in (lost, 4 * lost))
    scale = 1 / max(upper - lower, 1e-3)
    return keras.Sequential(
        [keras.Input(gate.input.shape[1:]), gate, keras.layers.Rescaling(scale, offset=-upper * scale)]
    )


def _examples(material: GateMaterial, *, without: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features (n, features), whether each is to be turned away, bool (n,), and how much it counts, (n,).

    Lesions as they are, lesions through other cameras, and the same of rashes count alike, drawn rashes and strange things
    less, and each group as much however many it has.
    """
    rashes, everything = material.rashes, material.training
    kept = np.ones(len(rashes), dtype=bool) if without is None else ~without[rashes.of.row]
    as_is = np.diff(rashes.of.row, prepend=-1) > 0  # each photo comes first as it is
    groups = [(rashes.features[kept & as_is], True, 1.0), (rashes.features[kept & ~as_is], True, 1.0)]
    for kinds, yes, counts in _GROUPS:
        found = [one.features[np.isin(one.of.kind, kinds)] for one in everything]
        groups.append((np.concatenate(found), yes, counts))
    weights = [np.full(len(of), counts / max(1, len(of))) for of, _, counts in groups]
    truth = [np.full(len(of), yes) for of, yes, _ in groups]
    weight = np.concatenate(weights)
    return np.concatenate([of for of, _, _ in groups]), np.concatenate(truth), weight * len(weight) / weight.sum()
