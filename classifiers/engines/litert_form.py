"""LiteRT for forms: a model with one named input for each question, as described in `classifiers.card.questions`."""

from typing import Any, Literal

import numpy as np

from classifiers.card import FormCard
from classifiers.card.questions import input_name, input_width
from classifiers.engines.litert_interpreter import Spare, interpreter_of
from classifiers.engines.outputs import form_scores_of
from classifiers.errors import WrongOutput
from classifiers.scores import Scores


class LiteRTForm:
    """Engine for a form's LiteRT model, in this process. Any thread may call it."""

    runs: Literal["here"] = "here"

    def __init__(self, card: FormCard) -> None:
        self._card, self._runtime = card, LiteRTFormRuntime(card)

    def score(self, numbers: np.ndarray) -> Scores:
        """Return the scores of one form, float32 (numbers,): the inputs of its questions concatenated. Raises WrongOutput."""
        return form_scores_of(self._runtime.run(numbers), self._card)

    def close(self) -> None:
        """Do nothing: interpreters are released with this engine."""


class LiteRTFormRuntime:
    """Runs a form's LiteRT model on interpreters of its own, the first made at the first case."""

    def __init__(self, card: FormCard) -> None:
        self._card = card
        self._weights = card.model.file.read_bytes()
        self._names = [input_name(question) for question in card.questions]
        self._ends = np.cumsum([input_width(question) for question in card.questions])[:-1]
        self._spare = Spare(self._runner)

    def run(self, numbers: np.ndarray) -> list[np.ndarray]:
        """Return all outputs for one form, float32 (numbers,): float32 (1, …) each. Raises WrongOutput."""
        parts = np.split(numbers.astype(np.float32, copy=False)[np.newaxis], self._ends, axis=1)
        with self._spare.one() as (runner, outputs):
            answered = runner(**dict(zip(self._names, parts, strict=True)))
        return [answered[name] for name in outputs]

    def _runner(self) -> tuple[Any, list[str]]:
        """Return another signature runner and the names of its outputs in order. Raises WrongOutput."""
        runner = _signature(interpreter_of(self._weights))
        _check(self._card, runner)
        return runner, list(runner.get_output_details())


def _signature(interpreter: Any) -> Any:
    """Return the model's only signature. Raises WrongOutput."""
    names = list(interpreter.get_signature_list())
    if len(names) != 1:
        raise WrongOutput(
            expected="a model with one signature, which names its inputs", found=f"{len(names)} signatures"
        )
    return interpreter.get_signature_runner(names[0])


def _check(card: FormCard, runner: Any) -> None:
    """Compare the card's questions with the model's inputs. Raises WrongOutput that names both sides if they differ."""
    asked = {input_name(question): f"float32 (1, {input_width(question)})" for question in card.questions}
    taken = {
        name: f"{np.dtype(one['dtype'])} ({', '.join(str(side) for side in one['shape'])})"
        for name, one in runner.get_input_details().items()
    }
    if asked != taken:
        only_asked = [f"{name} {kind}" for name, kind in asked.items() if taken.get(name) != kind]
        only_taken = [f"{name} {kind}" for name, kind in taken.items() if asked.get(name) != kind]
        raise WrongOutput(
            expected=f"{len(asked)} inputs, one for each question, among them {', '.join(only_asked) or 'no other'}",
            found=f"{len(taken)} inputs, among them {', '.join(only_taken) or 'no other'}",
        )
