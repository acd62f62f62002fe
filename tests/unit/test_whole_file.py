"""A file is written whole or not at all, and stays what it was to everybody else: its place, its rights, a link to it."""

import os
import threading
from pathlib import Path

import pytest

from bot.cli.whole_file import whole


def fail(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole(path) as out:
        out.write("the first half")
        raise KeyboardInterrupt


def test_what_stood_there_stays_until_all_is_written(tmp_path: Path) -> None:
    file = tmp_path / "journal.csv"
    fail(file)
    assert list(tmp_path.iterdir()) == []
    file.write_text("yesterday's")
    fail(file)
    assert file.read_text() == "yesterday's"
    with whole(file) as out:
        out.write("today's\n")
        assert file.read_text() == "yesterday's"
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("journal.csv", "today's\n")]


def test_a_file_that_only_its_owner_may_read_stays_so_and_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "journal.csv", tmp_path / "latest.csv"
    file.touch(mode=0o600)
    link.symlink_to(file.name)
    with whole(link) as out:
        out.write("rows")
    assert (file.stat().st_mode & 0o777, file.read_text(), link.is_symlink()) == (0o600, "rows", True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away, as CI is")
def test_a_file_stays_its_owners_where_root_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.touch()
    os.chown(file, 10001, 10002)
    with whole(file) as out:
        out.write("plugins: []")
    assert (file.stat().st_uid, file.stat().st_gid, file.read_text()) == (10001, 10002, "plugins: []")


def test_a_pipe_is_written_as_it_comes(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with whole(pipe) as out:
        out.write("rows")
    reader.join()
    assert read == ["rows"]
    assert pipe.is_fifo()


def test_a_file_that_cannot_be_replaced_is_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text("plugins: []")
    number = file.stat().st_ino

    def busy(_: Path, __: Path) -> None:
        raise OSError(16, "Device or resource busy")  # as of a file that is mounted by itself

    monkeypatch.setattr(Path, "replace", busy)
    with whole(file) as out:
        out.write("plugins: [more]")
    assert (file.read_text(), file.stat().st_ino) == ("plugins: [more]", number)
    assert [one.name for one in tmp_path.iterdir()] == ["registry.yaml"]


def test_a_file_in_a_folder_that_others_own_is_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text("plugins: []")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for who is not root
    with whole(file) as out:
        assert [one.name for one in tmp_path.iterdir()] == ["registry.yaml"]
        out.write("plugins: [more]")
    assert file.read_text() == "plugins: [more]"


def test_what_has_no_room_is_named() -> None:
    with pytest.raises(OSError, match="/dev/full"), whole(Path("/dev/full")) as out:
        out.write("rows")


def test_where_there_is_no_folder_it_is_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "journal.csv"
    with pytest.raises(FileNotFoundError) as caught, whole(file):
        pass
    assert caught.value.filename == str(file)
