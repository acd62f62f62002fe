"""The recipe of the thyroid model: boosted trees, one set for underactive and one for overactive, over blood values.

    python -m training.thyroid --data ../shared/data --version 2026.1

Cross-validates, learns from the whole table, exports, and writes the card's numbers and the model card.
"""

from training.command import run_recipe
from training.forms.model import FormRecipe
from training.forms.recipe import main
from training.forms.tables import read_thyroid

BLOOD = ("tsh", "t3", "tt4", "t4u", "fti")
HISTORY = (
    "age",
    "sex",
    "on_thyroxine",
    "on_antithyroid_medication",
    "thyroid_surgery",
    "i131_treatment",
    "pregnant",
    "sick",
    "lithium",
    "goitre",
    "tumor",
    "hypopituitary",
    "psych",
)
SUSPICION = (
    "query_on_thyroxine",
    "query_hypothyroid",
    "query_hyperthyroid",
)  # the referring doctor's, not the person's

WORDS = """
**What it is.** Two sets of boosted trees over blood values and history, underactive against neither and overactive against
neither; three labels; any answer may be missing; LiteRT, a few tensor operations.

**What it is for.** To say whether the values on a thyroid report look like an underactive gland, an overactive one, or
neither, and how soon to have a doctor look.

**What it must not be used for.** To judge a dose of thyroid tablets; values in pregnancy, after radioactive iodine or an
operation, in a serious illness or with a disease of the pituitary; nodules and cancer; children; in an emergency.

**Data and licence.** Thyroid disease records of the Garavan Institute and J. Ross Quinlan, New South Wales Institute, Sydney,
1984 to 1987 (Quinlan 1987, UCI Machine Learning Repository, CC BY 4.0). The weights are CC BY 4.0. The diagnoses are comments
that experts wrote on the values, letters as in thyroid0387.names: "-" is negative, E, F, G and H are hypothyroid, A, B, C and
D hyperthyroid; of "X|Y" the likelier Y counts, of "GK" the first letter. Nine in ten were negative: a percentage is the share
among people whose doctor had a thyroid report made.

**Of its time.** Reports then had total T4, T4 uptake and the free thyroxine index; those of today have free T4, which is
another number and is not asked for. TSH could not be measured well below 0.1 mU/L then: a low TSH says more today than it
says here.
"""
PEOPLE = "patients of one Australian laboratory, 1984 to 1987, of whom nine in ten had neither"
CHOICES = """
Each of the two sets learns from its label and the negatives, rows weighing as their label's number to the minus one half. The
referring doctor's suspicion (query_hypothyroid, query_hyperthyroid, query_on_thyroxine) gains nothing, is nothing a person
should be asked, and is an input the model does not look at. What the table has of other illnesses and of lithium, goitre,
tumours, the pituitary and the mind is worth nothing either (see below) and is not asked for in the chat. A finding is never
sure where it would be as sure without any blood value (95th percentile). The network's rows are not weighed, which its
balanced accuracy shows. What matters least is skipped as often in rows with all blood values as in others. The options were
compared on the same people in a handful of tries: the figures flatter it a little.
"""
FAILURES = """
## Known failures

With TSH alone it misses many overactive glands (see the figures): it is unsure, or calls them neither. T3 was measured where
somebody suspected an overactive gland. With thyroid tablets, what it says is only about the values. Diseases of the pituitary
(two people in the table) are beyond it.
"""

THYROID = FormRecipe(
    module="training.thyroid",
    read=read_thyroid,
    words=WORDS,
    people=PEOPLE,
    choices=CHOICES,
    failures=FAILURES,
    against="negative",
    parts=("trees",),
    trees={"learning_rate": 0.15, "max_iter": 40, "max_leaf_nodes": 10, "l2_regularization": 2, "min_samples_leaf": 20},
    monotonic={
        "hypothyroid": {"tsh": 1, "t3": -1, "tt4": -1, "fti": -1},
        "hyperthyroid": {"tsh": -1, "t3": 1, "tt4": 1, "fti": 1},
    },
    known={"TSH alone, and the history": ("tsh", *HISTORY)},
    needed=BLOOD,
    logged=BLOOD,
    unused=SUSPICION,
    copies=(1, 1),
    balance=0.5,
    coverage=0.97,
    sensitivity=0.97,
)

if __name__ == "__main__":
    run_recipe(lambda: main(THYROID, about=__doc__))
