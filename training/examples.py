"""The drawn pictures of what each of the skin card's labels tends to look like. Schematic: nobody's photo is in them.

python -m training.examples         # writes classifiers/skin/examples, the same each time; 2 s
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.command import run_recipe
from training.options import bare_parser

FOLDER = Path(__file__).parents[1] / "classifiers" / "skin" / "examples"
_SIDE, _SAVED, _QUALITY = 600, 300, 85  # pixels; reduced at the end, which smooths all edges
_PAPER, _INK, _SKIN = (255, 255, 255), (90, 74, 66), (238, 200, 176)
_CORAL, _ROSE, _RED, _BLOOD = (226, 150, 132), (220, 128, 116), (196, 40, 46), (150, 24, 40)
_CREAM, _SCALE, _PEARL, _CRUST = (250, 240, 214), (240, 226, 190), (246, 214, 204), (206, 160, 96)
_TAN, _BROWN, _DARK, _BLACK, _BLUE = (190, 140, 98), (138, 92, 60), (88, 54, 38), (44, 32, 32), (110, 116, 134)
_BROWN_SKIN = (0.56, 0.46, 0.40)  # the share of red, green and blue light that it reflects of what light skin does
_MIDDLE = _SIDE / 2
Draw = ImageDraw.ImageDraw
Places = list[tuple[float, float]]


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for code, draw_it in _LABELS.items():
        picture = Image.new("RGB", (_SIDE, _SIDE), _SKIN)
        draw_it(picture, np.random.default_rng(len(code)))
        small = _on_paper(_on_both_skins(picture)).resize((_SAVED, _SAVED), Image.Resampling.LANCZOS)
        small.save(FOLDER / f"{code}.jpg", quality=_QUALITY)


def _mole(picture: Image.Image, _: np.random.Generator) -> None:
    _dome(picture, _ring(130, wave=0.01), _BROWN, _TAN)


def _melanoma(picture: Image.Image, chance: np.random.Generator) -> None:
    shape = _ring(165, wave=0.2, lobes=3, shift=0.9)
    patches = Image.new("RGB", picture.size, _DARK)
    draw = ImageDraw.Draw(patches)
    for at, size, colour in (
        ((220, 330), 110, _TAN),
        ((400, 250), 95, _BLACK),
        ((330, 400), 70, _BLUE),
        ((230, 210), 60, _BROWN),
        ((420, 370), 40, _ROSE),
    ):
        draw.polygon(_ring(size, wave=0.16, lobes=4, shift=float(chance.uniform(0, 6)), at=at), fill=colour)
    _paste(picture, patches.filter(ImageFilter.GaussianBlur(9)), shape)


def _basal_cell_carcinoma(picture: Image.Image, chance: np.random.Generator) -> None:
    _dome(picture, _ring(150, wave=0.05), _CORAL, _PEARL)
    draw = ImageDraw.Draw(picture)
    for turn in np.linspace(0.3, 6.0, 7):
        _vessel(draw, float(turn), chance)
    draw.ellipse((235, 205, 285, 245), fill=(255, 246, 240))


def _sun_damage(picture: Image.Image, chance: np.random.Generator) -> None:
    soft = Image.new("RGB", picture.size, _CORAL)
    _paste(picture, soft, _ring(170, wave=0.08, lobes=4), blur=12)
    draw = ImageDraw.Draw(picture)
    for turn, far in zip(chance.uniform(0, 6.28, 34), chance.uniform(0, 135, 34), strict=True):
        at = (_MIDDLE + far * np.cos(turn), _MIDDLE + far * np.sin(turn))
        _flake(draw, at, float(chance.uniform(12, 26)), chance)


def _squamous_cell_carcinoma(picture: Image.Image, chance: np.random.Generator) -> None:
    _dome(picture, _ring(165, wave=0.07, lobes=5), _ROSE, _CORAL)
    draw = ImageDraw.Draw(picture)
    draw.polygon(_ring(88, wave=0.14, lobes=4), fill=_CRUST, outline=_BROWN)
    draw.polygon(_ring(40, wave=0.2, lobes=3, at=(322, 312)), fill=_BLOOD)
    for turn, far in zip(chance.uniform(0, 6.28, 12), chance.uniform(90, 140, 12), strict=True):
        at = (_MIDDLE + far * np.cos(turn), _MIDDLE + far * np.sin(turn))
        _flake(draw, at, float(chance.uniform(10, 18)), chance)


def _seborrhoeic_keratosis(picture: Image.Image, chance: np.random.Generator) -> None:
    edge = _ring(160, wave=0.06, lobes=8)
    shadow = [(x + 14, y + 16) for x, y in edge]
    _paste(picture, Image.new("RGB", picture.size, (196, 156, 134)), shadow, blur=6)
    _paste(picture, Image.new("RGB", picture.size, _BROWN), edge)
    draw = ImageDraw.Draw(picture)
    for turn, far in zip(chance.uniform(0, 6.28, 46), 135 * np.sqrt(chance.uniform(0, 1, 46)), strict=True):
        x, y, r = _MIDDLE + far * np.cos(turn), _MIDDLE + far * np.sin(turn), chance.uniform(6, 15)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=_TAN if r < 11 else _DARK)
    draw.line([*edge, edge[0]], fill=_DARK, width=6, joint="curve")


def _dermatofibroma(picture: Image.Image, _: np.random.Generator) -> None:
    _dome(picture, _ring(125, wave=0.015), _BROWN, _TAN, light=(0.5, 0.5))
    _paste(picture, Image.new("RGB", picture.size, _SCALE), _ring(48, wave=0.08, lobes=5), blur=10)


def _blood_vessels(picture: Image.Image, _: np.random.Generator) -> None:
    _dome(picture, _ring(115, wave=0.01), _BLOOD, _RED)
    ImageDraw.Draw(picture).ellipse((245, 225, 285, 255), fill=(255, 220, 216))


_LABELS: dict[str, Callable[[Image.Image, np.random.Generator], None]] = {
    "akiec": _sun_damage,
    "bcc": _basal_cell_carcinoma,
    "bkl": _seborrhoeic_keratosis,
    "df": _dermatofibroma,
    "mel": _melanoma,
    "nv": _mole,
    "vasc": _blood_vessels,
    "scc": _squamous_cell_carcinoma,
}


def _on_both_skins(picture: Image.Image) -> Image.Image:
    """Return the picture with its right half as on brown skin, where redness is less easily seen."""
    half = (_SIDE // 2, 0, _SIDE, _SIDE)
    bands = [
        band.point([round(share * value) for value in range(256)])
        for share, band in zip(_BROWN_SKIN, picture.crop(half).split(), strict=True)
    ]
    picture.paste(Image.merge("RGB", bands), half)
    return picture


def _on_paper(picture: Image.Image) -> Image.Image:
    """Return the picture as a disc with a line around it on paper, so that nobody takes it for a photo."""
    paper, disc, rim = Image.new("RGB", picture.size, _PAPER), Image.new("L", picture.size), 14
    box = (rim, rim, _SIDE - rim, _SIDE - rim)
    ImageDraw.Draw(disc).ellipse(box, fill=255)
    paper.paste(picture, mask=disc)
    ImageDraw.Draw(paper).ellipse(box, outline=_INK, width=8)
    return paper


def _ring(
    radius: float, *, wave: float, lobes: int = 3, shift: float = 0.0, at: tuple[float, float] = (_MIDDLE, _MIDDLE)
) -> Places:
    """Return the edge of a shape that is the less round the larger its `wave`."""
    turns = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    far = radius * (1 + wave * np.sin(lobes * turns + shift) + wave / 2 * np.sin((2 * lobes + 1) * turns))
    return [(at[0] + r * np.cos(turn), at[1] + r * np.sin(turn)) for r, turn in zip(far, turns, strict=True)]


def _paste(picture: Image.Image, what: Image.Image, shape: Places, *, blur: float = 2) -> None:
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon(shape, fill=255)
    picture.paste(what, mask=mask.filter(ImageFilter.GaussianBlur(blur)))


def _dome(
    picture: Image.Image,
    shape: Places,
    rim: tuple[int, ...],
    top: tuple[int, ...],
    *,
    light: tuple[float, float] = (0.43, 0.41),
) -> None:
    """Draw a shape whose colour goes from its `rim` to its `top`, where the light falls."""
    down, across = np.mgrid[:_SIDE, :_SIDE] / _SIDE
    near = np.clip(1 - np.hypot(across - light[0], down - light[1]) / 0.26, 0, 1)[..., None]
    shaded = np.array(rim) + (np.array(top) - np.array(rim)) * near
    _paste(picture, Image.fromarray(shaded.astype(np.uint8)), shape)


def _vessel(draw: Draw, turn: float, chance: np.random.Generator) -> None:
    """Draw a fine vessel that runs over the edge towards the middle, in bends."""
    far = np.linspace(150, 45, 9)
    bent = turn + np.cumsum(chance.normal(0, 0.09, 9))
    places = [(_MIDDLE + r * np.cos(a), _MIDDLE + r * np.sin(a)) for r, a in zip(far, bent, strict=True)]
    draw.line(places, fill=_RED, width=5, joint="curve")


def _flake(draw: Draw, at: tuple[float, float], size: float, chance: np.random.Generator) -> None:
    """Draw a scale with corners."""
    turns = np.sort(chance.uniform(0, 6.28, 6))
    draw.polygon(
        [(at[0] + size * np.cos(a), at[1] + 0.7 * size * np.sin(a)) for a in turns], fill=_CREAM, outline=_SCALE
    )


if __name__ == "__main__":
    bare_parser(__doc__).parse_args()
    run_recipe(main)
