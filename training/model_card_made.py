"""How a network was made, as its model card tells it: by which recipe, from whom it learnt, and by which commands."""

import json
from dataclasses import asdict
from typing import Any

from training.backbones import BACKBONES, MOBILENET_V2
from training.distil import STAGE as TAUGHT
from training.run import completed
from training.skin import BATCH
from training.stages import STAGES


def made(config: dict[str, Any]) -> str:
    """Return by which recipe it was made, from whom it learnt, and how it was tuned."""
    if tuning := config.get("tuned"):
        return (
            f"{made(_untuned(config))}\n\nThen tuned by `training/tune.py`: seed {tuning['seed']}, {tuning['epochs']} epochs over "
            f"{tuning['epochs'] * tuning['photos']:,} pairs of a part of a photo as it is and once it was resized and compressed."
        )
    taught = config.get("teachers", [])
    if not taught:
        return f"Made by `training/skin.py`: {_learnt(config)} of the training photos."
    lines = [f"- {how(teacher)}," for teacher in taught]
    labels = ", and the views' labels" if config.get("labels") else ""
    softened = ", from softened views" if config.get("soften") else ""
    return "\n".join(
        [
            f"Made by `training/distil.py`: {_learnt(config)} of the training photos, which were",
            f"shown to {len(taught)} {'networks' if len(taught) > 1 else 'network'} first, to learn what "
            f"{'they say together' if len(taught) > 1 else 'it says'}{labels}{softened}{_begun(config)}:",
            "",
            *lines[:-1],
            lines[-1].removesuffix(",") + ".",
        ]
    )


def _learnt(config: dict[str, Any]) -> str:
    shown = [stage["photos"] for stage in config["stages"] for _ in range(stage["epochs"])]
    learnt = shown[: config.get("stopped_after")]
    stopped = f" of {len(shown)}" if len(learnt) < len(shown) else ""
    return f"seed {config['seed']}, {len(learnt)}{stopped} epochs over {sum(learnt):,} views"


def _begun(config: dict[str, Any]) -> str:
    """Return as what a student began that did not begin as its first teacher."""
    if "student" not in config:
        return ""
    return f" (begun as a network that was made {how(config['student'])})"


def how(config: dict[str, Any]) -> str:
    """Return by which recipe a network was made, in a line."""
    backbone = completed(config)["backbone"]
    if before := len(config.get("teachers", [])):
        networks = f"{before} network" + ("s" if before > 1 else "")
        named = "" if backbone == MOBILENET_V2 else f"{BACKBONES[backbone]}, "
        return f"by `training/distil.py` from {networks}: {named}{_learnt(config)}"
    begun = "" if backbone == MOBILENET_V2 else f" from {BACKBONES[backbone]}"
    return f"by `training/skin.py`{begun}: {_learnt(config)}{_differs(config)}"


def _differs(config: dict[str, Any]) -> str:
    """Return in what a run differs from the recipe as it is now."""
    config = completed(config)
    stages, whole = config["stages"], [asdict(stage) for stage in STAGES[config["backbone"]]]
    if stages == whole:
        return ""
    if stages == whole[: len(stages)]:
        return f" (the first {len(stages)} of its {len(whole)} stages)"
    own = ", ".join(f"{stage['epochs']} at {stage['size']} px" for stage in stages)
    return f" (other stages than the recipe's: {own})"


def commands(config: dict[str, Any]) -> str:
    """Return the commands that make the run and, before it, all it learnt from."""
    named: dict[str, str] = {}
    lines = []

    def command(one: dict[str, Any], run: str | None = None) -> str:
        """Return the name of a run, whose command then stands in `lines`."""
        key = json.dumps(one, sort_keys=True)
        if key not in named and (tuning := one.get("tuned")):
            begun = command(_untuned(one))
            named[key] = run or f"RUN-{len(named) + 1}"
            lines.append(f"    python -m training.ship --data DATA --run {begun} --version VERSION")
            lines.append(
                f"    python -m training.tune --data DATA --begun {begun} {_tuning(tuning)} --run {named[key]}"
            )
        elif key not in named:
            taught = " ".join(command(teacher) for teacher in one.get("teachers", []))
            begun = f" --student {command(one['student'])}" if "student" in one else ""
            named[key] = run or f"RUN-{len(named) + 1}"
            recipe = (
                f"distil --data DATA --teachers {taught}{begun}{_taught(one)}"
                if taught
                else f"skin --data DATA{_backbone(one)} --weights WEIGHTS"
            )
            lines.append(f"    python -m training.{recipe} --seed {one['seed']} --run {named[key]}")
        return named[key]

    command(config, "RUN")
    return "\n".join(lines)


def _untuned(config: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name != "tuned"}


def _tuning(how: dict[str, Any]) -> str:
    late = f" --learn-from {how['learn_from']}" if how["learn_from"] else ""
    return f"--epochs {how['epochs']} --photos {how['photos']} --rate {how['rate']:g}{late} --seed {how['seed']}"


def _taught(config: dict[str, Any]) -> str:
    """Return the options of `training.distil` that are not its defaults."""
    (stage,) = completed(config)["stages"]
    options = {
        "labels": (f"{config.get('labels', 0.0):g}", "0"),
        "size": (stage["size"], TAUGHT.size),
        "epochs": (stage["epochs"], TAUGHT.epochs),
        "views": (stage["photos"], TAUGHT.photos),
    }
    late = STAGES[completed(config)["backbone"]][-1].learn_from
    whole = " --all-layers" if stage["learn_from"] is None and late else ""
    whole += " --soften" if config.get("soften") else ""
    return whole + "".join(f" --{name} {value}" for name, (value, usual) in options.items() if value != usual)


def _backbone(config: dict[str, Any]) -> str:
    backbone = completed(config)["backbone"]
    name = "" if backbone == MOBILENET_V2 else f" --backbone {backbone}"
    return name + ("" if config.get("batch", BATCH) == BATCH else f" --batch {config['batch']}")
