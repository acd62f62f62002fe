"""From a form's model to the LiteRT file that is shipped: trees and regression as a few tensor operations.

All nodes of all trees are asked at once, and a leaf answers when all nodes above it point to it (Nakandala et al. 2020).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from classifiers.card.questions import Question, input_name, input_width
from training.forms.features import Feature
from training.forms.model import FittedForm
from training.forms.parts import Logistic, Part, Trees
from training.whole_file import whole

_LARGEST = float(np.finfo(np.float32).max)  # instead of infinity, where a tree parts known from missing


def write_litert(model: FittedForm, questions: Sequence[Question], file: Path) -> None:
    """Write the model with one input per question, as `classifiers.card.questions` says, and the output `scores`: logits."""
    wanted = {
        input_name(question): tf.TensorSpec((1, input_width(question)), tf.float32, name=input_name(question))
        for question in questions
    }

    def call(answers: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        numbers = tf.concat([answers[input_name(question)] for question in questions], axis=1)
        values = tf.gather(numbers, [one.place for one in model.features], axis=1)
        known = tf.matmul(numbers, tf.constant(_known(model.features, int(numbers.shape[1]))))
        odds = [_label(model.parts.get(label, ()), values, known) for label in range(model.labels)]
        return {"scores": tf.concat(odds, axis=1)}

    concrete = tf.function(call, input_signature=[wanted]).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], tf.Module())
    converted = converter.convert()
    with whole(file) as unfinished:
        unfinished.write_bytes(converted)


def _known(features: Sequence[Feature], width: int) -> np.ndarray:
    """Return what makes known flags of a form's numbers, float32 (numbers, features)."""
    found = np.zeros((width, len(features)), dtype=np.float32)
    for at, feature in enumerate(features):
        found[list(feature.known), at] = 1
    return found


def _label(parts: Sequence[Part], values: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    """Return a label's log-odds (1, 1): the mean of its parts, zero for the label that the others are against."""
    if not parts:
        return tf.zeros((1, 1))
    return tf.add_n([_part(part, values, known) for part in parts]) / len(parts)


def _part(part: Part, values: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    if isinstance(part, Logistic):
        return _logistic(part, values, known)
    if isinstance(part, Trees):
        return _trees(part, values, known)
    raise TypeError(f"{type(part).__name__} is only measured, not shipped")


def _logistic(part: Logistic, values: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    scale, features = part.scale, len(part.scale.low)
    cut = tf.clip_by_value(values, _row(scale.low), _row(scale.high))
    if scale.logged.any():
        logged = _row(scale.logged)
        cut = cut * (1 - logged) + tf.math.log(tf.maximum(cut, 1e-6)) * logged
    standard = (cut - _row(scale.middle)) / _row(scale.spread) * known
    weights = part.weights.astype(np.float32)[:, np.newaxis]
    given, missing = weights[:features], weights[features : 2 * features]
    return tf.matmul(standard, given) + tf.matmul(1 - known, missing) + weights[-1:]


def _trees(part: Trees, values: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    """Return log-odds (1, 1). A node counts 1 when it points left and -1 when right; so does the way to a leaf."""
    feature, limit, missing, direction, leaf = tables_of(part)
    trees, nodes = feature.shape
    value, given = (tf.gather(one, feature.reshape(-1), axis=1) for one in (values, known))
    below = tf.cast(value <= limit.reshape(1, -1), tf.float32)
    left = given * below + (1 - given) * missing.reshape(1, -1)
    met = tf.matmul(direction, tf.reshape(2 * left - 1, (trees, nodes, 1)))[:, :, 0]
    reached = tf.cast(met > np.abs(direction).sum(axis=2) - 0.5, tf.float32)
    return tf.reshape(tf.reduce_sum(reached * leaf), (1, 1)) + np.float32(part.start)


def tables_of(part: Trees) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the trees as tables: feature, limit and left-when-missing (trees, nodes), monotonic (trees, leaves, nodes),
    and the leaves' log-odds (trees, leaves). Trees with fewer nodes are filled up with such that never matter."""
    inner = max(int((~tree["is_leaf"].astype(bool)).sum()) for tree in part.nodes)
    shape = (len(part.nodes), max(inner, 1))
    feature, limit = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.float32)
    missing, leaf = np.zeros(shape, dtype=np.float32), np.zeros((shape[0], shape[1] + 1), dtype=np.float32)
    direction = np.zeros((*leaf.shape, shape[1]), dtype=np.float32)
    for number, tree in enumerate(part.nodes):
        places = {int(node): at for at, node in enumerate(np.flatnonzero(tree["is_leaf"] == 0))}
        for node, at in places.items():
            feature[number, at] = tree[node]["feature_idx"]
            limit[number, at] = np.clip(tree[node]["num_threshold"], -_LARGEST, _LARGEST)
            missing[number, at] = tree[node]["missing_go_to_left"]
        for at, (value, steps) in enumerate(_leaves(tree, 0, ())):
            leaf[number, at] = value
            for node, side in steps:
                direction[number, at, places[node]] = side
    return feature, limit, missing, direction, leaf


def _leaves(
    tree: np.ndarray, node: int, steps: tuple[tuple[int, int], ...]
) -> list[tuple[float, tuple[tuple[int, int], ...]]]:
    """Return every leaf below a node: its value, and each node on the way with 1 for left and -1 for right."""
    if tree[node]["is_leaf"]:
        return [(float(tree[node]["value"]), steps)]
    left, right = int(tree[node]["left"]), int(tree[node]["right"])
    return [*_leaves(tree, left, (*steps, (node, 1))), *_leaves(tree, right, (*steps, (node, -1)))]


def _row(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)[np.newaxis]
