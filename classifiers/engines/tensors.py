"""A model's inputs and outputs: shapes, types and quantisation as its file states them, and conversion to and from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.errors import WrongOutput

_WHOLE = ("int8", "uint8", "int16", "int32", "int64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One input or output. A side of -1 may have any length; `scale` is 0 where nothing is quantised."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float = 0.0  # value = scale · (number - zero)
    zero: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """All inputs and outputs of a model, in its order."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def as_model_input(values: np.ndarray, takes: tuple[Tensor, ...]) -> np.ndarray:
    """Return one photo, float32 (1, …), in the shape and type of the model's only input. Raises WrongOutput.

    A model with a fixed batch size is given the photo that many times; only the first result is used.
    """
    if len(takes) != 1:
        named = ", ".join(one.name for one in takes)
        raise WrongOutput(expected="a model with one input", found=f"{len(takes)}: {named}")
    shape = takes[0].shape
    if len(shape) != values.ndim or any(
        side not in {-1, given} for side, given in zip(shape[1:], values.shape[1:], strict=True)
    ):
        raise WrongOutput(expected=f"a model with an input of {values.shape}", found=shape)
    given = _as_type(values, takes[0])
    return np.repeat(given, shape[0], axis=0) if shape[0] > 1 else given


def batch_input(photos: Sequence[np.ndarray], takes: tuple[Tensor, ...]) -> np.ndarray:
    """Return several photos, float32 (1, …) each, as one input (n, …). Raises WrongOutput, also where the batch size is fixed."""
    if len(takes) == 1 and takes[0].shape[:1] not in {(-1,), (1,)}:
        raise WrongOutput(expected="a model whose batch size can be chosen", found=takes[0].shape)
    return np.concatenate([as_model_input(photo, takes) for photo in photos])


def batch_outputs(found: Sequence[np.ndarray], stated: tuple[Tensor, ...], *, of: int) -> list[list[np.ndarray]]:
    """Return of each of so many photos all outputs, float32 (1, …), dequantised. Raises WrongOutput."""
    for raw in found:
        if not raw.ndim or len(raw) != of:
            raise WrongOutput(expected=f"outputs for {of} photos", found=f"shape {raw.shape}")
    values = [_dequantised(raw, tensor) for raw, tensor in zip(found, stated, strict=True)]
    return [[one[at : at + 1] for one in values] for at in range(of)]


def _as_type(values: np.ndarray, takes: Tensor) -> np.ndarray:
    if takes.dtype.startswith("float"):
        return values.astype(takes.dtype, copy=False)
    if takes.dtype not in _WHOLE:
        raise WrongOutput(expected="an input of floats or whole numbers", found=takes.dtype)
    limits = np.iinfo(takes.dtype)
    numbers = values / takes.scale + takes.zero if takes.scale else values
    if not takes.scale and (numbers.min() < limits.min or numbers.max() > limits.max or (numbers % 1).any()):
        raise WrongOutput(
            expected=f"pixels that fit into {takes.dtype}: scaling raw fits into uint8; for int8 the file must state how it is "
            "quantised, or be exported with an input of uint8 or float32",
            found=f"pixels from {numbers.min():g} to {numbers.max():g}",
        )
    return np.rint(numbers).clip(limits.min, limits.max).astype(takes.dtype)


def as_float32(numbers: np.ndarray, given: Tensor, *, of: int) -> np.ndarray:
    """Return an output as float32, dequantised; only its first row if the photo was repeated (`of` times).

    For one photo alone the first side is 1, or left out, as by a model that squeezes its scores.
    """
    if of == 1 and numbers.ndim and len(numbers) != 1:
        numbers = numbers[np.newaxis]
    return _dequantised(numbers[:1] if numbers.ndim and len(numbers) == of else numbers, given)


def _dequantised(numbers: np.ndarray, given: Tensor) -> np.ndarray:
    values = numbers.astype(np.float32, copy=False)
    return (values - np.float32(given.zero)) * np.float32(given.scale) if given.scale else values
