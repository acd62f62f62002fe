"""The gates' part of a card's decision: from which numbers on a photo is turned away, or no label is named of it surely."""

from collections.abc import Sequence

import keras
import numpy as np

from classifiers.photo.quality import measure
from training.gates.degraded import KINDS
from training.gates.material import ExtractedFeatures, GateMaterial
from training.gates.targets import CODES
from training.gates.thresholds import limit, quantile_of_cameras

# Shares of good dermatoscope photos that may be lost, twice as many of the others.
LOST = {"blurred": 0.002, "dark": 0.0005, "bright": 0.0005, "flat": 0.001}
LOST_WITHOUT_LESION = 0.003  # more of them, where no single lesion is outlined
DOUBTED = 0.08  # of the photos of every camera, those of which no label is named because they are somewhat strange
NOT_SINGLE = 0.1  # … because no single lesion is outlined
TOO_LARGE = 0.02  # … because nearly all of the photo is


def decision(nets: dict[str, keras.Model], material: GateMaterial, x: np.ndarray) -> dict[str, object]:
    """Return the card's keys. x: uint8 (photos, side, side, 3), whose rows the validation photos are."""
    bad = {code: _beyond(material, code) for code in CODES} | {"flat": material.plain}
    good, dermatoscope = material.good, _dermatoscope(material)
    said, refused = nets["retake"], {code: scores(nets["retake"], one) for code, one in bad.items()}
    fine = scores(said, good)
    smallest = KINDS["shrunk"].strength(material.wrong_from["shrunk"]) * x.shape[1]
    return {
        **of_not_this(nets["not_this"], material),
        "retake_above": {
            code: limit(fine[:, at], dermatoscope, lost=LOST[code], bad=refused[code][:, at])
            for at, code in enumerate(CODES)
        },
        "screen": screen(x[good.of.row], least_side=round(smallest)),
    }


def of_not_this(net: keras.Model, material: GateMaterial) -> dict[str, object]:
    """Return what is decided by how unlike one lesion a photo is, and by whether one is outlined."""
    least_part, most_area = single_lesion(material)
    single = is_single(material.good, least_part=least_part, most_area=most_area)
    said, dermatoscope, cameras = scores(net, material.good)[:, 0], _dermatoscope(material), _cameras(material)
    nothing = said[:0]  # rashes are nearer to lesions than strange things: no limit may be higher than it must
    least = said.min() - 1  # what the other limit is for is never lost by this one
    lower = limit(np.where(single, least, said), dermatoscope, lost=LOST_WITHOUT_LESION, bad=nothing)
    doubted = quantile_of_cameras(said, cameras, share=DOUBTED)
    return {
        "not_this_above": 0.0,  # where the gates' own limits are
        "doubtful_above": round(min(doubted, 0), 4),
        "single_lesion": {
            "least_part": least_part,
            "most_area": most_area,
            "not_this_above": round(min(lower, 0), 4),
        },
    }


def single_lesion(material: GateMaterial) -> tuple[float, float]:
    """Return the least part and the most area of a single lesion, as strict as few enough validation photos fail them."""
    good, cameras = material.good, _cameras(material)
    found = good.part > 0
    parts = [part for part in np.arange(0.3, 0.95, 0.05) if _most(found & (good.part >= part), cameras) <= NOT_SINGLE]
    areas = [area for area in np.arange(0.6, 1.0, 0.05) if _most(good.area <= area, cameras) <= TOO_LARGE]
    return round(float(max(parts, default=0.3)), 2), round(float(min(areas, default=1.0)), 2)


def is_single(of: ExtractedFeatures, *, least_part: float, most_area: float) -> np.ndarray:
    """Return of which pictures a single lesion is outlined, bool (n,)."""
    return np.asarray((of.part > 0) & (of.part >= least_part) & (of.area <= most_area))


def scores(net: keras.Model, of: ExtractedFeatures) -> np.ndarray:
    """Return what a gate says of pictures, float32 (n, outputs)."""
    return np.asarray(net(of.features, training=False))


def screen(x: np.ndarray, *, least_side: int) -> dict[str, float]:
    """Return the pixel limits: a net under the heads, far from every validation photo, uint8 (n, side, side, 3)."""
    quality = [measure(one, side=least_side) for one in x]
    sharpness, light, contrast = (
        np.array([getattr(one, name) for one in quality]) for name in ("sharpness", "light", "contrast")
    )
    return {
        "least_side": least_side,
        "sharpness_above": round(float(sharpness.min()) - 0.5, 3),
        "light_above": round(float(light.min()) / 2, 3),
        "light_below": round((1 + float(light.max())) / 2, 3),
        "contrast_above": round(float(contrast.min()) / 2, 3),
    }


def _most(right: np.ndarray, cameras: Sequence[str]) -> float:
    """Return the largest share of a camera's photos that is not right."""
    names = np.array(cameras)
    return max(float(1 - right[names == one].mean()) for one in np.unique(names))


def _cameras(material: GateMaterial) -> list[str]:
    return [photo.camera for photo in material.good_photos]


def _dermatoscope(material: GateMaterial) -> np.ndarray:
    return np.array([camera == "dermatoscope" for camera in _cameras(material)])


def _beyond(material: GateMaterial, code: str) -> ExtractedFeatures:
    """Return photos spoiled so far that this code is to be said of them."""
    spoiled = material.spoiled
    of = zip(spoiled.of.kind, spoiled.of.share, strict=True)
    return spoiled.only(
        np.array([KINDS[kind].code == code and share > material.wrong_from[kind] for kind, share in of])
    )
