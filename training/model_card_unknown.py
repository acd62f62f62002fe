"""The model card's section on what is no single lesion: rashes, the cancers that the gates cost, and what stays the same."""

from typing import Any

from classifiers.evaluation.figures import says
from classifiers.evaluation.unknown import TITLES
from training.gates.unseen import ALL, KINDS
from training.markdown import table

_ABOUT = """The gate that ships learnt from every photo of a rash there is (from two OpenStax textbooks), so it cannot be measured
on them. The first two columns are of gates made by the same recipe without the kinds they are measured on (a fifth of the kinds
at a time), or without any photo of a rash, with limits of their own; all else is as it ships. Inflamed lesions of MILK10k were
never learnt from. Intervals over kinds of rashes and over lesions. Photos of your own that show none of the labels are
measured by `checkup evaluate --not-this FOLDER`; of those that the gate learnt from it turns away more.

"""


def unknown_section(metrics: dict[str, Any]) -> str:
    """Return the section below its heading."""
    unknown = metrics["unknown"]
    rows = [["photos", *(str(of["photos"]) for of in unknown.values())]]
    rows += [["kinds, or lesions", *(str(of["groups"]) for of in unknown.values())]]
    rows += [[title, *(says(of[name]) for of in unknown.values())] for name, title in TITLES.items()]
    codes = next(iter(unknown.values()))["sure_of"] if unknown else {}
    rows += [[f"{code} is named surely", *(says(of["sure_of"][code]) for of in unknown.values())] for code in codes]
    lost = [[side, says(of), str(of["n"])] for side, of in metrics["cancers_lost"].items()]
    same = [[what, says(of), str(of["n"])] for what, of in metrics["robust"].items()]
    return (
        _ABOUT
        + table(["figure", *unknown], rows)
        + "\nCancers and precancers of the test part that are taken for something else, by camera and skin tone:\n\n"
        + table(["of", "turned away", "photos"], lost)
        + "\nWhat stays the same of test photos of lesions when the same photo is changed:\n\n"
        + table(["what, of which camera", "share that stays", "variants"], same)
    )


def known_failure(metrics: dict[str, Any]) -> str:
    """Return the sentence about rashes among the known failures; nothing where no photo of a rash was measured."""
    unknown = metrics["unknown"]
    figures = unknown.get(KINDS) or unknown.get(ALL)
    if not figures:
        return ""
    return (
        f"**Rashes and infections are not recognised as such.** Of photos of kinds that the gate never saw, "
        f"{says(figures['turned_away'], digits=2)} are turned away; of {says(figures['sure_serious'], digits=2)} a cancer or "
        f"precancer is named surely, of {says(figures['sure_of']['mel'], digits=2)} a melanoma; the care is urgent for "
        f"{says(figures['urgent'], digits=2)}. Inflamed single spots pass for lesions more often still.\n"
    )
