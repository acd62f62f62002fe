"""`checkup add` with models and labels as exporters write them: recognised, or told how to convert; doubts are said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import tiny
import yaml
from onnx import TensorProto, helper, numpy_helper
from photo_bytes import file
from typer.testing import CliRunner

from bot.__main__ import app
from classifiers.plugin import examine
from classifiers.registry import Registry, read_registry

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
SEVEN = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in, with labels and two photos."""
    (working_folder / "seven.txt").write_text("\n".join(SEVEN))
    (working_folder / "two.txt").write_text("Mole\nMelanoma\n")
    (working_folder / "teachable.txt").write_text("1 Mole\n0 Melanoma\n")
    for colour in ("red", "blue"):
        (working_folder / f"{colour}.png").write_bytes(file(tiny.plain(colour), "PNG"))
    return working_folder


def add(model: str | Path, labels: str, *options: str) -> tuple[int, str, str]:
    """Return the exit status, what was said, and what was complained of."""
    path = EXPORTS / model if isinstance(model, str) else model
    result = CliRunner().invoke(app, ["add", str(path), "--labels", labels, "--id", "it", *options])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def card(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((folder / "classifiers" / "it" / "card.yaml").read_text())
    return content


def filled(folder: Path) -> Registry:
    """Return the registry after a person has filled in the draft's gaps."""
    path = folder / "classifiers" / "it" / "card.yaml"
    text = path.read_text().replace('en: ""', "en: x").replace("link: FILL-IN", "link: https://example.org")
    path.write_text(text.replace("care: FILL-IN", "care: soon"))
    registry = read_registry(folder / "registry.yaml")
    assert registry.all_faults == ()
    return registry


def test_teachable_machine_s_files_are_recognised_and_its_labels_sorted_by_their_numbers(folder: Path) -> None:
    status, said, _ = add("minus-one-to-one.tflite", "teachable.txt")
    assert status == 0
    assert "Teachable Machine" in said
    assert "WARNING" not in said
    drafted = card(folder)
    assert [label["title"]["en"] for label in drafted["labels"]] == ["Melanoma", "Mole"]
    assert (drafted["model"]["input"]["scaling"], drafted["model"]["input"]["resize"]) == ("minus_one_to_one", "crop")
    filled(folder)


def test_an_onnx_model_that_leaves_all_sides_open_is_drafted_as_it_runs(folder: Path) -> None:
    status, said, complained = add("hf-all-sides-dynamic.onnx", "seven.txt")
    assert (status, complained) == (0, "")
    assert "size 224×224: the model takes any size" in said
    pixels = card(folder)["model"]["input"]
    assert (pixels["layout"], pixels["size"]) == ("nchw", [224, 224])
    filled(folder)


def test_size_and_layout_can_be_said(folder: Path) -> None:
    assert add("hf-all-sides-dynamic.onnx", "seven.txt", "--size", "96x128", "--layout", "nchw")[0] == 0
    assert card(folder)["model"]["input"]["size"] == [96, 128]
    filled(folder)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--size", "large"], "--size large: must be a number of pixels"),
        (["--size", "3000"], "--size 3000: must be a number of pixels"),
        (["--size", "96"], "expected an input of 96×96"),
        (["--layout", "nhwc"], "expected a photo of one or three channels, nhwc"),
    ],
)
def test_what_is_said_of_a_model_must_fit_it(folder: Path, options: list[str], told: str) -> None:
    status, _, complained = add("one_logit.onnx", "two.txt", *options)
    assert status == 2
    assert told in complained


def test_a_file_of_huggingface_s_beside_the_model_says_how_photos_are_prepared(folder: Path) -> None:
    model = Path(shutil.copy(EXPORTS / "hf-all-sides-dynamic.onnx", folder / "model.onnx"))
    prepared = {
        "size": {"height": 64, "width": 64},
        "image_mean": [0.5] * 3,
        "image_std": [0.2] * 3,
        "do_normalize": True,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(prepared))
    (folder / "config.json").write_text(json.dumps({"id2label": {str(at): SEVEN[at] for at in reversed(range(7))}}))
    status, said, _ = add(model, "config.json")
    assert status == 0
    assert "preprocessor_config.json says so" in said
    assert "WARNING" not in said
    pixels = card(folder)["model"]["input"]
    assert (pixels["size"], pixels["scaling"]) == ([64, 64], "own")
    assert (pixels["mean"], pixels["std"]) == ([0.5] * 3, [0.2] * 3)
    assert [label["code"] for label in card(folder)["labels"]] == list(SEVEN)
    filled(folder)


@pytest.mark.parametrize("options", [[], ["--scores", "logit"]])
def test_one_logit_is_the_chance_of_the_second_of_two_labels(folder: Path, options: list[str]) -> None:
    assert add("one_logit.onnx", "two.txt", "--scaling", "zero_to_one", *options)[0] == 0
    assert card(folder)["model"]["scores"] == "logit"
    plugin = filled(folder).photo_plugin("it")
    found = examine(plugin, file(tiny.plain("red"), "PNG")).finding.probabilities
    assert found["melanoma"] == pytest.approx(1 / (1 + np.exp(-1.131572)), abs=1e-4)
    assert sum(found.values()) == pytest.approx(1)


def test_weights_beside_the_model_come_along_and_are_the_ones_it_was_made_with(folder: Path) -> None:
    assert add("ext.onnx", "seven.txt")[0] == 0
    filled(folder)
    weights = folder / "classifiers" / "it" / "ext.onnx.data"
    weights.write_bytes(bytes(len(weights.read_bytes())))
    assert "model.external_data.ext.onnx.data: the file's is" in "".join(
        read_registry(folder / "registry.yaml").all_faults
    )
    weights.unlink()
    assert "ext.onnx.data is not there" in "".join(read_registry(folder / "registry.yaml").all_faults)


def test_weights_that_are_not_beside_the_model_are_asked_for(folder: Path) -> None:
    status, _, complained = add(Path(shutil.copy(EXPORTS / "ext.onnx", folder)), "seven.txt")
    assert status == 2
    assert "keeps its weights in ext.onnx.data, which is not beside it: copy both" in complained
    assert not (folder / "classifiers").exists()


def onnx_model(
    path: Path,
    nodes: list[onnx.NodeProto],
    takes: list[Any],
    gives: list[Any],
    *,
    weights: Any = (),
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write an ONNX model from `photo` to `scores`; return its path."""
    shapes = [helper.make_tensor_value_info("photo", kind, takes)], [helper.make_tensor_value_info("scores", 1, gives)]
    tensors = [numpy_helper.from_array(np.asarray(values), name) for name, values in dict(weights).items()]
    graph = helper.make_graph(nodes, "made", *shapes, tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def whole_numbers(folder: Path, kind: int) -> Path:
    """Write an ONNX model that takes whole numbers from 0 to 255, and says how much of each colour there is."""
    nodes = [
        helper.make_node("Cast", ["photo"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["real"], ["means"], axes=[1, 2], keepdims=0),
        helper.make_node("Softmax", ["means"], ["scores"], axis=1),
    ]
    return onnx_model(folder / "whole.onnx", nodes, ["batch", 32, 32, 3], ["batch", 3], kind=kind)


@pytest.mark.parametrize("kind", [TensorProto.UINT8, TensorProto.INT32], ids=["uint8", "int32"])
def test_a_model_that_takes_whole_numbers_is_given_pixels_as_they_are(folder: Path, kind: int) -> None:
    (folder / "three.txt").write_text("red\ngreen\nno\n")  # which YAML would take for false
    status, said, _ = add(whole_numbers(folder, kind), "three.txt")
    assert status == 0
    assert "WARNING" not in said
    assert card(folder)["model"]["input"]["scaling"] == "raw"
    plugin = filled(folder).photo_plugin("it")
    assert examine(plugin, file(tiny.plain("blue"), "PNG")).finding.label == "no"


def test_a_single_number_need_not_have_sides(folder: Path) -> None:
    nodes = [helper.make_node("ReduceMean", ["photo"], ["scores"], keepdims=0)]
    model = onnx_model(folder / "mean.onnx", nodes, [1, 3, 32, 32], [])
    assert add(model, "two.txt")[0] == 0
    assert card(folder)["model"]["scores"] == "logit"
    filled(folder)


def test_of_open_sides_the_first_that_runs_are_drafted_and_said_to_be_a_guess(folder: Path) -> None:
    (folder / "three.txt").write_text("red\ngreen\nblue\n")
    nodes = [
        helper.make_node("Flatten", ["photo"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
    ]
    weights = np.random.default_rng(1).normal(size=(3 * 96 * 96, 3)).astype(np.float32)
    sides = ["batch", "channels", "height", "width"]
    model = onnx_model(folder / "flat.onnx", nodes, sides, ["batch", 3], weights={"weights": weights})
    status, said, complained = add(model, "three.txt")
    assert (status, complained) == (0, "")
    assert "size 96×96: it does not run at 224" in said
    assert "layout nchw: it takes either" in said  # its sides are multiplied out, whichever is which
    filled(folder)


def test_chances_each_by_itself_are_recognised(folder: Path) -> None:
    assert add("sigmoid7.onnx", "seven.txt")[0] == 0
    assert card(folder)["model"]["scores"] == "multi_label"
    filled(folder)


def test_a_scaling_that_is_a_guess_is_warned_of_and_shown_on_photos(folder: Path) -> None:
    status, said, _ = add("minus-one-to-one.tflite", "two.txt", "--try", "red.png", "blue.png")
    assert status == 0
    head, *rows = said.partition("What it says under each scaling:\n")[2].splitlines()[:3]
    assert head.split()[:3] == ["raw", "(as", "drafted)"]
    assert [row.split()[0] for row in rows] == ["red.png", "blue.png"]
    assert all(row.count("%") == 4 for row in rows)
    _, said, _ = add("minus-one-to-one.tflite", "two.txt", "--folder", "again", "--id", "again")
    assert "WARNING: the scaling is a guess" in said
    assert "--try" in said


def test_photos_to_try_that_cannot_be_read_settle_no_guess(folder: Path) -> None:
    status, said, _ = add("minus-one-to-one.tflite", "two.txt", "--try", "mistyped.png")
    assert status == 0
    assert "mistyped.png  No such file or directory" in said
    assert "WARNING: nothing was found on any of them" in said


def test_a_model_that_says_the_same_of_every_photo_is_warned_of(folder: Path) -> None:
    status, said, _ = add("constant.keras", "seven.txt", "--try", "red.png", "--try", "blue.png")
    assert status == 0
    assert "WARNING: the model says the same of every photo" in said
    assert "WARNING: as drafted, it says the same of all 2 photos" in said
    filled(folder)


def test_keras_older_files_are_taken_and_a_layer_that_scales_is_seen(folder: Path) -> None:
    status, said, _ = add("plain.h5", "seven.txt")
    assert status == 0
    assert "scaling raw: 0 to 255: a layer in it scales pixels" in said
    assert filled(folder).photo_plugin("it").card.model.engine == "keras"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.onnx", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "is a Git LFS pointer"),
        ("a.tflite", b"\n<!DOCTYPE html><title>404</title>", "is a web page"),
        ("a.pth", b"", "torch.onnx.export"),
        ("saved_model.pb", b"", "tf.lite.TFLiteConverter.from_saved_model"),
        ("a.zip", b"", "unpack it"),
        ("a.onnx", b"", "is empty"),
        ("a.onnx", b"PK\x03\x04 weights of PyTorch", "no ONNX file whatever its name says"),
        ("a.tflite", b"TFL3 and nothing else of it", "It is damaged, or no TensorFlow Lite file"),
        ("a.keras", b"PK\x03\x04 and nothing else of it", "It is damaged, or no file of Keras 3"),
    ],
)
def test_what_is_no_model_is_named_with_what_to_do(folder: Path, name: str, content: bytes, told: str) -> None:
    (folder / name).write_bytes(content)
    status, _, complained = add(folder / name, "two.txt")
    assert status == 2
    assert told in complained
    if name == "saved_model.pb":
        assert told in add(folder, "two.txt")[2]


def test_a_pointer_in_place_of_a_card_s_model_is_named_by_check(folder: Path) -> None:
    tiny.registry(folder)
    (folder / "colour" / "logits.tflite").write_text("version https://git-lfs.github.com/spec/v1\n")
    (fault,) = read_registry(folder / "registry.yaml").all_faults
    assert "model.file: logits.tflite is a Git LFS pointer" in fault


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.txt", "\ufeffMole\r\nMelanoma\r\n"),
        ("numbered.txt", "1: Melanoma\n0: Mole\n"),
        ("from_one.txt", "1 Mole\n2 Melanoma\n"),
        ("id2label.json", '\ufeff{"1": "Melanoma", "0": "Mole"}'),
        ("config.json", '{"id2label": {"0": "Mole", "1": "Melanoma"}, "label2id": {"Mole": 0, "Melanoma": 1}}'),
        ("class_indices.json", '{"Melanoma": 1, "Mole": 0}'),
        ("number_behind.txt", "Melanoma\t1\nMole\t0\n"),
        ("names_and_numbers.txt", "Melanoma, 2\nMole, 1\n"),
        ("printed.txt", "['Mole', 'Melanoma']"),
        ("printed_names.txt", "{0: 'Mole', 1: 'Melanoma'}"),
        ("label2id.json", '{"label2id": {"Melanoma": "1", "Mole": "0"}}'),
        ("metadata.json", '{"labels": ["Mole", "Melanoma"], "imageSize": 224}'),
    ],
)
def test_labels_are_read_in_their_order(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    assert add("one_logit.onnx", name)[0] == 0
    assert [label["title"]["en"] for label in card(folder)["labels"]] == ["Mole", "Melanoma"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("0 Mole\n2 Melanoma\n", "numbers must be 0, 1, 2 and so on, each once; here they are 0, 2"),
        ("0 Mole\n0 Melanoma\n", "each once"),
        ('{"0": "Mole", "2": "Melanoma"}', "here they are 0, 2"),
        ('{"architectures": ["ViT"]}', "has no labels that I know"),
        ("{", "is no JSON"),
        ('{"0": "Mole", "0": "Melanoma", "1": "Other"}', "has a key twice"),
        ("Mole\0\nMelanoma\n", "is not UTF-8 text"),
        ("version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
    ],
)
def test_labels_whose_order_is_not_clear_are_refused(folder: Path, content: str, told: str) -> None:
    (folder / "labels").write_text(content)
    status, _, complained = add("one_logit.onnx", "labels")
    assert status == 2
    assert told in complained


def test_numbers_that_are_a_part_of_labels_stay_there(folder: Path) -> None:
    (folder / "grades.txt").write_text("Grade 1\nGrade 2\n")
    assert add("one_logit.onnx", "grades.txt", "--scaling", "zero_to_one")[0] == 0
    assert [label["title"]["en"] for label in card(folder)["labels"]] == ["Grade 1", "Grade 2"]


def test_a_command_of_the_chat_is_no_id(folder: Path) -> None:
    status, _, complained = add("one_logit.onnx", "two.txt", "--id", "start")
    assert status == 2
    assert "/start is a command of the chat already" in complained


def test_a_folder_is_answered_with_the_models_in_it(folder: Path) -> None:
    (folder / "repository" / "onnx").mkdir(parents=True)
    (folder / "repository" / "onnx" / "model.onnx").write_bytes(b"x")
    status, _, complained = add(folder / "repository", "two.txt")
    assert status == 2
    assert f"name {folder / 'repository' / 'onnx' / 'model.onnx'}" in complained


def test_scores_that_are_no_numbers_are_told_with_what_may_be_wrong(folder: Path) -> None:
    nodes = [
        helper.make_node("ReduceMean", ["photo"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Abs", ["means"], ["sizes"]),
        helper.make_node("Neg", ["sizes"], ["below"]),
        helper.make_node("Log", ["below"], ["scores"]),
    ]
    (folder / "three.txt").write_text("red\ngreen\nblue\n")
    status, _, complained = add(onnx_model(folder / "nan.onnx", nodes, ["batch", 3, 32, 32], ["batch", 3]), "three.txt")
    assert status == 2
    assert "its weights are damaged" in complained


@pytest.mark.parametrize(
    ("name", "text"), [("data.yaml", "nc: 2\nnames:\n  0: Mole\n  1: Melanoma\n"), ("labels.yml", "[Mole, Melanoma]\n")]
)
def test_labels_may_be_in_yaml(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert add("one_logit.onnx", name, "--scaling", "zero_to_one")[0] == 0
    assert [label["title"]["en"] for label in card(folder)["labels"]] == ["Mole", "Melanoma"]


def test_a_table_of_labels_is_no_list_of_them(folder: Path) -> None:
    (folder / "labels.csv").write_text("name,index\nMole,0\nMelanoma,1\n")
    status, _, complained = add("one_logit.onnx", "labels.csv")
    assert status == 2
    assert "save its column of labels as a text file" in complained


def test_a_list_of_labels_copied_from_code_loses_its_quotes(folder: Path) -> None:
    (folder / "quoted.txt").write_text("'Mole',\n'Melanoma',\n")
    assert add("one_logit.onnx", "quoted.txt", "--scaling", "zero_to_one")[0] == 0
    assert [label["title"]["en"] for label in card(folder)["labels"]] == ["Mole", "Melanoma"]


def test_another_number_of_labels_is_told_with_the_labels_that_were_read(folder: Path) -> None:
    (folder / "three.txt").write_text("# classes\nMole\nMelanoma\n")
    status, _, complained = add("one_logit.onnx", "three.txt")
    assert status == 2
    assert "the 3 labels of three.txt (# classes, Mole, Melanoma): expected an output of 3 scores" in complained


def averages(folder: Path, name: str, more: list[onnx.NodeProto], gives: list[Any], **facts: Any) -> Path:
    """Write a model whose `sums` are three numbers for a photo, and whose other nodes make `scores` of them."""
    nodes = [
        helper.make_node("ReduceMean", ["photo"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["sums"]),
    ]
    weights = np.random.default_rng(1).normal(size=(3, 3)).astype(np.float32)
    (folder / "three.txt").write_text("red\ngreen\nblue\n")
    return onnx_model(folder / name, nodes + more, ["batch", 3, 32, 32], gives, weights={"weights": weights}, **facts)


def test_scores_without_a_side_for_the_photos_are_those_of_the_one_photo(folder: Path) -> None:
    squeezed = [helper.make_node("Squeeze", ["sums"], ["scores"])]
    assert add(averages(folder, "squeezed.onnx", squeezed, [3]), "three.txt")[0] == 0
    found = examine(filled(folder).photo_plugin("it"), file(tiny.plain("red"), "PNG")).finding
    assert sum(found.probabilities.values()) == pytest.approx(1)


def custom_vision(folder: Path, *, with_tensor: bool) -> Path:
    """Write a model that says a label in words and scores by label, as Azure's exports do, and perhaps numbers, too."""
    of_ml = {"domain": "ai.onnx.ml"}
    nodes = [
        helper.make_node("ZipMap", ["sums"], ["loss"], classlabels_strings=["red", "green", "blue"], **of_ml),
        helper.make_node("ArgMax", ["sums"], ["which"], axis=1, keepdims=0),
        helper.make_node(
            "LabelEncoder",
            ["which"],
            ["classLabel"],
            keys_int64s=[0, 1, 2],
            values_strings=["red", "green", "blue"],
            **of_ml,
        ),
        helper.make_node("Identity", ["sums"], ["scores"]),
    ]
    path = averages(folder, "custom.onnx", nodes, ["batch", 3])
    model = onnx.load(path)
    by_label = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    words = helper.make_tensor_value_info("classLabel", TensorProto.STRING, ["batch"])
    scores = [model.graph.output.pop()] if with_tensor else []
    del model.graph.output[:]
    model.graph.output.extend(
        [words, helper.make_value_info("loss", helper.make_sequence_type_proto(by_label)), *scores]
    )
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 2))
    onnx.save(model, path)
    return path


def test_outputs_in_words_are_passed_over_for_one_of_numbers(folder: Path) -> None:
    assert add(custom_vision(folder, with_tensor=True), "three.txt")[0] == 0
    assert card(folder)["model"]["outputs"]["scores"] == 2
    filled(folder)


def test_scores_by_label_in_words_are_named_with_what_to_do(folder: Path) -> None:
    status, _, complained = add(custom_vision(folder, with_tensor=False), "three.txt")
    assert status == 2
    assert "output 0: no numbers, output 1: no numbers: scores by label in words (ZipMap) are not read" in complained


def test_of_two_outputs_that_fit_it_is_said_which_was_taken(folder: Path) -> None:
    path = averages(folder, "two.onnx", [helper.make_node("Softmax", ["sums"], ["scores"], axis=1)], ["batch", 3])
    model = onnx.load(path)
    model.graph.output.insert(0, helper.make_tensor_value_info("sums", TensorProto.FLOAT, ["batch", 3]))
    onnx.save(model, path)
    status, said, _ = add(path, "three.txt")
    assert status == 0
    assert "of output 1, though output 0 would fit, too" in said


def test_probabilities_in_per_cent_are_no_logits(folder: Path) -> None:
    shares = [
        helper.make_node("Softmax", ["sums"], ["shares"], axis=1),
        helper.make_node("Constant", [], ["hundred"], value_float=100.0),
        helper.make_node("Mul", ["shares", "hundred"], ["scores"]),
    ]
    path = averages(folder, "percent.onnx", shares, ["batch", 3])
    status, _, complained = add(path, "three.txt")
    assert status == 2
    assert "numbers that add up to 100 for every photo: divide them by that" in complained
    assert add(path, "three.txt", "--scores", "logits")[0] == 0


def test_an_operator_of_one_s_own_comes_with_what_to_do(folder: Path) -> None:
    path = averages(folder, "own.onnx", [helper.make_node("Mine", ["sums"], ["scores"], domain="me")], ["batch", 3])
    model = onnx.load(path)
    model.opset_import.append(helper.make_opsetid("me", 1))
    onnx.save(model, path)
    status, _, complained = add(path, "three.txt")
    assert status == 2
    assert "with standard operators only" in complained
