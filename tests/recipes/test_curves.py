"""A run's curves are a picture that grows with it."""

from pathlib import Path

from PIL import Image

from training.curves import draw

EPOCHS = [
    {"epoch": 0, "size": 96, "loss": 2.0, "validation": None},
    {"epoch": 1, "size": 96, "loss": 1.5, "validation": {"ham10000": 0.5, "pad_ufes_20": 0.4}},
    {"epoch": 2, "size": 192, "loss": 1.1, "validation": {"ham10000": 0.6, "pad_ufes_20": 0.45}},
]


def test_the_curves_are_drawn_anew_after_every_epoch(tmp_path: Path) -> None:
    file, seen = tmp_path / "curves.png", []
    for finished in range(4):
        draw(file, EPOCHS[:finished])
        with Image.open(file) as picture:
            seen.append((picture.size, picture.tobytes()))
    assert seen[2][0][1] > seen[1][0][1]  # a second panel, once something was validated
    assert len({pixels for _, pixels in seen}) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]
