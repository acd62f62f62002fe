"""The part of a card about its model: which engine and weights, and how to talk to them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from classifiers.card.common import Strict
from classifiers.resize import Resize

Place = Annotated[int, Field(ge=0)]
Side = Annotated[int, Field(ge=8, le=2048)]
PerChannel = Annotated[tuple[float, ...], Field(min_length=1, max_length=3)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# sigmoid: one number, the chance of the second label; logit: the same before the sigmoid.
Scoring = Literal["logits", "probabilities", "sigmoid", "logit"]
# multi_label: labels do not exclude each other; a probability, or a logit, for each by itself.
PhotoScoring = Literal["logits", "probabilities", "sigmoid", "logit", "multi_label", "multi_label_logits"]
ONE_NUMBER = ("sigmoid", "logit")
MULTI_LABEL = ("multi_label", "multi_label_logits")


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
    """Which of a photo model's outputs is what."""

    scores: Place = 0
    class_maps: Annotated[
        Place | None,
        # (height, width, labels): where the model saw each label. `attention` is the key's older name.
        Field(validation_alias=AliasChoices("class_maps", "attention")),
    ] = None
    not_this: Place | None = None  # one number, larger the less the photo is of what the model knows
    retake: Place | None = None  # a number for each code of `decision.retake_above`, in its order: how bad the photo is
    outline: Place | None = None  # (height, width), 0–1: how likely each place of the input is lesion


class _Model(Strict):
    version: Annotated[str, Field(min_length=1)]


class _PhotoModel(_Model):
    scores: PhotoScoring = "probabilities"
    input: Input
    outputs: Outputs = Outputs()


class _Isolated(Strict):
    """An engine in a process of its own is held to these."""

    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0  # seconds that a photo may take
    memory: Annotated[int, Field(ge=128, le=65536)] = 2048  # MB that the process may take


class LiteRTModel(_PhotoModel):
    """A `.tflite` file, which runs in the bot's own process."""

    engine: Literal["litert"]
    file: Path
    sha256: Sha256 | None = None


class KerasModel(_PhotoModel, _Isolated):
    """A `.keras` file, or an `.h5` file of older versions."""

    engine: Literal["keras"]
    file: Path
    sha256: Sha256 | None = None


class OnnxModel(_PhotoModel, _Isolated):
    """An `.onnx` file, and the files beside it that it keeps weights in."""

    engine: Literal["onnx"]
    file: Path
    sha256: Sha256 | None = None
    external_data: dict[str, Sha256] = Field(default_factory=dict)  # by the name that the model gives


class PythonModel(_PhotoModel, _Isolated):
    """A class of somebody's own, with a file or without."""

    engine: Literal["python"]
    entry: Annotated[str, Field(min_length=1)]  # package.module:Class, or a name among the entry points checkup.engines
    file: Path | None = None
    sha256: Sha256 | None = None


IsolatedModel = KerasModel | OnnxModel | PythonModel
PhotoModel = Annotated[LiteRTModel | KerasModel | OnnxModel | PythonModel, Field(discriminator="engine")]


class FormOutputs(Strict):
    """Which of a form model's outputs is what."""

    scores: Place = 0


class FormModel(_Model):
    """A form's model: LiteRT, with one named input for each question (`classifiers.card.questions`)."""

    engine: Literal["litert"]
    file: Path
    sha256: Sha256 | None = None
    scores: Scoring = "probabilities"
    outputs: FormOutputs = FormOutputs()
