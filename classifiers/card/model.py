"""The part of a card about its model: which engine and weights, and how to talk to them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from classifiers.card.strict import Strict
from classifiers.resize import Resize

Place = Annotated[int, Field(ge=0)]
Side = Annotated[int, Field(ge=8, le=2048)]
PerChannel = Annotated[tuple[float, ...], Field(min_length=1, max_length=3)]
CHANNELS = {"rgb": 3, "bgr": 3, "grey": 1}


class Input(Strict):
    """How a photo becomes the model's input: resized, then scaled, then put in the model's order."""

    size: tuple[Side, Side]  # height, width
    resize: Resize = "stretch"
    scaling: Literal["raw", "zero_to_one", "minus_one_to_one", "imagenet", "own"] = "raw"
    mean: PerChannel | None = None  # of `own` scaling: (value / 255 - mean) / std, in the order red, green, blue
    std: PerChannel | None = None
    channels: Literal["rgb", "bgr", "grey"] = "rgb"
    layout: Literal["nhwc", "nchw"] = "nhwc"


class Outputs(Strict):
    """Which of the model's outputs is what."""

    scores: Place = 0
    attention: Place | None = None  # class maps (height, width, labels): where the model saw each label
    not_this: Place | None = None  # one number, larger the less the photo is of what the model knows
    retake: Place | None = None  # a number for each code of `decision.retake_above`, in its order: how bad the photo is
    outline: Place | None = None  # (height, width), 0–1: how likely each place of the input is lesion


class Model(Strict):
    """The weights, and how to talk to them."""

    engine: Literal["litert", "keras", "onnx", "python"]
    file: Path | None = None  # None: of a python engine that has its weights elsewhere
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    entry: Annotated[str, Field(min_length=1)] | None = None  # package.module:Class, or a name in checkup.engines
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0  # seconds a case may take; not of LiteRT
    memory: Annotated[int, Field(ge=128, le=65536)] = 2048  # MB that the engine's process may take; not of LiteRT
    version: Annotated[str, Field(min_length=1)]
    pixels: Annotated[Input | None, Field(alias="input")] = None  # None: a form's, which takes its questions
    outputs: Outputs = Outputs()
    scores: Literal["logits", "probabilities", "sigmoid"] = (
        "probabilities"  # sigmoid: one number, the chance of the second label
    )

    @property
    def input(self) -> Input:
        """How a photo becomes the model's input. Only a photo's card has one: TypeError for a form's."""
        if self.pixels is None:
            raise TypeError("a form's model takes answers, not pixels")
        return self.pixels

    @property
    def weights(self) -> Path:
        """The model file. Only a python engine may have none: TypeError for that."""
        if self.file is None:
            raise TypeError("this engine has no model file")
        return self.file
