"""Tables of a few made-up people, with the columns of the real ones and plain rules for who is ill."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

BLOOD = ("TSH", "T3", "TT4", "T4U", "FTI")
HISTORY = (
    *("on_thyroxine", "query_on_thyroxine", "on_antithyroid_medication", "sick", "pregnant", "thyroid_surgery"),
    *(
        "I131_treatment",
        "query_hypothyroid",
        "query_hyperthyroid",
        "lithium",
        "goitre",
        "tumor",
        "hypopituitary",
        "psych",
    ),
)


def write_heart(data: Path, *, people: int = 240) -> None:
    """Write heart/heart.csv: pain with effort and a flat ST line make ill; every eighth has no cholesterol."""
    rng = np.random.default_rng(1)
    _write(data / "heart" / "heart.csv", [_heart_row(rng, at) for at in range(people)])


def _heart_row(rng: np.random.Generator, at: int) -> dict[str, object]:
    angina, flat = rng.random() < 0.5, rng.random() < 0.5
    return {
        "Age": int(rng.integers(30, 75)),
        "Sex": "MF"[at % 2],
        "ChestPainType": ("TA", "ATA", "NAP", "ASY")[at % 4],
        "RestingBP": 0 if at == 5 else int(rng.integers(100, 180)),
        "Cholesterol": 0 if at % 8 == 0 else int(rng.integers(150, 320)),
        "FastingBS": at % 3 // 2,
        "RestingECG": ("Normal", "ST", "LVH")[at % 3],
        "MaxHR": int(rng.integers(90, 190)),
        "ExerciseAngina": "NY"[angina],
        "Oldpeak": round(float(rng.normal(1, 1)), 1),
        "ST_Slope": "Flat" if flat else "Up" if at % 5 else "Down",
        "HeartDisease": int(angina + flat + rng.normal(0, 0.2) > 0.5),
    }


def write_thyroid(data: Path, *, people: int = 300, as_uci: bool = False) -> None:
    """Write thyroid0387.csv, or UCI's .data without names: high TSH is F, low TSH with much T3 is A, a tenth are K."""
    rng = np.random.default_rng(2)
    rows = [_thyroid_row(rng, at) for at in range(people)]
    if not as_uci:
        return _write(data / "thyroid" / "thyroid0387.csv", rows)
    bare = [{**row, "diagnosis": f"{row['diagnosis']}[{at}]"} for at, row in enumerate(rows)]
    return _write(data / "thyroid" / "thyroid0387.data", bare, names=False)


def _thyroid_row(rng: np.random.Generator, at: int) -> dict[str, object]:
    ill = ("-", "-", "F", "-", "A", "-", "-", "G", "B", "K")[at % 10]
    tsh, t3 = {"F": (30, 1.2), "G": (12, 1.6), "A": (0.05, 5), "B": (0.1, 4)}.get(ill, (1.5, 1.9))
    t4 = 110 + 60 * (t3 - 1.9) / 2 + rng.normal(0, 5)
    values = [tsh * rng.lognormal(0, 0.2), t3 * rng.lognormal(0, 0.1), t4, rng.normal(1, 0.05), t4]
    row: dict[str, object] = {"age": 455 if at == 3 else int(rng.integers(20, 80)), "sex": "FFM?"[at % 4]}
    row |= {name: "t" if rng.random() < 0.1 else "f" for name in HISTORY}
    for name, value in zip(BLOOD, values, strict=True):
        measured = name == "TSH" or rng.random() < 0.85
        row |= {f"{name}_measured": "ft"[measured], name: f"{value:.3g}" if measured else "?"}
    return row | {"TBG_measured": "f", "TBG": "?", "referral_source": "other", "diagnosis": ill}


def _write(file: Path, rows: Iterable[Mapping[str, object]], *, names: bool = True) -> None:
    rows = list(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        if names:
            writer.writeheader()
        writer.writerows(rows)
