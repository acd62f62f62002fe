"""A person's hash is the same at each start, and the secret behind it stays one."""

import os
import stat
from pathlib import Path

import pytest

from bot.store import Store, StoreError
from bot.store.secret import Secret


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_person_has_the_same_hash_after_a_restart_and_another_in_another_bot(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/one.db") as store:
        ada, bob = store.person(1), store.person(2)
    assert (len(ada), ada != bob, ada.isalnum()) == (64, True, True)
    async with Store.open(f"sqlite:///{tmp_path}/one.db") as store:
        assert store.person(1) == ada
    async with Store.open(f"sqlite:///{tmp_path}/two.db") as store:
        assert store.person(1) != ada


async def test_the_files_are_the_owners_alone_and_their_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    async with Store.open(f"sqlite:///{folder}/checkup.db"):
        assert mode(folder) == 0o700
        assert {file.name: mode(file) for file in folder.iterdir()} == dict.fromkeys(
            ("checkup.db", "checkup.db-wal", "checkup.db-shm", "checkup.db.key"), 0o600
        )


async def test_a_path_with_odd_characters_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "100% of #1 ü.db"
    async with Store.open(f"sqlite:///{file}"):
        assert file.exists()


async def test_the_secret_is_in_no_repr(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        key = (tmp_path / "checkup.db.key").read_bytes()
        shown = f"{store!r} {Secret(key)!r} {Secret(key)}"
        assert "checkup.db" in shown
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown


async def test_the_secret_can_stand_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db", secret_file=file):
        assert (len(file.read_bytes()), mode(file)) == (32, 0o600)
    assert not (tmp_path / "checkup.db.key").exists()


async def test_a_lost_secret_is_an_error_and_not_quietly_a_new_one(tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path}/checkup.db", tmp_path / "checkup.db.key"
    async with Store.open(url) as store:
        ada = store.person(1)
    saved = key.read_bytes()
    key.unlink()
    with pytest.raises(StoreError, match="Put the right file back") as caught:
        await Store.open(url)
    assert caught.value.code == "secret"
    assert not key.exists()
    key.write_bytes(saved)
    async with Store.open(url) as store:
        assert store.person(1) == ada


@pytest.mark.parametrize("content", [b"", b"short", b"another secret, and a long one too"])
async def test_a_wrong_secret_is_an_error(tmp_path: Path, content: bytes) -> None:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db"):
        pass
    (tmp_path / "checkup.db.key").write_bytes(content)
    with pytest.raises(StoreError) as caught:
        await Store.open(f"sqlite:///{tmp_path}/checkup.db")
    assert caught.value.code == "secret"


@pytest.mark.parametrize("kind", ["device", "pipe", "long", "folder"])
async def test_what_is_no_file_of_a_key_s_size_is_an_error_and_is_not_read(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "key"
    if kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.touch()
        os.truncate(file, 2**40)
    with pytest.raises(StoreError, match="It has to be a file that the user who runs this program may read") as caught:
        await Store.open(f"sqlite:///{tmp_path}/checkup.db", secret_file=file)
    assert caught.value.code == "key_file"
