"""The stages of the skin recipe by backbone: how long what learns, on views of which size, at which rate."""

from dataclasses import dataclass

from training import network
from training.backbones import DINOV2_SMALL, MOBILENET_V2
from training.batches import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Views):
    """Some epochs over one kind of views, from learning rate `rate` down to the share `left` of it."""

    epochs: int
    rate: float
    left: float = 0.005
    learn_from: str | None = None  # the first layer that learns; None: all do
    precision: str = "float32"  # or "mixed_bfloat16"
    thumbnails: bool = False  # whether BCN20000's thumbnails are learned from as well


def _lite(late: str) -> tuple[Stage, ...]:
    """Return EfficientNet-Lite's stages: thumbnails only while views are as small as they are. `late` learns to the end."""
    return (
        Stage(size=96, epochs=1, rate=3e-3, learn_from=network.MAPS, photos=6_400),
        Stage(size=96, epochs=6, rate=4e-4, left=0.4, photos=20_000, mixed=0.1, thumbnails=True),
        Stage(size=144, epochs=10, rate=3e-4, left=0.3, mixed=0.2),
        Stage(size=192, epochs=12, rate=2.5e-4, mixed=0.3, learn_from=late),
    )


# The head first, then everything on small photos, then everything on large ones; last and longest all but the early
# blocks, whose large maps take half of the time and which have nothing more to learn.
STAGES = {
    MOBILENET_V2: (
        Stage(size=128, epochs=1, rate=3e-3, learn_from=network.MAPS, photos=6_400),
        Stage(size=128, epochs=6, rate=3e-4, left=0.5),
        Stage(size=192, epochs=13, rate=2.5e-4, mixed=0.2),
        Stage(size=192, epochs=36, rate=3e-4, mixed=0.3, learn_from="block_4_expand", precision="mixed_bfloat16"),
    ),
    "efficientnet_lite0": _lite("b3_expand"),
    "efficientnet_lite2": _lite("b4_expand"),
    DINOV2_SMALL: (Stage(size=168, epochs=3, rate=5e-5, mixed=0.1, photos=12_000, precision="mixed_bfloat16"),),
}
