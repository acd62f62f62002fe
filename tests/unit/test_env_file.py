"""Settings in a `.env` file are read as they stand there, and a line that is none stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.env_file import environment, exposed
from bot.settings import Settings, WrongSettings


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nCHECKUP_PORT=1\nexport CHECKUP_TOKEN='1:x'\nOTHER=2\n")
    settings = Settings.read(environment({"CHECKUP_PORT": "2"}, file=file))
    assert settings.port == 2
    assert settings.token is not None


def test_no_file_is_needed(tmp_path: Path) -> None:
    assert environment({"A": "b"}, file=tmp_path / ".env") == {"A": "b"}


def test_a_password_in_the_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CHECKUP_DATABASE=postgresql://bot:a${HOME}b@db/x\n")
    assert Settings.read(environment({}, file=file)).database_url == "postgresql://bot:a${HOME}b@db/x"


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"CHECKUP_TOKEN=\xff\xfe\n")
    with pytest.raises(WrongSettings, match="is not UTF-8 text"):
        environment({}, file=file)
    with pytest.raises(WrongSettings, match="cannot be read: Is a directory"):
        environment({}, file=tmp_path)  # what a container engine mounts in place of a file that is not there


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_may_come_from_windows(tmp_path: Path, end: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(f"\ufeffCHECKUP_PORT=1{end}CHECKUP_REGISTRY='a b.yaml'{end}".encode())
    settings = Settings.read(environment({}, file=file))
    assert (settings.port, settings.registry) == (1, Path("a b.yaml"))


@pytest.mark.parametrize(
    "line",
    ["CHECKUP_TOKEN: 1:hush", "CHECKUP_TOKEN:1:hush", "CHECKUP_TOKEN 1:hush", "CHECKUP_TOKEN", "CHECKUP_TOKEN='1:hush"],
)
def test_a_line_that_is_no_setting_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# mine\n\nOTHER=2\n\n{line}\n\nCHECKUP_PORT=1\n")
    with pytest.raises(WrongSettings) as caught:
        environment({}, file=file)
    assert str(caught.value) == f"{file}, line 5: is not NAME=value"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602])
def test_a_file_of_settings_that_others_can_read_or_change_is_warned_of(tmp_path: Path, mode: int) -> None:
    file = tmp_path / ".env"
    assert exposed(file) is None
    file.write_text("CHECKUP_TOKEN=1:secret")
    file.chmod(mode)
    assert str(exposed(file)).endswith(f"chmod 600 {file}")
    file.chmod(0o600)
    assert exposed(file) is None
