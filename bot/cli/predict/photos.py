"""`checkup predict`: photos in files, findings on the terminal or as JSON lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer
from PIL import Image
from rich.console import Console
from rich.progress import track

from bot.cli.names import json_of, shown
from bot.cli.photo_files import photos_at, read_photo, told
from bot.cli.predict.finding_lines import error_of, line_of, record_of
from bot.replies.annotated_photo import explain
from bot.workers import Workers
from classifiers.errors import CodedError
from classifiers.outline import mask_of
from classifiers.plugin import Examination, PhotoPlugin, examine


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedPhoto:
    """What came of one file: a finding, or why there is none."""

    file: Path
    examination: Examination | None = None
    error: dict[str, Any] | None = None
    mask: Path | None = None  # where the outline's mask was written


def predict_photos(
    photos: Sequence[Path], plugin: PhotoPlugin, *, as_json: bool, pictures: Path | None, masks: Path | None = None
) -> int:
    """Print a line per file, in order; return the exit status: 0 all fine, 1 some failed, 2 photos would be overwritten."""
    files, passed_over = _files(photos)
    names = _names(files)
    for option, folder, ending in (("--masks", masks, "png"), ("--pictures", pictures, "jpg")):
        if folder and (own := _written_over(names, folder, ending)):
            what = option.removeprefix("--").removesuffix("s")
            typer.echo(f"{shown(own)}: a {what} would be written over it: choose another folder for {option}", err=True)
            return 2
    for folder in (pictures, masks):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def predict(file: Path | PredictedPhoto) -> PredictedPhoto:
        if isinstance(file, PredictedPhoto):
            return file
        picture = pictures / f"{names[file]}.jpg" if pictures else None
        return _predict(file, plugin, picture=picture, mask=masks / f"{names[file]}.png" if masks else None)

    failed = False
    for row in _with_progress(predict, files):
        failed = failed or row.error is not None
        typer.echo(json_of(_record(row)) if as_json else _line(row, plugin))
    if passed_over:
        typer.echo(told(passed_over), err=True)
    return 1 if failed else 0


def _files(places: Sequence[Path]) -> tuple[list[Path | PredictedPhoto], dict[Path, str]]:
    """Return every photo, each once, and what was passed over, by why; a folder without any photo is said to be so."""
    files: list[Path | PredictedPhoto] = []
    passed_over: dict[Path, str] = {}
    seen: set[Path] = set()
    for place in places:
        found = photos_at(place)
        files += [file for file in found.photos if file not in seen]
        seen |= set(found.photos)
        if not found.photos:
            files.append(PredictedPhoto(file=place, error={"code": "no_photos"}))
        passed_over |= found.passed_over
    return files, {file: why for file, why in passed_over.items() if file not in seen}


def _with_progress(
    predict: Callable[[Path | PredictedPhoto], PredictedPhoto], files: list[Path | PredictedPhoto]
) -> Iterator[PredictedPhoto]:
    """Yield what came of each file, in order; a few are worked on at once, behind a progress bar on a terminal."""
    bar = Console(stderr=True)
    with Workers() as workers:
        yield from track(
            workers.each(predict, files), total=len(files), console=bar, disable=not bar.is_terminal, transient=True
        )


def _names(files: Sequence[Path | PredictedPhoto]) -> dict[Path, str]:
    """Return a name per photo for what is written of it, its stem; numbered where two photos share it."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for file in files:
        if isinstance(file, PredictedPhoto):
            continue
        name, number = file.stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{file.stem}-{number}"
        taken.add(name.lower())
        names[file] = name
    return names


def _written_over(names: Mapping[Path, str], folder: Path, ending: str) -> Path | None:
    """Return a photo in whose place something with one of these names would be written, if there is one."""
    written = {_identity(folder / f"{name}.{ending}") for name in names.values()} - {None}
    return next((file for file in names if _identity(file) in written), None)


def _identity(file: Path) -> tuple[int, int] | None:
    """Return what is the same for all names of a file; None for one that is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _predict(file: Path, plugin: PhotoPlugin, *, picture: Path | None, mask: Path | None) -> PredictedPhoto:
    try:
        examination = examine(plugin, read_photo(file))
        if picture:
            picture.write_bytes(explain(plugin.card, examination))
        if mask:
            _write_mask(mask, plugin, examination)
    except CodedError as error:
        return PredictedPhoto(file=file, error={"code": error.code, **error.facts})
    except FileNotFoundError:
        return PredictedPhoto(file=file, error={"code": "no_such_file"})
    except OSError as error:
        return PredictedPhoto(file=file, error={"code": "cannot_read_or_write", "why": error.strerror or str(error)})
    return PredictedPhoto(file=file, examination=examination, mask=mask)


def _write_mask(path: Path, plugin: PhotoPlugin, examination: Examination) -> None:
    """Write 255 on the lesion and 0 around it, at the photo's own size; all 0 where nothing plausible was outlined."""
    photo = examination.photo
    lesion = mask_of(plugin.card, examination)
    white = np.zeros((photo.height, photo.width), dtype=np.uint8) if lesion is None else 255 * lesion.astype(np.uint8)
    Image.fromarray(white).save(path)


def _outline(examination: Examination) -> dict[str, Any] | None:
    """Return what was measured of the outlined spot; None where there is none."""
    if examination.features is None:
        return None
    measured = asdict(examination.features)
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in measured.items()}


def _record(row: PredictedPhoto) -> dict[str, Any]:
    if row.examination is None:
        return {"file": str(row.file), "error": row.error}
    return {
        "file": str(row.file),
        **record_of(row.examination.finding, row.examination.milliseconds),
        "outline": _outline(row.examination),
        **({"mask": str(row.mask)} if row.mask else {}),
    }


def _line(row: PredictedPhoto, plugin: PhotoPlugin) -> str:
    """Return one line for a terminal, in English like all the operator's output."""
    if row.examination is None:
        return f"{shown(row.file)}: {error_of(row.error or {})}"
    return f"{shown(row.file)}: {line_of(row.examination.finding, plugin.card)}"
