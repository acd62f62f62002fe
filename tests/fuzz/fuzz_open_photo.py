"""Feeds `open_photo` with files that a coverage-guided fuzzer makes (atheris, on libFuzzer); a crash ends the process.

    python tests/fuzz/fuzz_open_photo.py -max_total_time=600 CORPUS

What is decoded in a process of its own is not followed there: an input that ends that process is refused, as in the chat.
"""

from __future__ import annotations

import sys
import warnings

import atheris

with atheris.instrument_imports(include=["classifiers.photo", "PIL"]):
    from classifiers.errors import Refusal
    from classifiers.photo.open import open_photo

warnings.simplefilter("ignore")


def look(data: bytes) -> None:
    """Open one file; whatever it is, it ends in a photo or a Refusal."""
    try:
        photo = open_photo(data, least=64)
    except Refusal:
        return
    if photo.image.mode != "RGB" or min(photo.image.size) < 1:
        raise AssertionError(f"opened as {photo.image.mode} {photo.image.size}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, look)
    atheris.Fuzz()
