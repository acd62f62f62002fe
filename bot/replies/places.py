"""Places on the body that a spot can be at: their codes, as the store keeps them, and what they are called."""

from typing import Literal, get_args

from bot.texts import Texts

Side = Literal["front", "back"]
SIDES: tuple[Side, ...] = get_args(Side)
_LIMBS = ("upper_arm", "forearm", "hand", "thigh", "lower_leg", "foot")
_TRUNK: dict[Side, tuple[str, ...]] = {
    "front": ("face", "neck", "chest", "belly", "groin"),
    "back": ("head", "neck", "upper_back", "lower_back", "buttocks"),
}
# Each limb as it lies in the picture: of a person who looks at us, the right one is on the left.
_ORDER: dict[Side, tuple[str, str]] = {"front": ("right", "left"), "back": ("left", "right")}
REGIONS: dict[Side, tuple[str, ...]] = {
    side: (*_TRUNK[side], *(f"{hand}_{limb}" for limb in _LIMBS for hand in _ORDER[side])) for side in SIDES
}
"""The regions of each side."""
ZONES: dict[Side, dict[str, tuple[str, ...]]] = {
    side: {
        "head_and_neck": _TRUNK[side][:2],
        "trunk": _TRUNK[side][2:],
        **{f"{hand}_arm": tuple(f"{hand}_{limb}" for limb in _LIMBS[:3]) for hand in _ORDER[side]},
        **{f"{hand}_leg": tuple(f"{hand}_{limb}" for limb in _LIMBS[3:]) for hand in _ORDER[side]},
    }
    for side in SIDES
}
"""The parts of the body that are chosen first, in the order of their numbers, with the regions of each."""
ZONE_CODES = frozenset(f"{side}.{zone}" for side, zones in ZONES.items() for zone in zones)
"""What a button says of a part of the body; no spot is kept at one."""
PLACES = frozenset(f"{side}.{region}" for side, regions in REGIONS.items() for region in regions)
"""All codes; an empty one says that the person named no place."""


def split(place: str) -> tuple[Side, str]:
    """Return the side and the region of a place's code."""
    side, _, region = place.partition(".")
    return ("back" if side == "back" else "front"), region


def place_name(place: str, texts: Texts) -> str:
    """Return what a place is called; the side is said where both have such a region."""
    if place not in PLACES:
        return texts.plain("place.none")
    side, region = split(place)
    name = texts.plain(f"place.{region}")
    is_on_both = all(region in regions for regions in REGIONS.values())
    return texts.plain("place.on_side", region=name, side=texts.plain(f"place.{side}")) if is_on_both else name
