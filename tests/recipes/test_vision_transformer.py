"""A vision transformer is built of a file's weights, sees a photo as they were made for, and learns as a teacher does."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from small_data import draw_all

from training import backbones, network, vision_transformer, vision_transformer_file
from training.backbones import DINOV2_SMALL
from training.skin import train
from training.stages import Stage

WIDE, BLOCKS, POSITIONS = 12, 2, 3
SIZES = {"blocks": BLOCKS, "wide": WIDE, "positions": POSITIONS}


def small() -> keras.Model:
    return vision_transformer.untrained(keras.Input((None, None, 3), name="pixels"), **SIZES)


def draw_file(file: Path, *, wide: int = WIDE, without: str = "") -> dict[str, np.ndarray]:
    """Write an ONNX file of random weights, its matrices called by numbers alone; return all by the names they had."""
    rng = np.random.default_rng(1)
    shapes = {
        "embeddings.patch_embeddings.projection.weight": (wide, 3, 14, 14),
        "embeddings.patch_embeddings.projection.bias": (wide,),
        "embeddings.cls_token": (1, 1, wide),
        "layernorm.weight": (wide,),
        "layernorm.bias": (wide,),
    }
    matrices = {}
    for number in range(BLOCKS):
        block = f"encoder.layer.{number}."
        shapes |= {f"{block}{norm}.{part}": (wide,) for norm in ("norm1", "norm2") for part in ("weight", "bias")}
        shapes |= {f"{block}layer_scale{scale}.lambda1": (wide,) for scale in (1, 2)}
        attention = [f"attention.attention.{each}" for each in ("query", "key", "value")]
        matrices |= {f"{block}{each}": (wide, wide) for each in (*attention, "attention.output.dense")}
        matrices |= {f"{block}mlp.fc1": (wide, 4 * wide), f"{block}mlp.fc2": (4 * wide, wide)}
    shapes |= {f"{name}.bias": shape[1:] for name, shape in matrices.items()}
    named = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items() if name != without}
    unnamed = {"onnx::Concat_1": (1, 1, wide), "onnx::Reshape_2": (1, POSITIONS**2, wide)}
    tensors = {f"backbone.{name}": array for name, array in named.items()}
    tensors |= {name: rng.normal(size=shape).astype(np.float32) for name, shape in unnamed.items()}
    nodes = []
    for number, (name, shape) in enumerate(matrices.items()):
        tensors[f"onnx::MatMul_{number}"] = named[f"{name}.kernel"] = rng.normal(size=shape).astype(np.float32)
        nodes.append(helper.make_node("MatMul", ["x", f"onnx::MatMul_{number}"], [f"product {number}"]))
        order = [f"backbone.{name}.bias", f"product {number}"]
        nodes.append(helper.make_node("Add", order[:: 1 if number % 2 else -1], [f"sum {number}"]))
    nodes.append(helper.make_node("Add", ["sum 0", "sum 1"], ["y"]))
    ends = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, None)] for name in ("x", "y")]
    initializers = [numpy_helper.from_array(array, name) for name, array in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph(nodes, "drawn", *ends, initializers)), file)
    return named | {name: tensors[name] for name in unnamed}


def test_a_files_weights_are_found_by_the_biases_beside_them(tmp_path: Path) -> None:
    arrays, model = draw_file(tmp_path / "vit.onnx"), small()
    vision_transformer_file.fill(model, tmp_path / "vit.onnx")
    assert np.array_equal(model.get_layer("block_1_mlp2").kernel, arrays["encoder.layer.1.mlp.fc2.kernel"])
    query, key, value = np.split(np.asarray(model.get_layer("block_0_qkv").kernel), 3, axis=-1)
    for part, name in ((query, "query"), (key, "key"), (value, "value")):
        assert np.array_equal(part, arrays[f"encoder.layer.0.attention.attention.{name}.kernel"])
    token = arrays["embeddings.cls_token"] + arrays["onnx::Concat_1"]
    assert np.array_equal(model.get_layer("tokens").token, token)


def test_patches_are_seen_less_imagenets_mean_as_the_file_wants_them(tmp_path: Path) -> None:
    arrays, model = draw_file(tmp_path / "vit.onnx"), small()
    vision_transformer_file.fill(model, tmp_path / "vit.onnx")
    photo = np.random.default_rng(2).integers(0, 256, (1, 14, 14, 3)).astype(np.uint8)
    mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    kernel = arrays["embeddings.patch_embeddings.projection.weight"]
    wanted = np.einsum("hwc,dchw->d", (photo[0] / 255 - mean) / spread, kernel)
    found = keras.Model(model.input, model.get_layer("patches").output).predict_on_batch(photo)
    bias = arrays["embeddings.patch_embeddings.projection.bias"]
    assert np.asarray(found)[0, 0, 0] == pytest.approx(wanted + bias, abs=1e-2)


def test_weights_that_are_missing_or_of_another_size_are_refused_by_name(tmp_path: Path) -> None:
    draw_file(tmp_path / "part.onnx", without="encoder.layer.1.norm2.bias")
    with pytest.raises(
        SystemExit, match=r"part\.onnx: not the weights of DINOv2: encoder\.layer\.1\.norm2\.bias is missing"
    ):
        vision_transformer_file.fill(small(), tmp_path / "part.onnx")
    draw_file(tmp_path / "wide.onnx", wide=24)
    with pytest.raises(SystemExit, match=r"wide\.onnx: not the weights of this DINOv2: those of patches"):
        vision_transformer_file.fill(small(), tmp_path / "wide.onnx")


def test_each_patch_has_its_place_in_a_photo_of_any_size() -> None:
    model = small()
    assert np.asarray(model.predict_on_batch(np.zeros((2, 60, 100, 3), np.uint8))).shape == (2, 4, 7, 2 * WIDE)
    found = np.asarray(model.predict_on_batch(np.random.default_rng(1).integers(0, 256, (1, 56, 42, 3), np.uint8)))
    token = found[..., WIDE:]
    assert np.array_equal(token, np.broadcast_to(token[:, :1, :1], token.shape))  # the same beside every patch
    assert len(np.unique(found[..., :WIDE].reshape(-1, WIDE), axis=0)) == 4 * 3


def test_it_learns_as_a_teacher_and_its_run_is_read_again(
    tmp_path: Path, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_file(tmp_path / "vit.onnx")
    draw_all(tmp_path / "data", lesions=22)
    build = partial(vision_transformer.untrained, **SIZES)
    monkeypatch.setattr(backbones, "vision_transformer", SimpleNamespace(untrained=build))
    stages = (
        Stage(size=28, epochs=1, rate=1e-3, learn_from=network.MAPS, photos=8),
        Stage(size=28, epochs=1, rate=1e-3, photos=8, precision="mixed_bfloat16"),
    )
    train(
        data=tmp_path / "data",
        weights=tmp_path / "vit.onnx",
        folder=tmp_path / "run",
        backbone=DINOV2_SMALL,
        stages=stages,
        batch=8,
    )
    assert json.loads((tmp_path / "run" / "config.json").read_text())["backbone"] == DINOV2_SMALL
    model = keras.models.load_model(tmp_path / "run" / "last.keras", compile=False)
    before = small()
    vision_transformer_file.fill(before, tmp_path / "vit.onnx")
    assert not np.array_equal(model.get_layer("block_0_qkv").kernel, before.get_layer("block_0_qkv").kernel)
    assert np.asarray(model.predict_on_batch(np.zeros((1, 56, 56, 3), np.uint8))).shape == (1, 8)
