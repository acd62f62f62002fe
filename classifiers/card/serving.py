"""How a model server runs a card's model (`checkup cluster`): how many replicas, on what, and how many cases together."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from classifiers.card.common import Strict


class Replicas(Strict):
    """The number of copies of the model: never fewer than `min`, and up to `max` while many ask."""

    min: Annotated[int, Field(ge=1, le=1000)] = 1
    max: Annotated[int, Field(ge=1, le=1000)] = 8
    down_after: Annotated[float, Field(ge=1, le=86_400)] = 600  # seconds of few calls, until there are fewer


class Serving(Strict):
    """What one replica is given, and how many cases that come at the same time it runs together."""

    replicas: Replicas = Replicas()
    batch: Annotated[int, Field(ge=1, le=256)] = 16  # the most cases that are run together
    wait_ms: Annotated[float, Field(ge=0, le=1000)] = 5  # how long the first of them waits for others
    cpus: Annotated[float, Field(gt=0, le=256)] = 1
    gpus: Annotated[float, Field(ge=0, le=16)] = 0


def serving_faults(serving: Any) -> Iterator[tuple[str, str]]:
    """Yield where parts of `serving` do not fit each other; it has the parts that are valid (`valid_parts`)."""
    least, most = (getattr(serving and serving.replicas, name, None) for name in ("min", "max"))
    if least is not None and most is not None and least > most:
        yield "serving.replicas.min", f"{least} is more than max, {most}"
