"""Every number a card decides by, chosen on validation photos."""

import numpy as np
from scipy.optimize import minimize

from classifiers.verdict import calibrated

PRIOR = {"bias": 0.5, "temperature": 0.25}  # how far rare strata are raised, 0 not at all, 1 up to the common ones


def calibration(logits: np.ndarray, truth: np.ndarray, strata: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a bias per label, float64 (labels,), and the temperature for the logits with it.

    `strata` (n,) says what a photo is alike with: its label within its camera. Strata count by a power of their
    number (`PRIOR`). The powers were chosen by cross-validation on validation photos: with labels that count alike (1 and
    0.5) balanced accuracy is no better, plain accuracy and the surest answers are worse.
    """
    _, which, count = np.unique(strata, return_inverse=True, return_counts=True)
    offset = bias(logits, truth, count[which] ** -PRIOR["bias"]).round(3)
    return offset, temperature(logits + offset, truth, count[which] ** -PRIOR["temperature"])


def temperature(logits: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> float:
    """Return the temperature with the least weighted negative log-likelihood (Guo et al. 2017), by golden-section search.

    `logits` float (n, labels), `truth` int (n,), `weight` float (n,).
    """

    def loss(log_t: float) -> float:
        p = calibrated(softmax(logits), temperature=float(np.exp(log_t)))
        return float(-(weight * np.log(p[np.arange(len(truth)), truth] + 1e-12)).sum() / weight.sum())

    low, high = np.log(0.2), np.log(5.0)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def bias(logits: np.ndarray, truth: np.ndarray, weight: np.ndarray, *, penalty: float = 0.1) -> np.ndarray:
    """Return a bias per label, float64 (labels,): vector scaling's offsets (Guo et al. 2017) with a ridge penalty.

    With weights that make labels count more alike, it undoes what a label won or lost while training. The penalty was
    chosen by cross-validation over the lesions of the validation part.
    """
    labels, own = logits.shape[1], np.arange(len(truth))

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        offset, scale = values[:labels], np.exp(values[labels])
        p = softmax((logits + offset) * scale)
        error = p.copy()
        error[own, truth] -= 1
        error *= weight[:, np.newaxis] / weight.sum()
        slope = np.append(error.sum(axis=0) * scale + 2 * penalty * offset, (error * (logits + offset)).sum() * scale)
        likelihood = -(weight * np.log(p[own, truth] + 1e-12)).sum() / weight.sum()
        return float(likelihood + penalty * (offset**2).sum()), slope

    found = minimize(loss, np.zeros(labels + 1), jac=True, method="L-BFGS-B").x
    return np.asarray(found[:labels])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, float64 (n, labels)."""
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def unsure_below(confidence: np.ndarray, *, coverage: float) -> float:
    """Return the confidence below which the model names no winner: it keeps the share `coverage` it is surest of."""
    return float(np.quantile(confidence, 1 - coverage))


def alarm_above(score: np.ndarray, malignant: np.ndarray, *, sensitivity: float) -> float:
    """Return the highest threshold whose sensitivity is at least `sensitivity` at its lower 95 % bound (Wilson 1927)."""
    scores = np.sort(score[malignant.astype(bool)])
    n = len(scores)
    for missed in range(n - 1, -1, -1):
        if wilson_lower(n - missed, n) >= sensitivity:
            return float(np.nextafter(scores[missed], 0))
    return 0.0


def wilson_lower(right: int, n: int, *, z: float = 1.96) -> float:
    """Return the lower 95 % bound of a share (Wilson 1927)."""
    share = right / n
    middle = share + z * z / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float((middle - spread) / (1 + z * z / n))
