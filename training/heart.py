"""The recipe of the heart model: the mean of a logistic regression and boosted trees, over eleven answers.

    python -m training.heart --data ../shared/data --version 2026.1

Cross-validates, learns from the whole table, exports, and writes the card's numbers and the model card.
"""

from training.command import run_recipe
from training.forms.model import FormRecipe
from training.forms.recipe import main
from training.forms.tables import read_heart

WORDS = """
**What it is.** The mean of a logistic regression and boosted trees over eleven answers, each of which may be missing; two
labels; LiteRT, a few tensor operations.

**What it is for.** To say how much a person's answers are like those of people in whom narrowed heart arteries were found,
and how soon to have a doctor look.

**What it must not be used for.** To decide that chest pain needs no doctor; in an emergency; to start, stop or choose a
treatment; for people under 28, whom it has never seen; to look for disease among people without complaints.

**Data and licence.** Heart disease data of Cleveland, Budapest, Zürich and Basel, and Long Beach (Janosi, Steinbrunn,
Pfisterer, Detrano 1988, UCI Machine Learning Repository, CC BY 4.0) with Statlog's, pooled into one table (ODbL). The weights
are CC BY 4.0. The people were sent for an examination of the heart's arteries in the 1980s, four in five were men, and more
than half had the disease: a percentage is the share among people like them, not among people in the street.

**Missing answers.** Zero cholesterol or blood pressure in the table means not measured. Where cholesterol was not measured
the patients were sicker, so that in this table a missing cholesterol speaks for disease. Three in eight rows that are learned
from have their missing cholesterol drawn from other people's and then answers skipped at random, so that a skipped answer
speaks less; what is left of it is stated below.
"""
PEOPLE = "patients sent for a heart examination in the 1980s in the USA, Hungary and Switzerland; four in five were men"
CHOICES = """
Trees and regression each do about as well; their mean does a little better. The regression's numbers are cut to the range of
98 % of the people. The options, and in how many of the rows answers are skipped, were compared on the same people in a
handful of tries: the figures flatter it a little. With answers skipped in more of the rows a missing cholesterol would speak
less, and the area under ROC would be a few thousandths smaller.
"""
FAILURES = """
## Known failures

One in five were women, and few of them had the disease: of women it knows least. With only the answers a person knows it is
often unsure, as it should be. Blood pressure and the resting ECG tell it next to nothing. Care of today (statins, stents,
other tests) is not in the table.
"""

HEART = FormRecipe(
    module="training.heart",
    read=read_heart,
    words=WORDS,
    people=PEOPLE,
    choices=CHOICES,
    failures=FAILURES,
    against="no_disease",
    parts=("logistic", "trees"),
    trees={
        "learning_rate": 0.05,
        "max_iter": 100,
        "max_leaf_nodes": 6,
        "l2_regularization": 5,
        "min_samples_leaf": 60,
        "max_features": 0.5,
    },
    monotonic={
        "disease": {"age": 1, "fasting_bs": 1, "cholesterol": 1, "max_hr": -1, "exercise_angina": 1, "oldpeak": 1},
    },
    known={
        "what a person knows: age, sex, chest pain, pain with effort, blood pressure, fasting sugar": (
            "age",
            "sex",
            "chest_pain_type",
            "exercise_angina",
            "resting_bp",
            "fasting_bs",
        )
    },
    drawn=("cholesterol", "resting_bp"),
    copies=(5, 3),
    coverage=0.8,
)

if __name__ == "__main__":
    run_recipe(lambda: main(HEART, about=__doc__))
