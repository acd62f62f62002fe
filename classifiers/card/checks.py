"""Faults between the parts of a card: found among the parts that are valid, so that no other fault hides them."""

from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from classifiers.card.common import FIGURES
from classifiers.card.serving import serving_faults

Fault = tuple[str, str]  # the place in the card, what is wrong


def valid_parts(model: type[BaseModel], content: Any) -> SimpleNamespace:
    """Return the fields of a model that are valid in `content`, each by itself; None where one is not, or is missing.

    A field that is a model, or a list of models, is taken apart in the same way. `given` are the keys that are there,
    valid or not.
    """
    given = content if isinstance(content, dict) else {}
    fields = {name: _valid_field(model, name, given) for name in model.model_fields}
    return SimpleNamespace(given=frozenset(key for key in given if isinstance(key, str)), **fields)


def common_faults(card: Any) -> Iterator[Fault]:
    """Yield where labels, bias, alarm, scores and figures of a card do not fit each other."""
    yield from _figures(card.evidence)
    yield from serving_faults(card.serving)
    codes = [label.code for label in card.labels or ()]
    for at, code in enumerate(codes):
        if code is not None and code in codes[:at]:
            yield f"labels[{at}].code", f"{code} stands twice"
    if not codes:
        return
    if card.model and card.model.scores in {"sigmoid", "logit"} and len(codes) != 2:
        yield "model.scores", f"{card.model.scores} is one chance between two labels, here are {len(codes)}"
    if card.decision and card.model and "unsure_below" not in card.decision.given and not _is_multi_label(card.model):
        yield "decision.unsure_below", "is missing"
    if card.decision and card.decision.bias is not None and len(card.decision.bias) != len(codes):
        yield "decision.bias", f"{len(card.decision.bias)} numbers for {len(codes)} labels"
    yield from _alarm(card.decision and card.decision.alarm, codes)


def _alarm(alarm: Any, codes: list[str]) -> Iterator[Fault]:
    for at, label in enumerate((alarm and alarm.labels) or ()):
        if label not in codes:
            yield f"decision.alarm.labels[{at}]", f"no label {label}"
        elif label in alarm.labels[:at]:
            yield f"decision.alarm.labels[{at}]", f"{label} stands twice, and would count twice"


def _figures(evidence: Any) -> Iterator[Fault]:
    for at, figure in enumerate((evidence and evidence.figures) or ()):
        if figure.name is not None and figure.name not in FIGURES and "title" not in figure.given:
            yield f"evidence.figures[{at}].title", f"is missing: the bot has no words for {figure.name}"
        if figure.interval and figure.interval[0] > figure.interval[1]:
            yield f"evidence.figures[{at}].interval", "its first bound is above its last"


def _is_multi_label(model: Any) -> bool:
    return isinstance(model.scores, str) and model.scores.startswith("multi_label")


def _valid_field(model: type[BaseModel], name: str, given: dict[Any, Any]) -> Any:
    field = model.model_fields[name]
    keys = [name, *(getattr(field.validation_alias, "choices", None) or ())]
    value = next((given[key] for key in keys if key in given), None)
    if value is None:
        return field.get_default(call_default_factory=True) if not field.is_required() else None
    models = list(_models_in(field.annotation, listed=isinstance(value, list)))
    if models and isinstance(value, dict):
        return valid_parts(_chosen(models, value), value)
    if models and isinstance(value, list):
        return [valid_parts(_chosen(models, one), one) for one in value]
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError:
        return None


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(annotation)


def _chosen(models: list[type[BaseModel]], value: Any) -> type[BaseModel]:
    """Return the model of a union whose literal fields hold what stands in `value`; the first where none does."""

    def fits(model: type[BaseModel]) -> bool:
        given = value if isinstance(value, dict) else {}
        literals = {
            name: get_args(field.annotation) for name, field in model.model_fields.items() if field.is_required()
        }
        return any(given.get(name) in options for name, options in literals.items() if options)

    return next(filter(fits, models), models[0])


def _models_in(annotation: Any, *, listed: bool) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation names: itself, or within a union; those of its lists and tuples where `listed`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not listed:
            yield annotation
    elif get_origin(annotation) in {list, tuple}:
        for inner in get_args(annotation) if listed else ():
            yield from _models_in(inner, listed=False)
    elif get_origin(annotation) in {Union, UnionType, Annotated}:
        for inner in get_args(annotation):
            yield from _models_in(inner, listed=listed)
