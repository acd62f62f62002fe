"""Which layouts, channels and sizes the sides of a model's input allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from classifiers.engines.tensors import Shapes, Tensor
from classifiers.errors import WrongOutput

USUAL_SIZE = 224
_OTHER_SIZES = (256, 299, 384, 512, 192, 128, 96, 64, 32, 28)  # that models are trained at
Size = tuple[int, int]  # height, width
Layout = Literal["nhwc", "nchw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """One way to read the sides."""

    layout: Layout
    channels: Literal["rgb", "grey"]
    size: Size


def photo_input(shapes: Shapes) -> Tensor:
    """Return the only input. Raises WrongOutput where there are others, or where it is no photo."""
    inputs = shapes.inputs
    if len(inputs) != 1 or len(inputs[0].shape) != 4:
        found = ", ".join(f"{one.name} {one.shape}" for one in inputs)
        raise WrongOutput(
            expected="a model with one input, a photo of four sides (batch, height, width, channels)", found=found
        )
    return inputs[0]


def layouts_of(takes: Tensor, *, channels_first: bool, wished: Layout | None) -> list[Layout]:
    """Return the layouts that the sides allow, the likelier first, or only the one wished. Raises WrongOutput."""
    order: tuple[Layout, ...] = ("nchw", "nhwc") if channels_first else ("nhwc", "nchw")
    possible = [layout for layout in order if _channels(takes, layout) in {-1, 1, 3}]
    if not possible or (wished and wished not in possible):
        wanted = f"a photo of one or three channels{f', {wished}' if wished else ''}"
        raise WrongOutput(expected=wanted, found=takes.shape)
    return [wished] if wished else [one for one in possible if _channels(takes, one) != -1] or possible


def ways_to_read(takes: Tensor, layouts: list[Layout], wished: Size | None, said: Size | None) -> Iterator[Sides]:
    """Yield how the sides may be read: every layout and number of channels at the likeliest size, then the other sizes.

    `said` is the size that a file beside the model names. Raises WrongOutput where the size wished is not the file's.
    """
    if wished and any(side not in {-1, own} for side, own in zip(height_width(takes, layouts[0]), wished, strict=True)):
        raise WrongOutput(expected=f"an input of {wished[0]}×{wished[1]}", found=takes.shape)
    for layout in layouts:
        for channels in _colours(takes, layout):
            yield Sides(layout=layout, channels=channels, size=_sized(takes, layout, wished or said))
    if wished is None and is_open(takes, layouts[0]):
        for side in _OTHER_SIZES if said is None else (USUAL_SIZE, *_OTHER_SIZES):
            size = _sized(takes, layouts[0], (side, side))
            yield Sides(layout=layouts[0], channels=_colours(takes, layouts[0])[0], size=size)


def height_width(takes: Tensor, layout: Layout) -> Size:
    """Return height and width as the file states them, -1 where they are open."""
    height, width = takes.shape[2:4] if layout == "nchw" else takes.shape[1:3]
    return height, width


def is_open(takes: Tensor, layout: Layout) -> bool:
    """Return whether the file leaves the size open."""
    return -1 in height_width(takes, layout)


def _sized(takes: Tensor, layout: Layout, wanted: Size | None) -> Size:
    (height, width), (own_height, own_width) = height_width(takes, layout), wanted or (USUAL_SIZE, USUAL_SIZE)
    return (height if height > 0 else own_height, width if width > 0 else own_width)


def _channels(takes: Tensor, layout: Layout) -> int:
    return takes.shape[1] if layout == "nchw" else takes.shape[3]


def _colours(takes: Tensor, layout: Layout) -> tuple[Literal["rgb", "grey"], ...]:
    channels = _channels(takes, layout)
    return ("rgb", "grey") if channels == -1 else ("rgb",) if channels == 3 else ("grey",)
