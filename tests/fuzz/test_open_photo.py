"""Ten minutes of fuzzing without a crash: `make fuzz`, which installs the fuzzer; never part of `make test`."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_files import SMALL_FORMATS
from PIL import Image

HERE = Path(__file__).parent
SECONDS = os.environ.get("FUZZ_SECONDS", "600")


@pytest.mark.fuzz
@pytest.mark.timeout(int(SECONDS) + 600)
def test_no_file_that_a_fuzzer_makes_crashes_the_opening_of_photos(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for kind in SMALL_FORMATS:
        written = io.BytesIO()
        Image.linear_gradient("L").resize((48, 32)).convert("RGB").save(written, kind)
        (corpus / kind).write_bytes(written.getvalue())
    command = [sys.executable, str(HERE / "fuzz_open_photo.py"), f"-max_total_time={SECONDS}", "-max_len=20000"]
    command += ["-timeout=30", "-rss_limit_mb=2000", f"-artifact_prefix={tmp_path}/", str(corpus)]
    root = HERE.parents[1]
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Done" in done.stderr
