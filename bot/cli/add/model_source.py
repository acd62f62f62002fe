"""What somebody gives as a model: a file that an engine runs, or something that must be converted or fetched first."""

from dataclasses import dataclass
from pathlib import Path

from bot.cli.add.cannot_add import CannotAdd
from classifiers.card.model_file import digest, disguise, external_data

ENGINES = {".tflite": "litert", ".keras": "keras", ".onnx": "onnx", ".h5": "keras", ".hdf5": "keras"}
_TORCH = "export it from PyTorch: torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), 'model.onnx')"
_SAVED_MODEL = (
    "a TensorFlow SavedModel; this converts it: python -c \"import tensorflow as tf; open('model.tflite', 'wb').write("
    "tf.lite.TFLiteConverter.from_saved_model('{folder}').convert())\""
)
_CONVERT = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".safetensors", ".bin"), f"weights of PyTorch; {_TORCH}"),
    ".pb": _SAVED_MODEL,
    ".zip": "an archive: unpack it, and name the model in it",
    ".json": "a TensorFlow.js model, if it is one: export it as TensorFlow Lite, or from Keras: model.save('model.keras')",
    ".mlmodel": "a Core ML model: export it as ONNX or TensorFlow Lite where it was trained",
}
_OLD_KERAS = (
    'Files of Keras 2 may not load in Keras 3; this converts it, with tf-keras installed: python -c "import tensorflow as tf, '
    "tf_keras; open('model.tflite', 'wb').write(tf.lite.TFLiteConverter.from_keras_model(tf_keras.models.load_model('{file}'))"
    '.convert())" (Teachable Machine: export it as TensorFlow Lite)'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model file, its engine, and the files beside it that it keeps weights in, each by its name, with its SHA-256."""

    file: Path
    engine: str
    sha256: str
    external_data: dict[str, str]


def read_source(model: Path) -> ModelSource:
    """Return what is known of a model without running it. Raises CannotAdd, with how to convert it where it can be."""
    if model.is_dir() or model.suffix.lower() in _CONVERT:
        raise CannotAdd(f"{model}: must be a file whose name ends in {', '.join(ENGINES)}{_conversion(model)}")
    if model.suffix.lower() not in ENGINES or not model.is_file():
        raise CannotAdd(f"{model}: must be a file whose name ends in {', '.join(ENGINES)}")
    try:
        if told := disguise(model):
            raise CannotAdd(f"{model} {told}")
        engine = ENGINES[model.suffix.lower()]
        beside = external_data(model) if engine == "onnx" else []
        return ModelSource(
            file=model,
            engine=engine,
            sha256=digest(model),
            external_data={name: _weights(model, name) for name in beside},
        )
    except OSError as error:
        raise CannotAdd(f"{model}: cannot be read: {error.strerror}") from error


_STANDARD = "Export it where it was trained in float32 and with standard operators only (opset 17, say)."
_RUNS_NOT = {  # what is said of a model that does not run, and what to do; for some it says so itself
    "NOT_IMPLEMENTED": _STANDARD,
    "INVALID_GRAPH": _STANDARD,
    "safe_mode": "It holds code of its own (a Lambda layer), which is never run from a file: put layers of Keras in its place "
    "(Rescaling, say), or export it as TensorFlow Lite.",
    "INVALID_PROTOBUF": "It is damaged, or no ONNX file whatever its name says: fetch or export it again.",
    "External initializer": "Its file of weights is cut off, or belongs to another model: copy both again.",
    "Select TensorFlow op": "Convert it with TensorFlow Lite's own operators alone (TFLITE_BUILTINS), or export it as ONNX.",
    "deserialize": "It has a layer that only its author's code knows: export it from there as TensorFlow Lite or ONNX.",
    "Could not locate": "It has a layer that only its author's code knows: export it from there as TensorFlow Lite or ONNX.",
    "No model config": "It holds weights without their network: save both where it was trained: model.save('model.keras')",
    "make install": "",
    "more memory": "",
}
_ELSE = {  # by the file's ending, where nothing is known of the reason
    ".onnx": f"{_STANDARD} If that is so already, it is damaged, or newer than this runtime: fetch it again.",
    ".tflite": "It is damaged, or no TensorFlow Lite file whatever its name says: fetch or convert it again.",
    ".keras": "It is damaged, or no file of Keras 3: fetch it again, or save it where it was trained: model.save('model.keras')",
}


def advice(file: Path, why: str) -> str:
    """Return what to do about a file that its engine does not run for this reason, a line that begins with its own; or nothing."""
    found = (told for said, told in _RUNS_NOT.items() if said in why)
    told = next(found, _ELSE.get(file.suffix.lower(), _OLD_KERAS.format(file=file)))
    return f"\n{told}" if told else ""


def _weights(model: Path, name: str) -> str:
    """Return the SHA-256 of a file of weights. Raises CannotAdd, OSError."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise CannotAdd(f"{model} keeps weights in {name}: put them beside it")
    file = model.parent / name
    if not file.is_file():
        raise CannotAdd(f"{model} keeps its weights in {name}, which is not beside it: copy both")
    if told := disguise(file):
        raise CannotAdd(f"{file} {told}")
    return digest(file)


def _conversion(model: Path) -> str:
    """Return the one line that says how to make such a file, if there is one."""
    if model.is_dir():
        if (model / "saved_model.pb").is_file():
            return f". It is {_SAVED_MODEL.format(folder=model)}"
        inside = sorted(str(one) for one in model.rglob("*") if one.suffix.lower() in ENGINES)
        return ", not a folder" + (f": name {' or '.join(inside[:3])}" if inside else "")
    return f". It is {_CONVERT[model.suffix.lower()].format(folder=model.parent)}"
