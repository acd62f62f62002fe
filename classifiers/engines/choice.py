"""Which engine a card's model runs on: LiteRT in this process, everything else in one of its own."""

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.card import Card, FormCard
from classifiers.card.model import LiteRTModel, PythonModel
from classifiers.engines.isolated.engine import IsolatedEngine
from classifiers.engines.python import resolved
from classifiers.errors import EngineFailed

if TYPE_CHECKING:
    from classifiers.engines.litert import LiteRT
    from classifiers.engines.litert_form import LiteRTForm

_NEEDS = {"keras": ("keras", "tensorflow"), "onnx": ("onnxruntime",), "litert": ()}  # packages, in extras of that name


def engine_of(card: Card, folder: Path, trusted: Collection[str]) -> "LiteRT | LiteRTForm | IsolatedEngine":
    """Return what runs the model of the card in `folder`. Raises EngineFailed, or ValueError for a file that is no model."""
    if isinstance(card, FormCard):
        from classifiers.engines.litert_form import LiteRTForm  # noqa: PLC0415 - a runtime is loaded only when it is asked for

        return LiteRTForm(card)
    model = card.model
    if isinstance(model, LiteRTModel):
        from classifiers.engines.litert import LiteRT  # noqa: PLC0415

        return LiteRT(card, model)
    if isinstance(model, PythonModel):
        model = model.model_copy(update={"entry": resolved(model.entry, trusted)})
    else:
        needs(model.engine)
    return IsolatedEngine(card, model, folder)


def needs(engine: str) -> None:
    """Hold that what an engine runs on is installed. Raises EngineFailed with the command that installs it."""
    missing = [name for name in _NEEDS[engine] if find_spec(name) is None]
    if missing:
        command = f".venv/bin/python -m pip install '.[{engine}]'"
        raise EngineFailed(why=f"not installed: {', '.join(missing)}; this installs what is needed: {command}")
