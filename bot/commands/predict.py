"""`checkup predict`: photos in files, findings on the terminal or as JSON lines."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track

from bot.pictures import explain
from bot.workers import Workers
from classifiers.errors import CodedError
from classifiers.plugin import Examination, Plugin, examine

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one file: a finding, or why there is none."""

    file: Path
    examination: Examination | None = None
    error: dict[str, Any] | None = None


def predict(photos: Sequence[Path], plugin: Plugin, *, as_json: bool, pictures: Path | None) -> int:
    """Print a line per file, in order; return the exit status: 0 all fine, 1 some failed."""
    files = list(_walk(photos))
    names = _picture_names(files) if pictures else {}
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)

    def look(file: Path | Row) -> Row:
        if isinstance(file, Row):
            return file
        return _look(file, plugin, picture=pictures / names[file] if pictures else None)

    failed = False
    bar = Console(stderr=True)
    with Workers() as workers:
        rows = track(
            workers.each(look, files), total=len(files), console=bar, disable=not bar.is_terminal, transient=True
        )
        for row in rows:
            failed = failed or row.error is not None
            typer.echo(json.dumps(_record(row), ensure_ascii=False) if as_json else _line(row, plugin))
    return 1 if failed else 0


def _walk(photos: Sequence[Path]) -> Iterator[Path | Row]:
    """Yield every file named and every photo in the folders named, each once; a folder without any is said to be so."""
    seen: set[Path] = set()
    for path in photos:
        inside = (
            sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            if path.is_dir()
            else [path]
        )
        if not inside:
            yield Row(file=path, error={"code": "no_photos"})
        for file in inside:
            if file not in seen:
                seen.add(file)
                yield file


def _picture_names(files: Sequence[Path | Row]) -> dict[Path, str]:
    """Return a file name per photo, its stem; numbered where two photos in different folders share it."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for file in files:
        if isinstance(file, Row):
            continue
        name, number = file.stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{file.stem}-{number}"
        taken.add(name.lower())
        names[file] = f"{name}.jpg"
    return names


def _look(file: Path, plugin: Plugin, *, picture: Path | None) -> Row:
    try:
        examination = examine(plugin, file.read_bytes())
        if picture:
            picture.write_bytes(explain(plugin.card, examination))
    except CodedError as error:
        return Row(file=file, error={"code": error.code, **error.facts})
    except FileNotFoundError:
        return Row(file=file, error={"code": "no_such_file"})
    except OSError as error:
        return Row(file=file, error={"code": "cannot_read_or_write", "why": error.strerror or str(error)})
    return Row(file=file, examination=examination)


def _record(row: Row) -> dict[str, Any]:
    if row.examination is None:
        return {"file": str(row.file), "error": row.error}
    finding = row.examination.finding
    return {
        "file": str(row.file),
        "disease": finding.disease,
        "outcome": finding.outcome,
        "label": finding.label,
        "confidence": round(finding.confidence, 6),
        "probabilities": {code: round(share, 6) for code, share in finding.probabilities.items()},
        "care": finding.care,
        "alarm": finding.alarm,
        "reasons": list(finding.reasons),
        "model": finding.model,
        "milliseconds": round(row.examination.milliseconds, 2),
    }


def _line(row: Row, plugin: Plugin) -> str:
    """Return one line for a terminal, in English like all the operator's output."""
    if row.examination is None:
        error = dict(row.error or {})
        code, facts = error.pop("code"), ", ".join(f"{name} {value}" for name, value in error.items())
        return f"{row.file}: error: {code}" + (f" ({facts})" if facts else "")
    finding = row.examination.finding
    title = plugin.card.label(finding.label).title["en"]
    why = f" ({', '.join(finding.reasons)})" if finding.reasons else ""
    return (
        f"{row.file}: {finding.outcome}: {title} {finding.confidence:.0%}, care: {finding.care or 'none'}"
        f"{', ALARM' if finding.alarm else ''}{why}"
    )
