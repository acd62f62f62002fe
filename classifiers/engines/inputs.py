"""Preprocessing of pixels as the card says: scaling, order of channels, layout."""

import numpy as np

from classifiers.card.model import Input

_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's photos, as shares of 255
_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


def preprocess(pixels: np.ndarray, spec: Input) -> np.ndarray:
    """Return float32 (1, …) of one photo, uint8 (height, width, 3), in the card's channels, scaling and layout."""
    values = (pixels @ _GREY)[..., np.newaxis] if spec.channels == "grey" else pixels
    scaled = _scaled(values.astype(np.float32), spec)
    if spec.channels == "bgr":  # after scaling, because means are given in the order red, green, blue
        scaled = scaled[..., ::-1]
    return (scaled.transpose(2, 0, 1) if spec.layout == "nchw" else scaled)[np.newaxis]


def _scaled(values: np.ndarray, spec: Input) -> np.ndarray:
    mean: tuple[float, ...]
    std: tuple[float, ...]
    match spec.scaling:
        case "raw":
            return values
        case "zero_to_one":
            return values / 255
        case "minus_one_to_one":
            return values / 127.5 - 1
        case "imagenet":
            mean, std = _IMAGENET_MEAN, _IMAGENET_STD
        case "own":
            mean, std = spec.mean or (0.0,), spec.std or (1.0,)
    return (values / 255 - np.array(mean, dtype=np.float32)) / np.array(std, dtype=np.float32)
