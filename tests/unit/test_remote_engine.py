"""Models on a model server: the same findings as in the process, another try where nothing came, and faults by name."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
import tiny_apart
import tiny_form
import yaml
from model_server import ASKS_FOR_A_PASSWORD, BAD_GATEWAY, DROPPED, NO_FRAME, PAGE, PlainModelServer
from photo_bytes import file
from tiny_apart import RAISE
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.bench.sample_photos import jpeg_photo
from classifiers.card import Card, read_card
from classifiers.engines.remote.contract import FRAME, Reply, model_of
from classifiers.engines.remote.engine import RemoteEngine
from classifiers.engines.remote.model_server import PAUSES, ModelServer
from classifiers.errors import EngineFailed, EngineLate, WrongOutput
from classifiers.isolated.framing import Frame, packed
from classifiers.plugin import blank, load, prepare
from classifiers.registry import read_registry
from classifiers.scores import Scores

HOME = Path(__file__).parents[2]
SHIPPED = HOME / "registry.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all cards."""
    return tmp_path_factory.mktemp("cards")


@pytest.fixture(scope="module")
def cards(folder: Path) -> dict[str, tuple[Card, Path]]:
    """A card of each kind, by name, with its folder."""
    paths = {name: tiny.write(folder / name, tiny.content(name, id=name), model=name) for name in ("logits", "int8")}
    changes = {"id": "onnx", "model__outputs__scores": 1, "model__input__layout": "nchw"}
    paths["onnx"] = tiny_apart.write(folder / "onnx", tiny_apart.content(folder / "onnx", "both.onnx", **changes))
    paths["odd"] = tiny_apart.write(
        folder / "odd", tiny_apart.odd(folder / "odd", id="odd", model__timeout=0.5, model__memory=1024)
    )
    paths["form"] = tiny_form.write(folder / "form", tiny_form.content(id="form"))
    return {name: (read_card(path), path.parent) for name, path in paths.items()}


@pytest.fixture(scope="module")
def everything(cards: dict[str, tuple[Card, Path]]) -> Iterator[PlainModelServer]:
    """A server of all of them."""
    with PlainModelServer(*cards.values(), trusted=tiny_apart.TRUSTED) as running:
        yield running
    running.close()


@pytest.fixture
def server(everything: PlainModelServer) -> PlainModelServer:
    """The same, without trouble."""
    everything.trouble.clear()
    everything.cases = 0
    return everything


@pytest.fixture
def ask(server: PlainModelServer, cards: dict[str, tuple[Card, Path]]) -> Callable[[str], Scores]:
    """Ask it for the blank case of a card."""

    def asked(name: str) -> Scores:
        return RemoteEngine(cards[name][0], ModelServer(server.url)).score(blank(cards[name][0]))

    return asked


def same(one: Scores, other: Scores) -> bool:
    both = [(getattr(one, name), getattr(other, name)) for name in Scores.__slots__]
    return all(
        here is there if here is None or there is None else np.asarray(here).tobytes() == np.asarray(there).tobytes()
        for here, there in both
    )


@pytest.mark.parametrize("name", ["logits", "int8", "onnx", "odd", "form"])
def test_scores_are_the_same_byte_for_byte(
    server: PlainModelServer, cards: dict[str, tuple[Card, Path]], name: str
) -> None:
    card, folder = cards[name]
    here = load(card, folder=folder, trusted=tiny_apart.TRUSTED)
    remote = prepare(card, folder=folder, models=server.url)
    chance = np.random.default_rng(1)
    for _ in range(3):
        given = blank(card)
        given = (
            chance.random(given.shape, np.float32) if card.input == "form" else chance.integers(100, 200, given.shape)
        )
        given = given.astype(blank(card).dtype)
        assert same(here.engine.score(given), remote.engine.score(given))
    here.engine.close()
    remote.engine.close()


def test_a_case_that_goes_wrong_there_is_told_as_if_it_were_here(
    server: PlainModelServer, cards: dict[str, tuple[Card, Path]]
) -> None:
    engine = RemoteEngine(cards["odd"][0], ModelServer(server.url))
    for what, error, told in (
        (RAISE, EngineFailed, "ValueError: I do not like it"),
        (tiny_apart.HANG, EngineLate, "0.5"),
        (tiny_apart.NAN, WrongOutput, "finite numbers"),
        (tiny_apart.TWO, WrongOutput, "3 scores"),
    ):
        with pytest.raises(error, match=told):
            engine.score(np.tile(np.array([what, 0, 0], dtype=np.uint8), (16, 16, 1)))
    assert server.cases == 4, "what became of a case is known, and it is not asked again"


DEEP = b"[" * 200_000  # more than a parser of JSON can go into
NESTED = [
    Reply(status=502, kind="application/json", body=DEEP),
    Reply(status=200, kind=FRAME, body=len(DEEP).to_bytes(4, "big") + bytes(8) + DEEP),
]
ENDLESS, HUGE, NEGATIVE = (
    Reply(status=200, kind=FRAME, body=len(head).to_bytes(4, "big") + bytes(8) + head)
    for head in (
        b'{"facts": {}, "arrays": [{"type": "float32", "shape": [%s]}]}' % side for side in (b"1e999", b"9" * 30, b"-1")
    )
)


@pytest.mark.parametrize(
    "trouble",
    [DROPPED, BAD_GATEWAY, NO_FRAME, *NESTED, ENDLESS, HUGE, NEGATIVE],
    ids=["dropped", "bad gateway", "no frame", "nested", "nested frame", "endless", "huge", "negative"],
)
def test_what_says_nothing_about_the_case_is_asked_again(
    server: PlainModelServer, ask: Callable[[str], Scores], trouble: Any
) -> None:
    server.trouble += [trouble] * len(PAUSES)
    assert ask("logits").probabilities.shape == (3,)
    assert server.cases == len(PAUSES) + 1


def test_after_some_tries_it_is_a_fault_that_names_the_server(
    server: PlainModelServer, ask: Callable[[str], Scores]
) -> None:
    server.trouble += [BAD_GATEWAY] * (len(PAUSES) + 1)
    with pytest.raises(EngineFailed) as failed:
        ask("logits")
    assert f"{server.url} (CHECKUP_MODELS) does not answer for logits: it answered with status 502" in str(failed.value)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (PAGE, "what answers is no model server"),
        (replace(PAGE, status=301), "it sends whoever asks to another address: name that one"),
        (replace(PAGE, status=413), "raise its limit"),
    ],
)
def test_what_a_proxy_says_is_told_with_what_to_do(
    server: PlainModelServer, ask: Callable[[str], Scores], page: Reply, told: str
) -> None:
    server.trouble += [page] * (len(PAUSES) + 1)
    with pytest.raises(EngineFailed, match=told):
        ask("logits")


def test_a_name_and_a_password_of_the_address_are_for_the_server_and_no_log(
    server: PlainModelServer, cards: dict[str, tuple[Card, Path]]
) -> None:
    url, before = server.url.replace("//", "//me:hu%40sh@"), len(server.authorizations)
    engine = RemoteEngine(cards["logits"][0], ModelServer(url))
    engine.score(blank(cards["logits"][0]))
    assert server.authorizations[before:] == ["Basic " + base64.b64encode(b"me:hu@sh").decode()]
    server.trouble += [ASKS_FOR_A_PASSWORD] * (len(PAUSES) + 1)
    with pytest.raises(EngineFailed, match="it asks for a name and a password") as failed:
        engine.score(blank(cards["logits"][0]))
    assert "hu" not in str(failed.value)


def test_a_server_that_hangs_holds_up_nobody_who_reads_a_card(
    server: PlainModelServer, cards: dict[str, tuple[Card, Path]]
) -> None:
    over, card = threading.Event(), cards["logits"][0]
    server.hold = over.wait
    engine = RemoteEngine(card, ModelServer(server.url), first=0.2)
    with pytest.raises(EngineLate, match=r"0\.2"):
        engine.score(blank(card))
    over.set()
    server.hold = lambda: None
    engine.score(blank(card))


def test_connections_are_kept_and_one_that_was_closed_meanwhile_is_no_failure(
    server: PlainModelServer, cards: dict[str, tuple[Card, Path]]
) -> None:
    engine, before = RemoteEngine(cards["logits"][0], ModelServer(server.url)), server.connections
    case = blank(cards["logits"][0])
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(engine.score, [case] * 20))
    assert server.connections - before <= 4
    server.drop_connections()
    engine.score(case)
    assert server.cases == 21


def test_who_does_not_answer_in_time_is_late(server: PlainModelServer, cards: dict[str, tuple[Card, Path]]) -> None:
    over = threading.Event()
    server.hold = over.wait
    card = cards["logits"][0]
    try:
        with pytest.raises(EngineLate, match=r"0\.2"):
            ModelServer(server.url).ask(card.id, Frame(facts=model_of(card), arrays=[blank(card)]), within=0.2)
    finally:
        over.set()
        server.hold = lambda: None


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
SLOW = {  # how an answer begins, and what comes of it again and again
    "head": (HEAD + b"X: ", b"x"),
    "not yet": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "body": (HEAD + b"Content-Length: 4000\r\n\r\n", b"0"),
}


@pytest.mark.parametrize("part", SLOW)
def test_who_sends_an_answer_bit_by_bit_has_no_more_time_for_it(cards: dict[str, tuple[Card, Path]], part: str) -> None:
    begins, comes = SLOW[part]
    over, card = threading.Event(), cards["logits"][0]

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(begins)
            while not over.wait(0.05):
                connection.sendall(comes)

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        thread.submit(answer, listening)
        until_given_up = threading.Timer(5, over.set)  # as the server would go on for ever
        until_given_up.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with pytest.raises(EngineLate, match=r"0\.2"):
                ModelServer(url).ask(card.id, Frame(facts=model_of(card), arrays=[blank(card)]), within=0.2)
            assert not over.is_set()
        finally:
            over.set()
            until_given_up.cancel()


def test_what_a_server_says_of_itself_is_one_line_of_the_log(
    server: PlainModelServer, ask: Callable[[str], Scores]
) -> None:
    body = json.dumps({"code": "other_model", "version": "1\n2026 ERROR bot: \x1b[31m" + "x" * 5000}).encode()
    server.trouble += [Reply(status=409, kind="application/json", body=body)] * (len(PAUSES) + 1)
    with pytest.raises(EngineFailed, match=r"it has version 1 2026 ERROR bot: \[31mx") as failed:
        ask("logits")
    assert len(str(failed.value)) < 600


def test_another_version_is_refused_by_name(
    server: PlainModelServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = yaml.safe_load((folder / "logits" / "card.yaml").read_text())
    content["model"]["version"] = "newer"
    tiny.write(tmp_path / "colour", content)
    monkeypatch.setenv("CHECKUP_MODELS", server.url)
    monkeypatch.setenv("CHECKUP_REGISTRY", str(tiny.registry(tmp_path, {"card": "colour/card.yaml"})))
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 1
    assert (
        f"model: the model server {server.url} (CHECKUP_MODELS) does not answer for logits: it has version tiny"
        in result.stdout
    )
    assert "and the card version newer" in result.stdout


def test_a_disease_that_it_does_not_serve_and_a_server_that_is_not_there_are_named(
    server: PlainModelServer, tmp_path: Path
) -> None:
    path = tiny.registry(tmp_path)
    (fault,) = read_registry(path, models=server.url).all_faults
    assert "does not answer for colour: it does not serve this disease" in fault
    (fault,) = read_registry(path, models="http://127.0.0.1:9").all_faults
    assert (
        "http://127.0.0.1:9 (CHECKUP_MODELS) does not answer for colour: it cannot be asked: Connection refused"
        in fault
    )


def test_predict_says_the_same_with_a_model_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKUP_REGISTRY", str(SHIPPED))
    for seed in (1, 2, 3):
        (tmp_path / f"{seed}.jpg").write_bytes(jpeg_photo(640, 480, seed=seed))
    (tmp_path / "wall.png").write_bytes(file(tiny.plain("grey", (300, 300)), "PNG"))
    forms = {"heart": '{"age": 60, "sex": "M"}\n{}\n', "thyroid": '{"age": 40, "tsh": 9.5}\n'}
    asked = [["--disease", "skin", str(tmp_path)]]
    for disease, lines in forms.items():
        (tmp_path / f"{disease}.jsonl").write_text(lines)
        asked.append(["--disease", disease, "--answers", str(tmp_path / f"{disease}.jsonl")])
    here = [findings(*arguments) for arguments in asked]
    with PlainModelServer.of(SHIPPED) as server:
        monkeypatch.setenv("CHECKUP_MODELS", server.url)
        assert [findings(*arguments) for arguments in asked] == here
        assert server.cases > 7
    assert [len(lines) for lines in here] == [4, 2, 1]


def findings(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["predict", "--json", *arguments])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [{name: value for name, value in line.items() if name != "milliseconds"} for line in lines]


def test_the_contract_is_plain_http(server: PlainModelServer) -> None:
    def asked(method: str, body: bytes = b"") -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
        with contextlib.closing(connection):
            connection.request(method, "/models/logits", body)
            answered = connection.getresponse()
            return answered.status, json.load(answered)

    model = {"version": "tiny", "sha256": tiny.content()["model"]["sha256"]}
    photo = np.zeros((16, 16, 3), dtype=np.uint8)
    assert asked("GET") == (200, model)
    assert asked("POST", b"nothing")[0] == 400
    assert asked("POST", packed(Frame(facts=model, arrays=[photo, photo])))[1]["code"] == "no_case"
    assert asked("POST", packed(Frame(facts=model, arrays=[photo[:8]])))[0] == 400
    other = {**model, "version": "other"}
    assert asked("POST", packed(Frame(facts=other, arrays=[photo]))) == (409, {"code": "other_model", **model})
