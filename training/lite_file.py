"""A LiteRT file taken apart: its convolutions and the small networks of its gates, as they were before they were written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_SUFFIX = re.compile(r"(_\d+)$")  # Keras' own, of a name that it has used before
_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
_TYPES = {"FLOAT32": np.float32, "FLOAT16": np.float16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution:
    """A convolution: its layer's name, its kernel as Keras has it, and its bias.

    The kernel is (height, width, in, out), of a depthwise one (height, width, channels, 1).
    """

    name: str
    kernel: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate's network: features less `mean`, times `scale`, clipped, and two dense layers, each kernel (in, out) and bias."""

    mean: np.ndarray
    scale: np.ndarray
    hidden: tuple[np.ndarray, np.ndarray]
    said: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operator:
    kind: str
    inputs: tuple[int, ...]
    output: int


class LiteFile:
    """The file's operators in the order in which they are computed. Needs TensorFlow."""

    def __init__(self, file: Path) -> None:
        from tensorflow.lite.python import schema_py_generated as schema  # noqa: PLC0415 - heavy, and only needed here

        self._model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAs(file.read_bytes(), 0))
        self._graph = self._model.subgraphs[0]
        kinds = {number: name for name, number in vars(schema.BuiltinOperator).items()}
        self._types = {number: name for name, number in vars(schema.TensorType).items()}
        self._operators = [
            _Operator(
                kind=kinds[self._model.operatorCodes[one.opcodeIndex].builtinCode],
                inputs=tuple(int(at) for at in one.inputs),
                output=int(one.outputs[0]),
            )
            for one in self._graph.operators
        ]
        # weights of half precision are made float32 by an operator of their own
        self._stored = {one.output: one.inputs[0] for one in self._operators if one.kind == "DEQUANTIZE"}

    def convolutions(self) -> Iterator[Convolution]:
        """Yield the convolutions."""
        for one in self._operators:
            if one.kind in _CONVOLUTIONS:
                _, kernel, bias = one.inputs
                # (out, height, width, in) for a convolution, (1, height, width, channels) for a depthwise one
                turned = np.transpose(self._weights(kernel), (1, 2, 3, 0))
                name = self._name(kernel).split("/")[-2]
                yield Convolution(name=_SUFFIX.sub("", name), kernel=turned, bias=self._weights(bias))

    def gate(self, output: str) -> Gate:
        """Return the network behind an output, but for what is added to it later. Raises StopIteration where there is none."""
        dense = [one for one in self._operators if one.kind == "FULLY_CONNECTED"]
        hidden = next(one for one in dense if f"/{output}_" in self._name(one.inputs[1]))
        said = next(one for one in dense if one.inputs[0] == hidden.output)
        scaled = self._before(hidden.inputs[0], "MUL")
        centred = self._before(scaled.inputs[0], "SUB")
        return Gate(
            mean=self._weights(centred.inputs[1]).ravel(),
            scale=self._weights(scaled.inputs[1]).ravel(),
            hidden=(self._weights(hidden.inputs[1]).T, self._weights(hidden.inputs[2])),
            said=(self._weights(said.inputs[1]).T, self._weights(said.inputs[2])),
        )

    def _before(self, tensor: int, kind: str) -> _Operator:
        """Return the nearest operator of a kind that a tensor is made by, along first inputs."""
        made = next(one for one in self._operators if one.output == tensor)
        return made if made.kind == kind else self._before(made.inputs[0], kind)

    def _weights(self, at: int) -> np.ndarray:
        tensor = self._graph.tensors[self._stored.get(at, at)]
        raw = np.frombuffer(bytes(self._model.buffers[tensor.buffer].data), dtype=_TYPES[self._types[tensor.type]])
        return raw.reshape(tensor.shape).astype(np.float32)

    def _name(self, at: int) -> str:
        return str(self._graph.tensors[self._stored.get(at, at)].name.decode())
