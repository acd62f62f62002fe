"""From where on a photo is too bad, and from which score on a gate closes."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

CAUGHT = 0.99  # where so much of what is to be turned away scores higher, a limit need not be as low as it may


def half_wrong(share: np.ndarray, right: np.ndarray) -> float:
    """Return the share of a kind's range beyond which answers are wrong more often than right, 0.02–0.98.

    share float (n,), right bool (n,). By logistic regression, with a prior that answers do not get better on the way.
    """

    def loss(values: np.ndarray) -> float:
        along = values[0] - np.exp(values[1]) * share
        return float(np.logaddexp(0, np.where(right, -along, along)).mean() + 0.001 * (values**2).sum())

    start, slope = minimize(loss, np.array([2.0, 1.0]), method="Nelder-Mead").x
    return float(np.clip(start / np.exp(slope), 0.02, 0.98))


def limit(good: np.ndarray, dermatoscope: np.ndarray, *, lost: float, bad: np.ndarray) -> float:
    """Return the score above which a picture is turned away.

    At most the share `lost` of good photos scores higher, twice as many of those not taken through a dermatoscope; where
    CAUGHT of the bad would score higher anyway, the limit is half way to them. All float (n,), dermatoscope bool (n,).
    """
    least = max(
        float(np.quantile(good[of], 1 - share))
        for of, share in ((dermatoscope, lost), (~dermatoscope, 2 * lost))
        if of.any()
    )
    most = float(np.quantile(bad, 1 - CAUGHT)) if len(bad) else least
    return round(max(least, (least + most) / 2), 4)


def quantile_of_cameras(score: np.ndarray, cameras: Sequence[str], *, share: float) -> float:
    """Return the score that at most this share of the photos of every camera exceeds, float (n,)."""
    names = np.array(cameras)
    return max(float(np.quantile(score[names == one], 1 - share)) for one in np.unique(names))
