"""Choose and measure the limits of `following:` in a card, on lesions that were photographed several times.

    python -m training.following --data ../shared/data

Nothing is trained: the shipped model outlines the photos. Limits are chosen on the validation part of HAM10000 and on half
of the patients of PAD-UFES-20 (phone photos), and measured on the test part and the other half. Ten minutes of one core. Writes
`following:` into the card, the figures into `following.json` beside it, and their section into the model card; all else stays.
"""

import json
from pathlib import Path

from classifiers.card import read_photo_card
from classifiers.plugin import load
from training.card_text import with_values
from training.command import run_recipe
from training.following.limits import choose
from training.following.measures import measure
from training.following.pairs import read_pairs
from training.following.section import FIGURES, put_section
from training.options import add_data, at_least, bare_parser
from training.whole_file import write_text


def main() -> None:
    """Choose, measure, and write."""
    options = bare_parser(__doc__)
    add_data(options)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    options.add_argument("--most", type=at_least(1), default=10_000, help="lesions of each part, for a quick look")
    given = options.parse_args()
    follow(data=given.data, card=given.card, most=given.most)


def follow(*, data: Path, card: Path, most: int) -> None:
    """Write the limits and the figures of the card's model. Raises WrongData."""
    plugin = load(read_photo_card(card))
    validation = read_pairs(plugin, data, "validation", most=most)
    limits = choose(validation)
    print(json.dumps(limits.model_dump()), flush=True)
    figures = {"model": plugin.card.model.version, "limits": limits.model_dump()}
    figures |= measure(read_pairs(plugin, data, "test", most=most), limits, data=data, most=most)
    text = with_values(card.read_text(encoding="utf-8"), {"following": limits.model_dump()})
    write_text(card, text)
    write_text(card.parent / FIGURES, json.dumps(figures, indent=1) + "\n")
    put_section(card.parent / "MODEL_CARD.md", figures)


if __name__ == "__main__":
    run_recipe(main)
