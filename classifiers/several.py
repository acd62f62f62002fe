"""Several photos of the same: what a model says of them together, by the mean of its logits."""

import numpy as np


def mean_of_logits(p: np.ndarray, *, independent: bool) -> np.ndarray:
    """Return float64 (labels,), what probabilities (photos, labels) say together: the geometric mean, scaled to sum to one.

    Calibrated probabilities come to the same as logits that are calibrated afterwards: bias and temperature are linear in
    the logits. `independent` says that each label has a probability of its own, which does not depend on the others.
    """
    sure = p.astype(np.float64).clip(1e-12, 1 - 1e-12)
    logits = (np.log(sure) - (np.log1p(-sure) if independent else 0)).mean(axis=0)
    if independent:
        return np.asarray(1 / (1 + np.exp(-logits)))
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum())
