"""What is measured of a shipped model, and what people read of it: one definition of every figure."""

import json
from pathlib import Path
from typing import Any

import pytest
from small_data import draw_all
from typer.testing import CliRunner

from bot.__main__ import app
from classifiers.card import read_card
from classifiers.evaluation.unknown import TITLES
from classifiers.plugin import load
from training import model_card
from training.data import OTHER, read_all
from training.gates.unseen import KINDS
from training.report import report

CARD = Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    draw_all(folder)
    return folder


@pytest.fixture(scope="module")
def metrics(data: Path) -> dict[str, Any]:
    known = read_all(data)
    photos = [photo for photo in known if photo.part == "test" and photo.label != OTHER]
    others = [photo for photo in known if photo.label == OTHER]
    found = report(load(read_card(CARD)), photos, others=others, not_skin=sorted((data / "not_skin").iterdir()))
    written: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return written


def evaluated(data: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> dict[str, Any]:
    monkeypatch.setenv("CHECKUP_REGISTRY", str(CARD.parents[2] / "registry.yaml"))
    monkeypatch.chdir(data)
    result = CliRunner().invoke(app, ["evaluate", *arguments, "--split", "test", "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_command_and_the_recipe_give_the_same_figures(
    data: Path, metrics: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [f"ham10000/HAM10000_images_part_{number}" for number in (1, 2)]
    ham = evaluated(data, monkeypatch, *pictures, "--truth", "ham10000/HAM10000_metadata.csv")
    assert ham["merged"] == {"scc": "akiec"}
    milk = evaluated(data, monkeypatch, "milk10k", "--truth", "milk10k/MILK10k_Training_GroundTruth.csv")
    pad = evaluated(
        data, monkeypatch, "pad_ufes_20", "--truth", "pad_ufes_20/metadata.csv", "--out-of-domain", "not_skin"
    )
    assert pad["out_of_domain"]["rejected"] == metrics["figures"]["not_skin"]["rejected"]
    sides = {"ham10000": ham["figures"], "pad_ufes_20": pad["figures"]}
    sides |= {f"milk10k/{camera}": figures for camera, figures in milk["by_camera"].items()}
    assert len(sides) == 4
    for source, figures in sides.items():
        mine = metrics["figures"][source]
        for name in ("balanced_accuracy", "macro_auc", "alarm_sensitivity", "calibration_error", "wrongly_rejected"):
            assert mine[name]["value"] == pytest.approx(figures[name]["value"], abs=1e-6), (source, name)
            assert mine[name]["n"] == figures[name]["n"]
        assert mine["confusion"] == figures["confusion"]


def test_every_world_has_its_figures_and_rare_labels_their_intervals(metrics: dict[str, Any]) -> None:
    assert set(metrics["cameras"]) == {"dermatoscope", "close-up", "phone"}
    for figures in metrics["cameras"].values():
        low, high = figures["alarm_sensitivity"]["interval"]
        assert 0 <= low <= figures["alarm_sensitivity"]["value"] <= high <= 1
    for recall in metrics["figures"]["ham10000"]["recall"].values():
        low, high = recall["interval"]
        assert high - low > 0.1  # a handful of lesions is never certain


def test_the_model_card_tells_all_of_it(metrics: dict[str, Any], tmp_path: Path) -> None:
    decision = {"temperature": 1.1, "alarm": {"labels": ["mel", "bcc"], "above": 0.3}}
    config = {"seed": 1, "stages": [{"epochs": 2, "photos": 1000}]}
    tones = {"Fitzpatrick 2": metrics["cameras"]["phone"] | {"n": 31}, "Fitzpatrick 5": {"n": 4}}
    share = {"value": 0.9, "interval": [0.8, 0.95], "n": 50}
    gates = {"wrong_from": {"blurred": 0.5}, "figures": {"plain skin turned away": share}}
    whole = metrics | {
        "config": config,
        "decision": decision,
        "parity": 0.01,
        "rounding": 0.03,
        "skin_tones": tones,
        "gates": gates,
    }
    whole |= {"outline": {"dice": share, "jaccard": share}, "cancers_lost": {"phone": share}, "robust": {}}
    rashes = dict.fromkeys(TITLES, share) | {"sure_of": {"mel": share}, "photos": 45, "groups": 31}
    whole |= {"unknown": {KINDS: rashes}}
    model_card.write(tmp_path / "MODEL_CARD.md", whole)
    text = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    for said in (
        "macro AUC",
        "80 % it is surest of",
        "| Fitzpatrick 2 | 31 |",
        "Fitzpatrick 5 (n = 4)",
        "checkup evaluate",
        "| plain skin turned away | 0.900",
        "mean Jaccard 0.900",
        "| turned away as something else | 0.900",
        "Of photos of kinds that the gate never saw, 0.90",
    ):
        assert said in text
    assert "nan" not in text
    assert "None" not in text
    for line in text.splitlines():
        if line.startswith("| balanced accuracy |"):
            assert line.count("–") >= 3  # an interval for every source
