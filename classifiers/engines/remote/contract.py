"""The HTTP contract between the bot and a model server: paths, requests, answers and errors. Both sides use this module.

    GET  /models/<id>   200, JSON: {"version": …, "sha256": …}, the model that is served for the card with this id
    POST /models/<id>   a case: a frame (`classifiers.isolated.framing`) as the body
        facts           {"version": …, "sha256": …} of the card's model
        arrays          one: a photo, uint8 (height, width, 3), or a form, float32 (numbers,)
    200                 a frame: the model's outputs, float32 (1, …) each; facts {"step": quantisation step of the scores}
    500, 504            JSON: what became of the case, {"code": …} and facts, as in `classifiers.errors`
    409                 JSON: {"code": "other_model"}, and the version and sha256 that are served
    400, 404, 405       no case of this model; no such model; another method

Whatever else comes (another status, a page of a proxy, nothing) says nothing about the case, which is asked again; so is
404 or 409, since replicas are replaced one after another.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from classifiers.card import Card
from classifiers.errors import CodedError, EngineFailed, EngineLate, Fault, WrongOutput
from classifiers.isolated.framing import BrokenFrame, Frame, packed, unpacked

FRAME, JSON = "application/octet-stream", "application/json"
OTHER_MODEL, NO_CASE = "other_model", "no_case"
STATUSES = {
    NO_CASE: 400,
    OTHER_MODEL: 409,
    WrongOutput.code: 500,
    EngineFailed.code: 500,
    EngineLate.code: 504,
}
_UNFIT = {
    200: "what answers is no model server",
    401: "it asks for a name and a password, as in https://name:password@models.example.org",
    404: "it does not serve this disease",
    413: "a proxy before it takes no request as large as a photo's pixels: raise its limit (nginx: client_max_body_size)",
}
_UNFIT |= dict.fromkeys(
    (301, 302, 303, 307, 308), "it sends whoever asks to another address: name that one, perhaps with https:// in front"
)
_LONGEST = 300  # characters of a fact that a server tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model server answers."""

    status: int
    kind: str  # of the body: FRAME or JSON
    body: bytes


class NoAnswer(Exception):
    """What came says nothing about the case; the message says what it was."""


def path(disease: str) -> str:
    """Return the path of a disease's model, below the server's address."""
    return f"/models/{quote(disease, safe='')}"


def model_of(card: Card) -> dict[str, Any]:
    """Return what names a card's model: its version and the SHA-256 of its file, None where it has none."""
    return {"version": card.model.version, "sha256": card.model.sha256}


def outputs_of(frame: Frame) -> Reply:
    """Return the reply with the outputs of a case."""
    return Reply(status=200, kind=FRAME, body=packed(frame))


def told(content: dict[str, Any], *, status: int = 200) -> Reply:
    """Return a reply in JSON."""
    return Reply(status=status, kind=JSON, body=json.dumps(content).encode())


def fault_of(error: CodedError) -> Reply:
    """Return the reply that says what went wrong with a case."""
    facts = {name: fact if isinstance(fact, int | float) else str(fact) for name, fact in error.facts.items()}
    return told({"code": error.code, **facts}, status=STATUSES[error.code])


def refused(code: str, **facts: Any) -> Reply:
    """Return the reply to what is no case of this model."""
    return told({"code": code, **facts}, status=STATUSES[code])


def read(reply: Reply, *, asked: dict[str, Any]) -> Frame:
    """Return the outputs in a reply to a case of the model `asked`. Raises Fault of that case, NoAnswer."""
    if reply.status == 200 and reply.kind == FRAME:
        try:
            return unpacked(reply.body)
        except BrokenFrame as error:
            raise NoAnswer(f"its answer was {error}") from error
    content = _json(reply.body)
    code = str(content.pop("code", ""))
    if fault := _fault(code, content):
        raise fault
    if code == OTHER_MODEL:
        raise NoAnswer(f"it has {_named(content)}, and the card {_named(asked)}")
    raise NoAnswer(_UNFIT.get(reply.status) or f"it answered with status {reply.status}")


def _fault(code: str, facts: dict[str, Any]) -> Fault | None:
    """Return the fault of a case that a server tells of; None where it is none."""
    if code == WrongOutput.code:
        return WrongOutput(expected=printable(facts.get("expected")), found=printable(facts.get("found")))
    if code == EngineFailed.code:
        return EngineFailed(why=printable(facts.get("why")))
    if code == EngineLate.code:
        seconds = facts.get("seconds")
        return EngineLate(seconds=seconds if isinstance(seconds, int | float) else 0.0)
    return None


def printable(fact: Any) -> str:
    """Return what a server tells as a log may show it: one line, not too long, and nothing that a terminal would obey."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(fact)[: 2 * _LONGEST])
    return " ".join(text.split())[:_LONGEST]


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _named(model: dict[str, Any]) -> str:
    sha256 = printable(model.get("sha256") or "")
    return f"version {printable(model.get('version'))}" + (f" (sha256 {sha256[:12]}…)" if sha256 else "")
