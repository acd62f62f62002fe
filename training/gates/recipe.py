"""The two gates: is it a photo of a spot, and can it be judged? Small heads on features that are computed anyway.

They learn from training photos, whole, turned, spoiled and through other cameras, from pictures drawn for the purpose and
from photos of rashes. Their limits are chosen on validation photos. Nothing is learnt of everyday photos.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np

from training.data import LabelledPhoto
from training.export import Head
from training.gates.features import BESIDES, head
from training.gates.kept import GATES, digest, kept, kept_gate
from training.gates.limits import decision
from training.gates.material import Amounts, GateMaterial, gather
from training.gates.network import learn
from training.gates.pictures import Pictures
from training.gates.rash_probe import with_rashes
from training.gates.targets import not_this, retake
from training.gates.unseen import Unseen, judge_unseen

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the served model and its card get; of each kind of spoiling the share of its range from where on the network is
    wrong more often than right; and what gates that never saw the kind of a rash say of it."""

    heads: tuple[Head, ...]
    decision: dict[str, object]
    wrong_from: dict[str, float]
    unseen: tuple[Unseen, ...]


def fit(
    model: keras.Model,
    outline: Head,
    photos: Sequence[LabelledPhoto],
    x: np.ndarray,
    *,
    others: Sequence[LabelledPhoto],
    data: Path,
    folder: Path,
    amounts: Amounts,
) -> Gates:
    """Return the gates of a trained model, their material kept in `folder`. The same for the same seed.

    x: uint8 (photos, side, side, 3). `others` are photos that have none of the labels, rashes among them.
    """
    everything = [*photos, *others]
    material = kept(
        folder / f"material-{digest(model, everything, seed=SEED, amounts=amounts)}.npz",
        everything,
        lambda: gather(model, outline, photos, x, others=others, data=data, seed=SEED, amounts=amounts),
    )
    strange, bad = (
        _of_pooled(
            kept_gate(output, folder=folder, of=model, make=partial(_learn, material, target, amounts=amounts)),
            material,
        )
        for output, target in zip(GATES, (not_this, retake), strict=True)
    )
    nets = {"not_this": with_rashes(strange, material), "retake": bad}
    return Gates(
        heads=tuple(head(name, net, model, outline, size=x.shape[1]) for name, net in nets.items()),
        decision=decision(nets, material, x),
        wrong_from={kind: round(share, 3) for kind, share in material.wrong_from.items()},
        unseen=judge_unseen(strange, material),
    )


def _learn(
    material: GateMaterial, target: Callable[[Pictures, dict[str, float]], np.ndarray], *, amounts: Amounts
) -> keras.Model:
    """Return a gate's network, pooled features (n, pooled) → logits.

    It sees no more: drawn things are told by their outline too easily for anything else to be learnt.
    """
    sets = material.training
    return learn(
        np.concatenate([one.features[:, :-BESIDES] for one in sets]),
        np.concatenate([target(one.of, material.wrong_from) for one in sets]),
        usual=sets[0].features[:, :-BESIDES],
        hidden=amounts.hidden,
        epochs=amounts.epochs,
        seed=SEED,
    )


def _of_pooled(net: keras.Model, material: GateMaterial) -> keras.Model:
    """Return the same network of all features."""
    given = keras.Input((material.good.features.shape[1],))
    return keras.Model(given, net(given[:, :-BESIDES]))
