"""The backbones of the skin network: MobileNetV2, EfficientNet-Lite and a teacher's DINOv2, from weight files or downloaded."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
from keras import layers

from training import vision_transformer, vision_transformer_file
from training.tables import some


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """An inverted residual block, repeated in its stage; only the first of a stage has the stride."""

    repeats: int
    kernel: int
    stride: int
    expansion: int  # how many times the channels of its input it computes with
    channels: int


# The stages of Tan and Le 2019, in the Lite variants without squeeze-and-excite. Lite2 has 1.1 times the channels and
# 1.2 times the repeats.
_STAGES = (
    _Block(repeats=1, kernel=3, stride=1, expansion=1, channels=16),
    _Block(repeats=2, kernel=3, stride=2, expansion=6, channels=24),
    _Block(repeats=2, kernel=5, stride=2, expansion=6, channels=40),
    _Block(repeats=3, kernel=3, stride=2, expansion=6, channels=80),
    _Block(repeats=3, kernel=5, stride=1, expansion=6, channels=112),
    _Block(repeats=4, kernel=5, stride=2, expansion=6, channels=192),
    _Block(repeats=1, kernel=3, stride=1, expansion=6, channels=320),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """How much wider and deeper than Lite0 a variant of EfficientNet-Lite is."""

    width: float
    depth: float


LITE = {"efficientnet_lite0": Scaling(width=1.0, depth=1.0), "efficientnet_lite2": Scaling(width=1.1, depth=1.2)}
SCALED = "scaling"  # the layer that brings pixels to the range a backbone was pre-trained with
MOBILENET_V2 = "mobilenet_v2"
DINOV2_SMALL = "dinov2_small"
BACKBONES = {
    MOBILENET_V2: "MobileNetV2",
    "efficientnet_lite0": "EfficientNet-Lite0",
    "efficientnet_lite2": "EfficientNet-Lite2",
    DINOV2_SMALL: "DINOv2's small transformer",
}


def backbone(name: str, pixels: keras.KerasTensor, *, weights: Path | None) -> keras.Model:
    """Return one of `BACKBONES` on pixels 0–255, without its head: its output is (height / 32, width / 32, 1280).

    `weights` is a file of its ImageNet weights without the head; None downloads Keras' own, which only MobileNetV2 has.
    Raises SystemExit where there are none, or others.
    """
    if weights is None and name != MOBILENET_V2:
        raise SystemExit(f"{name}: Keras has no ImageNet weights of it to download: give a file with --weights")
    if weights is not None and not weights.is_file():
        raise SystemExit(f"{weights}: is not there: give the file of {BACKBONES[name]}'s weights with --weights")
    try:
        return _with_weights(name, pixels, weights)
    except Exception as error:  # each of the libraries that read weights has errors of its own
        found = f"{weights}: not the weights of {BACKBONES[name]}" if weights else "the weights cannot be downloaded"
        raise SystemExit(f"{found} ({error}): give a file of them with --weights") from error


def _with_weights(name: str, pixels: keras.KerasTensor, weights: Path | None) -> keras.Model:
    if weights is None:
        return _mobilenet_v2(pixels, weights="imagenet")
    model = untrained(name, pixels)
    if name == MOBILENET_V2:
        model.load_weights(weights)
    elif name == DINOV2_SMALL:
        vision_transformer_file.fill(model, weights)
    else:
        _load_npz(model, weights)
    return model


def untrained(name: str, pixels: keras.KerasTensor) -> keras.Model:
    """Return the backbone with random weights."""
    if name == DINOV2_SMALL:
        return vision_transformer.untrained(pixels)
    return _mobilenet_v2(pixels) if name == MOBILENET_V2 else efficientnet_lite(name, pixels, LITE[name])


def stage_ends(model: keras.Model) -> tuple[str, ...]:
    """Return the layers that the backbone's stages end with but for the first and the last stage: five, from fine to coarse.

    They are a fourth, an eighth, a 16th, a 16th and a 32nd of the photo's side. A stage ends where the next block adds nothing
    to what it was given. `model` is any that has the backbone's layers.
    """
    ends: list[str] = []
    for layer in model.layers:
        if layer.name.endswith("_project"):
            ends.append(layer.name)
        elif layer.name.endswith("_add"):  # of the stage before, as its projection is then, too
            ends[-2:] = [layer.name]
    return tuple(ends[1:-1])


def _mobilenet_v2(pixels: keras.KerasTensor, *, weights: str | None = None) -> keras.Model:
    scaled = layers.Rescaling(1 / 127.5, offset=-1, name=SCALED)(pixels)
    return keras.applications.MobileNetV2(input_tensor=scaled, include_top=False, weights=weights)


def efficientnet_lite(name: str, pixels: keras.KerasTensor, scaling: Scaling) -> keras.Model:
    """Return EfficientNet-Lite with random weights, its blocks named `b0`, `b1`, … from the input on."""
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name=SCALED)(pixels)
    x = _convolution(x, "stem", channels=32, kernel=3, stride=2)
    for number, block in enumerate(_blocks(scaling)):
        x = _inverted_residual(x, f"b{number}", block)
    return keras.Model(pixels, _convolution(x, "head", channels=1280, kernel=1), name=name)


def _blocks(scaling: Scaling) -> Iterator[_Block]:
    """Yield the blocks of all stages. The first and the last stage are as deep in every variant."""
    for at, stage in enumerate(_STAGES):
        repeats = stage.repeats if at in (0, len(_STAGES) - 1) else math.ceil(scaling.depth * stage.repeats)
        wide = replace(stage, channels=_multiple_of_8(scaling.width * stage.channels))
        yield wide
        yield from [replace(wide, stride=1)] * (repeats - 1)


def _inverted_residual(x: keras.KerasTensor, name: str, block: _Block) -> keras.KerasTensor:
    before = x
    if block.expansion > 1:
        x = _convolution(x, f"{name}_expand", channels=block.expansion * x.shape[-1], kernel=1)
    depthwise = layers.DepthwiseConv2D(
        block.kernel, strides=block.stride, padding="same", use_bias=False, name=f"{name}_dw"
    )
    x = _normalised(depthwise(x), f"{name}_dw", activate=True)
    x = _convolution(x, f"{name}_project", channels=block.channels, kernel=1, activate=False)
    same = block.stride == 1 and before.shape[-1] == block.channels
    return layers.Add(name=f"{name}_add")([before, x]) if same else x


def _convolution(
    x: keras.KerasTensor, name: str, *, channels: int, kernel: int, stride: int = 1, activate: bool = True
) -> keras.KerasTensor:
    convolution = layers.Conv2D(channels, kernel, strides=stride, padding="same", use_bias=False, name=name)
    return _normalised(convolution(x), name, activate=activate)


def _normalised(x: keras.KerasTensor, name: str, *, activate: bool) -> keras.KerasTensor:
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if activate else x


def _multiple_of_8(channels: float) -> int:
    """Return the nearest multiple of 8 that is not more than a tenth below `channels`."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _load_npz(model: keras.Model, file: Path) -> None:
    """Fill a model with arrays named `layer/weight`. Raises SystemExit with those that are missing or of another shape."""
    arrays = np.load(file)
    wanted = {f"{layer.name}/{weight.name}": tuple(weight.shape) for layer in model.layers for weight in layer.weights}
    wrong = [name for name, shape in wanted.items() if name not in arrays or arrays[name].shape != shape]
    if wrong:
        raise SystemExit(f"{file}: not the weights of {model.name}: {some(wrong)}: missing or of another shape")
    for layer in model.layers:
        layer.set_weights([arrays[f"{layer.name}/{weight.name}"].astype(np.float32) for weight in layer.weights])
