"""The engine for a card's model: on a model server if there is one; else LiteRT here, and all else in a process of its own."""

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.card import Card, FormCard
from classifiers.card.model import IsolatedModel, LiteRTModel, PythonModel
from classifiers.engines.isolated.engine import IsolatedEngine
from classifiers.engines.python import resolve_entry
from classifiers.errors import EngineFailed

if TYPE_CHECKING:
    from classifiers.engines.litert import LiteRT
    from classifiers.engines.litert_form import LiteRTForm
    from classifiers.engines.remote.engine import RemoteEngine

_NEEDS = {"keras": ("keras", "tensorflow"), "onnx": ("onnxruntime",), "litert": ()}  # packages, in extras of that name


def engine_of(
    card: Card, folder: Path, trusted: Collection[str], models: str | None = None
) -> "LiteRT | LiteRTForm | IsolatedEngine | RemoteEngine":
    """Return the engine for the card in `folder`. Raises EngineFailed, or ValueError for a file that is not a model."""
    if models is not None:
        from classifiers.engines.remote.engine import FIRST, RemoteEngine  # noqa: PLC0415
        from classifiers.engines.remote.model_server import ModelServer  # noqa: PLC0415

        return RemoteEngine(card, ModelServer(models), first=FIRST)
    if isinstance(card, FormCard):
        from classifiers.engines.litert_form import LiteRTForm  # noqa: PLC0415 - a runtime is imported only when it is needed

        return LiteRTForm(card)
    model = card.model
    if isinstance(model, LiteRTModel):
        from classifiers.engines.litert import LiteRT  # noqa: PLC0415

        return LiteRT(card, model)
    return IsolatedEngine(card, isolated_model(model, trusted), folder)


def isolated_model(model: IsolatedModel, trusted: Collection[str]) -> IsolatedModel:
    """Return the model as its process is told of it. Raises EngineFailed where it may not be run, or cannot be."""
    if isinstance(model, PythonModel):
        return model.model_copy(update={"entry": resolve_entry(model.entry, trusted)})
    require_installed(model.engine)
    return model


def require_installed(engine: str) -> None:
    """Check that the packages which an engine needs are installed. Raises EngineFailed with the command that installs it."""
    missing = [name for name in _NEEDS[engine] if find_spec(name) is None]
    if missing:
        why = f"not installed: {', '.join(missing)}; this installs what is needed: make install-{engine}"
        raise EngineFailed(why=why)
