"""An engine in a process of its own: whatever happens there costs one case, and the next is answered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tiny
import tiny_apart
from phone import TIMEOUT
from processes import ROOT
from tiny_apart import CRASH, DIE, GROW, HANG, NAN, RAISE, SECRETS, TWO

from classifiers.engines.isolated.engine import IsolatedEngine
from classifiers.engines.python import resolve_entry
from classifiers.errors import EngineFailed, EngineLate, Fault, WrongOutput
from classifiers.plugin import Plugin, load
from classifiers.registry import read_registry


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the card."""
    return tmp_path_factory.mktemp("odd")


@pytest.fixture(scope="module")
def odd(folder: Path) -> Iterator[Plugin]:
    """The class that can be asked to misbehave, one for all tests: each leaves it able to answer."""
    plugin = tiny_apart.plugin(folder, tiny_apart.odd(folder, model__timeout=1))
    yield plugin
    closed(plugin)


def closed(plugin: Plugin) -> None:
    assert isinstance(plugin.engine, IsolatedEngine)
    plugin.engine.close()


def asking(what: int) -> np.ndarray:
    return np.tile(np.array([what, 0, 0], dtype=np.uint8), (16, 16, 1))


def answers(plugin: Plugin) -> bool:
    photo = np.tile(np.array([10, 250, 20], dtype=np.uint8), (16, 16, 1))
    return int(plugin.engine.score(photo).probabilities.argmax()) == 1


@pytest.mark.parametrize(
    ("what", "error", "told"),
    [
        (RAISE, EngineFailed, "ValueError: I do not like it"),
        (HANG, EngineLate, "1.0"),
        (GROW, EngineFailed, "more memory than it may have"),
        (NAN, WrongOutput, "finite numbers"),
        (DIE, EngineFailed, "ended with status 3"),
        (CRASH, EngineFailed, "died of SIGABRT"),
        (TWO, WrongOutput, "3 scores"),
    ],
)
def test_a_case_that_goes_wrong_says_how_and_the_next_is_answered(
    odd: Plugin, what: int, error: type[Fault], told: str
) -> None:
    with pytest.raises(error) as raised:
        odd.engine.score(asking(what))
    assert told in str(raised.value)
    assert answers(odd)


def test_the_process_sees_nothing_of_the_operator_s_settings(
    odd: Plugin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKUP_TOKEN", "1:secret")
    with pytest.raises(EngineFailed):
        odd.engine.score(asking(RAISE))  # so that the next process is started with the token in the air
    odd.engine.score(asking(SECRETS))
    seen = (folder / "seen.txt").read_text()
    assert "PYTHONPATH" in seen
    assert "CHECKUP" not in seen


def test_many_threads_may_ask_at_once(odd: Plugin) -> None:
    photos = [np.full((16, 16, 3), value, dtype=np.uint8) for value in range(100, 140)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda photo: odd.engine.score(photo).probabilities, photos))
    assert np.allclose(found, 1 / 3)


def test_closing_ends_a_case_that_hangs_and_no_other_begins(tmp_path: Path) -> None:
    plugin = tiny_apart.plugin(tmp_path, tiny_apart.odd(tmp_path, model__timeout=600))
    with ThreadPoolExecutor(1) as thread:
        case = thread.submit(plugin.engine.score, asking(HANG))
        while not (tmp_path / "hangs").exists():
            assert not case.done()
        closed(plugin)
        with pytest.raises(EngineFailed):
            case.result(TIMEOUT)
    with pytest.raises(EngineFailed, match="closed"):
        plugin.engine.score(asking(0))


def test_an_engine_that_nobody_has_any_more_leaves_no_process(tmp_path: Path) -> None:
    plugin = tiny_apart.plugin(tmp_path, tiny_apart.odd(tmp_path))
    assert answers(plugin)
    process = int((tmp_path / "pid").read_text())
    assert is_running(process)
    del plugin
    assert not is_running(process)


def test_a_module_that_nobody_trusts_is_not_run(tmp_path: Path) -> None:
    card = tiny_apart.odd(tmp_path)
    with pytest.raises(EngineFailed, match="CHECKUP_TRUSTED"):
        load(tiny_apart.card(tmp_path, card), folder=tmp_path, trusted=["od", "odd.inner", "other"])
    assert not list(tmp_path.glob("__pycache__"))


def test_the_registry_names_what_is_not_trusted_and_offers_the_others(tmp_path: Path) -> None:
    tiny_apart.write(tmp_path / "odd", tiny_apart.odd(tmp_path / "odd", id="odd"))
    tiny.write(tmp_path / "colour")
    path = tiny.registry(tmp_path, {"card": "odd/card.yaml"}, {"card": "colour/card.yaml"})
    registry = read_registry(path)
    assert list(registry.plugins) == ["colour"]
    why = "odd is code that nobody trusts: if you do, name it in CHECKUP_TRUSTED"
    assert registry.all_faults == (f"{tmp_path}/odd/card.yaml: model: {why}",)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("odd:Even", "has no attribute 'Even'"),
        ("odd.even:Odd", "No module named 'odd.even'"),
        ("odd:", "odd: is not package.module:Class"),
        ("odd", "there is no entry point odd in checkup.engines; there is: none"),
    ],
)
def test_an_entry_that_leads_nowhere_is_said_so(tmp_path: Path, entry: str, told: str) -> None:
    with pytest.raises(EngineFailed) as refused:
        tiny_apart.plugin(tmp_path, tiny_apart.odd(tmp_path, model__entry=entry))
    assert told in str(refused.value.facts["why"])


def test_an_entry_may_be_a_name_that_a_package_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab-1.dist-info").mkdir()
    (tmp_path / "lab-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: lab\nVersion: 1\n")
    (tmp_path / "lab-1.dist-info" / "entry_points.txt").write_text("[checkup.engines]\nxray = lab.engines:Xray\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert resolve_entry("xray", ["lab"]) == "lab.engines:Xray"
    with pytest.raises(EngineFailed, match="code that nobody trusts"):
        resolve_entry("xray", ["xray"])


def test_a_module_in_the_folder_does_not_stand_before_python_s_own(tmp_path: Path) -> None:
    tmp_path.joinpath("json.py").write_text("raise SystemExit(9)")
    plugin = tiny_apart.plugin(tmp_path, tiny_apart.odd(tmp_path))
    assert answers(plugin)


def test_it_outlives_a_bot_that_was_killed_by_no_more_than_a_moment(tmp_path: Path) -> None:
    program = (
        "import os, sys, threading, time; from pathlib import Path\n"
        "import numpy as np, tiny_apart\n"
        "folder = Path(sys.argv[1]); plugin = tiny_apart.plugin(folder, tiny_apart.odd(folder, model__timeout=600))\n"
        "photo = np.zeros((16, 16, 3), np.uint8); photo[..., 0] = tiny_apart.HANG\n"
        "threading.Thread(target=plugin.engine.score, args=(photo,), daemon=True).start()\n"
        "while not (folder / 'hangs').exists(): time.sleep(0.01)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    process = int((tmp_path / "pid").read_text())
    while is_running(process):
        time.sleep(0.01)


def is_running(process: int) -> bool:
    """Return whether there is such a process, not counting one that has ended and is not yet waited for."""
    try:
        os.kill(process, 0)
        return (
            not Path("/proc").exists() or Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except (ProcessLookupError, FileNotFoundError):
        return False
