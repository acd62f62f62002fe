"""Flat pictures drawn by the thousand: text, chats, programs, charts, drawings, plain colours."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.gates.textures import Rng, colour, leaves, spectrum, spread

_LETTERS = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def plain(rng: Rng, side: int) -> Image.Image:
    """One colour, a gradient, stripes or a checkerboard; some with a little noise."""
    across, down = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    angle = rng.uniform(0, 2 * np.pi)
    along = across * np.cos(angle) + down * np.sin(angle)
    kind = rng.integers(5)
    if kind == 1:
        along = np.hypot(across - rng.random(), down - rng.random())
    elif kind == 2:
        along = np.sin(along * rng.uniform(5, 120)) > rng.uniform(-0.8, 0.8)
    elif kind == 3:
        along = (np.floor(across * rng.integers(2, 20)) + np.floor(down * rng.integers(2, 20))) % 2
    elif kind == 4:
        along = np.zeros_like(along)
    first, last = (np.array(colour(rng)) for _ in range(2))
    pixels = first + (last - first) * np.asarray(along, dtype=np.float32)[:, :, np.newaxis]
    if rng.random() < 0.4:
        pixels = pixels + rng.normal(0, rng.uniform(1, 30), pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def page(rng: Rng, side: int) -> Image.Image:
    """Text on paper or a screen, straight or a little turned, as a photo of a letter is."""
    image = _canvas(rng, side, light=rng.random() < 0.75)
    draw, ink = ImageDraw.Draw(image), _ink(rng, image)
    size, y = int(rng.integers(8, 40)), rng.uniform(0, 30)
    while y < image.height:
        indent = rng.choice([4, 12, image.width // 8])
        if rng.random() < 0.85:
            _write(draw, (indent, y), _words(rng, int(rng.integers(1, 14))), size, ink)
        y += size * rng.uniform(1.1, 1.7)
        if rng.random() < 0.1:
            size = int(rng.integers(8, 40))
    if rng.random() < 0.4:
        image = image.rotate(rng.uniform(-25, 25), Image.Resampling.BILINEAR, fillcolor=colour(rng))
    return image


def chat(rng: Rng, side: int) -> Image.Image:
    """A messenger's screen: bubbles left and right, round heads, a bar above and below."""
    image = _canvas(rng, side, light=rng.random() < 0.6)
    draw, (width, height) = ImageDraw.Draw(image), image.size
    mine, theirs, size = colour(rng), colour(rng), int(rng.integers(9, 20))
    y = 36.0
    while y < height - 40:
        left, tall = rng.random() < 0.5, size * rng.integers(2, 8)
        wide = rng.uniform(0.3, 0.75) * width
        x = 40 if left else width - wide - 10
        draw.rounded_rectangle(
            (x, y, x + wide, y + tall), radius=int(rng.integers(4, 16)), fill=theirs if left else mine
        )
        for line in range(int(tall / size / 1.4)):
            _write(draw, (x + 8, y + 4 + line * size * 1.4), _words(rng, 6)[: int(wide / size * 1.6)], size, _ink(rng))
        if left:
            draw.ellipse((8, y, 32, y + 24), fill=colour(rng))
        if rng.random() < 0.2:
            image.paste(leaves(rng, 96).resize((int(wide * 0.7), int(tall * 0.7))), (int(x), int(y)))
        y += tall + rng.uniform(4, 20)
    for top in (0, height - 32):
        draw.rectangle((0, top, width, top + 32), fill=colour(rng))
        _write(draw, (10, top + 8), _words(rng, 3), 14, _ink(rng))
    return image


def interface(rng: Rng, side: int) -> Image.Image:
    """A program's window: panels, buttons, icons, lists, pictures."""
    image = _canvas(rng, side, light=rng.random() < 0.6)
    draw, (width, height) = ImageDraw.Draw(image), image.size
    colours = [colour(rng) for _ in range(4)]
    for _ in range(rng.integers(4, 30)):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        wide, tall = rng.uniform(0.05, 0.6) * width, rng.uniform(0.02, 0.3) * height
        fill = colours[rng.integers(4)]
        kind = rng.integers(4)
        if kind == 0:
            draw.rectangle((x, y, x + wide, y + tall), fill=fill, outline=_ink(rng))
        elif kind == 1:
            draw.rounded_rectangle((x, y, x + wide, y + tall), radius=8, fill=fill)
            _write(draw, (x + 6, y + 4), _words(rng, 2), int(rng.integers(9, 24)), _ink(rng))
        elif kind == 2:
            for row in range(rng.integers(2, 8)):
                _write(draw, (x, y + row * 20), _words(rng, 4), 13, _ink(rng, image))
        else:
            picture = (leaves if rng.random() < 0.5 else spectrum)(rng, 64)
            image.paste(picture.resize((int(wide) + 1, int(tall) + 1)), (int(x), int(y)))
    return image


def chart(rng: Rng, side: int) -> Image.Image:
    """Bars, lines, points, a pie or a table, with axes and words."""
    image = _canvas(rng, side, light=rng.random() < 0.8)
    draw, (width, height) = ImageDraw.Draw(image), image.size
    ink, kind, n = _ink(rng, image), rng.integers(5), int(rng.integers(4, 24))
    xs = np.linspace(0.1 * width, 0.92 * width, n)
    ys = height * (0.9 - 0.8 * rng.random(n))
    one = colour(rng)
    if kind == 0:
        for x, y in zip(xs, ys, strict=True):
            draw.rectangle((x, y, x + 0.6 * width / n, 0.9 * height), fill=one if rng.random() < 0.6 else colour(rng))
    elif kind == 1:
        for _ in range(rng.integers(1, 4)):
            walk = height * (0.5 + 0.1 * np.cumsum(rng.normal(size=n)) / np.sqrt(n))
            draw.line(list(zip(xs, walk, strict=True)), fill=colour(rng), width=int(rng.integers(1, 5)))
    elif kind == 2:
        for x, y in rng.random((n * 6, 2)) * (0.8 * width, 0.8 * height) + 0.1 * height:
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=one)
    elif kind == 3:
        cuts = np.sort(rng.uniform(0, 360, int(rng.integers(2, 8))))
        for begin, end in zip(cuts, [*cuts[1:], cuts[0] + 360], strict=True):
            draw.pieslice((0.2 * width, 0.1 * height, 0.8 * width, 0.9 * height), begin, end, fill=colour(rng))
    else:
        for y in np.linspace(0, height, n):
            draw.line((0, y, width, y), fill=ink)
            _write(draw, (6, y + 2), _words(rng, 6), 11, ink)
    draw.line((0.08 * width, 0.05 * height, 0.08 * width, 0.9 * height, 0.95 * width, 0.9 * height), fill=ink, width=2)
    _write(draw, (0.3 * width, 4), _words(rng, 3), 15, ink)
    return image


def drawing(rng: Rng, side: int) -> Image.Image:
    """Strokes and flat shapes, as a child, a pen or a logo leaves them."""
    image = _canvas(rng, side, light=rng.random() < 0.7)
    draw, n = ImageDraw.Draw(image), int(rng.integers(1, 14))
    filled, thick = rng.random() < 0.6, int(rng.integers(1, 9))
    for _ in range(n):
        points = spread(rng, int(rng.integers(3, 9)), image.size)
        fill = colour(rng)
        kind = rng.integers(4)
        box = (*points.min(axis=0), *(points.max(axis=0) + 1))
        if kind == 0:
            draw.polygon([tuple(point) for point in points], fill=fill if filled else None, outline=_ink(rng, image))
        elif kind == 1:
            draw.ellipse(box, fill=fill if filled else None, outline=_ink(rng, image), width=thick)
        elif kind == 2:
            draw.line([tuple(point) for point in points], fill=fill, width=thick, joint="curve")
        else:
            draw.rectangle(box, fill=fill if filled else None, outline=_ink(rng, image), width=thick)
    return image


def _canvas(rng: Rng, side: int, *, light: bool) -> Image.Image:
    width, height = (int(side * share) for share in rng.uniform(1.2, 2.6, 2))
    shade = rng.integers(225, 256, 3) if light else rng.integers(0, 70, 3)
    if rng.random() < 0.25:
        return Image.new("RGB", (width, height), colour(rng))
    return Image.new("RGB", (width, height), tuple(int(v) for v in shade))


def _ink(rng: Rng, on: Image.Image | None = None) -> tuple[int, ...]:
    """Return black, white or some colour; on a given ground one that can be read."""
    if on is not None:
        ground = np.array(on.getpixel((0, 0)))
        return tuple(int(v) for v in (rng.integers(0, 90, 3) if ground.mean() > 127 else rng.integers(170, 256, 3)))
    return colour(rng) if rng.random() < 0.3 else ((15, 15, 15) if rng.random() < 0.5 else (245, 245, 245))


def _words(rng: Rng, n: int) -> str:
    return " ".join("".join(rng.choice(list(_LETTERS), size=rng.integers(1, 10))) for _ in range(n))


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: int, ink: tuple[int, ...]) -> None:
    draw.text(at, words, fill=ink, font=ImageFont.load_default(size))
