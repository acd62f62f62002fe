"""How the publishers of photos write their tables of labels: a data file beside a card, which names it `truth_tables`."""

from pathlib import Path

from pydantic import AliasChoices, Field, ValidationError

from classifiers.card.common import Code, Strict
from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults


class Source(Strict):
    """A data set, known by columns that only its table has, and by some that it has not."""

    name: str
    columns: frozenset[str]
    without: frozenset[str] = frozenset()
    camera: str | None = None  # of all its photos, where no column tells


class LabelTable(Strict):
    """A table that gives labels by a key, to photos that another table names."""

    key: str  # a column of both
    metadata: tuple[str, str]  # what of the one file's name becomes what in the other's


class TruthTables(Strict):
    """Columns and words beside those that every table may have (`classifiers.evaluation.truth`).

    Columns are written in small letters, with _ for spaces and hyphens; the words for cameras in small letters.
    """

    accepted: tuple[str, ...] = ()  # lines that say which tables these are
    image: tuple[str, ...] = ()  # columns that name the photo
    label: tuple[
        str, ...
    ] = ()  # columns that give the label; where several name one of the card's, it must be the same
    camera: tuple[str, ...] = ()
    # Columns of a subgroup that has figures of its own (of the skin's tone, say), with what is put before their values.
    subgroup: dict[str, str] = Field(default_factory=dict, validation_alias=AliasChoices("subgroup", "tone"))
    # What tables call a label, beside its code and its titles; case, accents and punctuation do not count.
    labels: dict[Code, tuple[str, ...]] = Field(default_factory=dict)
    cameras: dict[str, str] = Field(default_factory=dict)
    kin: dict[str, str] = Field(default_factory=dict)  # what a label stands under in tables that do not have it
    sources: tuple[Source, ...] = ()
    label_table: LabelTable | None = None


def read_truth_tables(path: Path) -> TruthTables:
    """Return what a card's file of tables says. Raises CardFaults with every fault there is."""
    content, faults = read_yaml(path)
    if faults:
        raise CardFaults(faults)
    try:
        return TruthTables.model_validate(content)
    except ValidationError as error:
        places = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        raise CardFaults(
            [f"{path}: {place}: {fault['msg']}" for place, fault in zip(places, error.errors(), strict=True)]
        ) from error
