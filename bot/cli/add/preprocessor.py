"""How photos were prepared in training, where a file beside the model says so (HuggingFace's, timm's)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from classifiers.card.yaml_file import read_small

_FILES = ("preprocessor_config.json", "image_processor_config.json", "config.json")
Numbers = tuple[float, ...]
_NAMED: dict[tuple[Numbers, Numbers], str] = {  # scalings that have a name, by mean and deviation
    ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)): "imagenet",
    ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)): "minus_one_to_one",
    ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)): "zero_to_one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessor:
    """What a file says; None where it is silent."""

    file: str
    size: tuple[int, int] | None = None
    scaling: str | None = None
    mean: Numbers | None = None
    std: Numbers | None = None
    resize: Literal["stretch", "crop"] | None = None


def read_preprocessor(*folders: Path) -> Preprocessor | None:
    """Return what the first such file in these folders says; None where there is none that says anything."""
    for content, file in _contents(folders):
        size, (scaling, mean, std) = _size(content), _scaling(content)
        if size or scaling:
            resize: Literal["stretch", "crop"] = "crop" if content.get("do_center_crop") else "stretch"
            return Preprocessor(
                file=file, size=size, scaling=scaling, mean=mean, std=std, resize=resize if scaling else None
            )
    return None


def _contents(folders: tuple[Path, ...]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for folder in folders:
        for name in _FILES:
            try:
                content = json.loads(read_small(folder / name).decode("utf-8-sig"))
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(content, dict):
                pretrained = content.get("pretrained_cfg")  # timm keeps it within
                yield (pretrained if isinstance(pretrained, dict) else content), name


def _size(content: Mapping[str, Any]) -> tuple[int, int] | None:
    given = (content.get("crop_size") if content.get("do_center_crop") else None) or content.get("size")
    given = given or content.get("input_size") or content.get("image_size")
    if isinstance(given, dict):
        short = given.get("shortest_edge")
        given = [given.get("height", short), given.get("width", short)]
    sides = [given, given] if isinstance(given, int) else list(given)[-2:] if isinstance(given, list) else []
    return (sides[0], sides[1]) if len(sides) == 2 and all(isinstance(side, int) for side in sides) else None


def _scaling(content: Mapping[str, Any]) -> tuple[str | None, Numbers | None, Numbers | None]:
    """Return the name of the scaling, and mean and deviation where it has no name."""
    mean, std = (_numbers(content.get(f"image_{name}", content.get(name))) for name in ("mean", "std"))
    factor = content.get("rescale_factor", 1 / 255)
    if not isinstance(factor, int | float) or abs(factor - 1 / 255) > 1e-6:
        return None, None, None
    if content.get("do_normalize") is False:
        return ("raw" if content.get("do_rescale") is False else "zero_to_one"), None, None
    if mean is None or std is None:
        return None, None, None
    named = _NAMED.get((mean, std))
    return (named, None, None) if named else ("own", mean, std)


def _numbers(given: Any) -> Numbers | None:
    right = isinstance(given, list) and len(given) in {1, 3} and all(isinstance(one, int | float) for one in given)
    return tuple(round(float(one), 6) for one in given) if right else None
