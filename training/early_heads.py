"""Heads that could be served beside the gates: which camera took a photo, and whether it shows a cancer or precancer.

They see what the gates see, from the network's early layers to its late ones, and learn from training photos alone.
"""

import keras
import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from training.data import CAMERAS
from training.gates.features import layers_read, pooled
from training.network import LOGITS
from training.predictions import outputs

STRENGTHS = (1e-5, 1e-4, 1e-3)  # of the weights of the alarm's heads, the inverse of what they cost
_STRENGTH = 1e-3  # of those of the cameras' head
_KEPT = 200  # directions of the features that tell cameras apart, those in which photos differ most
_FAR = 6.0  # standard deviations: further away is not told apart


def seen_by(model: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Return what the gates see of the network's layers, float32 (n, features), of uint8 (n, side, side, 3)."""
    layers = [model.get_layer(name).output for name in layers_read(model) if name != LOGITS]
    return outputs(keras.Model(model.input, pooled(layers)), pixels)[0]


def guessed_cameras(learnt: np.ndarray, cameras: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return how likely each of CAMERAS is, float (m, cameras), of what is seen of photos: learnt (n, …), asked (m, …)."""
    kept = PCA(min(_KEPT, *learnt.shape), svd_solver="randomized", random_state=0)
    head = make_pipeline(*_standard(), kept, LogisticRegression(C=_STRENGTH, max_iter=300, class_weight="balanced"))
    head.fit(learnt, cameras)
    chance = np.zeros((len(asked), len(CAMERAS)))
    chance[:, [CAMERAS.index(camera) for camera in head.classes_]] = head.predict_proba(asked)
    return chance


def alarm_scores(learnt: np.ndarray, cameras: np.ndarray, malignant: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return log-odds of a cancer or precancer by a head of each of STRENGTHS, float (m, strengths).

    Cameras count alike, and in each of them the malignant photos and the others.
    """
    standard = make_pipeline(*_standard()).fit(learnt)
    given, wanted = standard.transform(learnt), standard.transform(asked)
    weight = even(cameras, malignant) * len(malignant)
    heads = [LogisticRegression(C=one, max_iter=300).fit(given, malignant, sample_weight=weight) for one in STRENGTHS]
    return np.stack([head.decision_function(wanted) for head in heads], axis=1)


def even(cameras: np.ndarray, malignant: np.ndarray) -> np.ndarray:
    """Return how much each photo counts, float (n,), one in all: as much in every camera, malignant or not."""
    kind = np.char.add(cameras, np.where(malignant, "/malignant", "/other"))
    _, which, count = np.unique(kind, return_inverse=True, return_counts=True)
    return np.asarray(1 / (count[which] * len(count)))


def _standard() -> tuple[StandardScaler, FunctionTransformer]:
    return StandardScaler(), FunctionTransformer(np.clip, kw_args={"a_min": -_FAR, "a_max": _FAR})
