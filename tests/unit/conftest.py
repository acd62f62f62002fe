"""What unit tests of commands share."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, where commands find no settings but what a test writes."""
    for name in [name for name in os.environ if name.startswith("CHECKUP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
