"""What each picture teaches the gates: yes, no, or nothing."""

import numpy as np

from training.gates.degraded import KINDS
from training.gates.pictures import DARKER, DRAWN_RASH, ELSEWHERE, LESION, PLAIN_SKIN, RASH, Pictures

CODES = ("blurred", "dark", "bright", "flat")  # the numbers of the output `retake`


def not_this(pictures: Pictures, wrong_from: dict[str, float]) -> np.ndarray:
    """Return 1 for what is no photo of skin, 0 for lesions, -1 for what may be either: float32 (n, 1).

    Rashes are left to a probe of their own (`rash_probe`): asked of them, too, this gate lets more of all other things through.
    """
    asked = {LESION: 0.0, DARKER: 0.0, PLAIN_SKIN: -1.0, **dict.fromkeys((ELSEWHERE, RASH, DRAWN_RASH), -1.0)}
    found = [
        (-1.0 if share > wrong_from[kind] else 0.0) if kind in KINDS else asked.get(kind, 1.0)
        for kind, share in zip(pictures.kind, pictures.share, strict=True)
    ]
    return np.array(found, dtype=np.float32)[:, np.newaxis]


def retake(pictures: Pictures, wrong_from: dict[str, float]) -> np.ndarray:
    """Return for each of CODES 1 where it makes the photo useless, 0 where not, -1 where that cannot be said: (n, codes)."""
    found = np.zeros((len(pictures.kind), len(CODES)), dtype=np.float32)
    for at, (kind, share) in enumerate(zip(pictures.kind, pictures.share, strict=True)):
        if kind in {ELSEWHERE, RASH, DRAWN_RASH}:  # good photos or bad ones, nobody knows how bad
            found[at] = -1
        elif kind == DARKER:  # dark skin is no dark photo, though both may look alike to this network
            found[at, CODES.index("dark")] = -1
        elif kind == PLAIN_SKIN:
            found[at] = [-1, 0, 0, 1]
        elif kind == "plain":  # one colour, a gradient
            found[at] = -1
            found[at, CODES.index("flat")] = 1
        elif kind in KINDS and share > wrong_from[kind]:
            found[at] = -1
            found[at, CODES.index(KINDS[kind].code)] = 1
    return found
