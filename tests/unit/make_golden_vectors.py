"""Write what resizing gives today: `python tests/unit/make_golden_vectors.py`; only when it is changed on purpose."""

from __future__ import annotations

import numpy as np
from test_resize import GOLDEN, INPUT, SIZES, cases, pattern

from classifiers.resize import to_input


def main() -> None:
    """Write one array a case. Models trained before a change of these pixels must be trained and measured again."""
    arrays = {f"{name}_{how}": to_input(pattern(*SIZES[name]), INPUT, how) for name, how in cases()}
    np.savez_compressed(GOLDEN, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
