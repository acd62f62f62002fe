"""Truth tables are read as their publishers ship them, and one that cannot be used says what can."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.card.truth_tables import read_truth_tables
from classifiers.errors import CardFaults
from classifiers.evaluation.matching import match
from classifiers.evaluation.truth import Truth, TruthRow, WrongTruth, read_truth

TABLES = read_truth_tables(Path(__file__).parents[2] / "classifiers" / "skin" / "truth_tables.yaml")
SKIN = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc", "scc")
ALL_COLUMNS = "AKIEC,BCC,BEN_OTH,BKL,DF,INF,MAL_OTH,MEL,NV,SCCKA,VASC"


def table(folder: Path, text: str, name: str = "truth.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, codes: tuple[str, ...] = SKIN) -> Truth:
    return read_truth([table(folder, text)], codes, TABLES)


def test_the_challenge_s_table_says_the_label_by_a_one_in_its_column(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,MEL,NV,BCC,AK,SCC\nISIC_1,1.0,0.0,0.0,0.0,0.0\nISIC_2,0,0,0,1,0\n")
    assert [(row.photo, row.label) for row in truth.rows] == [("ISIC_1", "mel"), ("ISIC_2", "akiec")]
    assert truth.labels == {"mel", "nv", "bcc", "akiec", "scc"}
    assert truth.kin == {}  # the table knows scc, though no photo has it
    assert truth.grouped_by is None


def test_ham10000_is_grouped_by_lesion_and_knows_no_scc(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        "lesion_id,image_id,dx,dx_type,age,sex,localization\nHAM_1,ISIC_1,akiec,histo,50.0,male,back\nHAM_1,ISIC_2,akiec,histo,,,\n",
    )
    assert truth.rows[0] == TruthRow(
        photo="ISIC_1", label="akiec", group="HAM_1", camera="dermatoscope", subgroup=None, source="ham10000"
    )
    assert truth.grouped_by == "lesion"
    assert truth.kin == {"scc": "akiec"}


def test_milk10k_has_its_labels_in_one_table_and_its_photos_in_the_other(tmp_path: Path) -> None:
    labels = table(
        tmp_path,
        f"lesion_id,{ALL_COLUMNS}\nIL_1,0,0,0,0,0,0,0,0,0,1,0\nIL_2,0,0,0,0,0,1,0,0,0,0,0\n",
        "MILK10k_Training_GroundTruth.csv",
    )
    metadata = table(
        tmp_path,
        "lesion_id,image_type,isic_id,skin_tone_class\nIL_1,clinical: close-up,ISIC_1,3\n"
        "IL_1,dermoscopic,ISIC_2,3\nIL_2,dermoscopic,ISIC_3,\n",
        "MILK10k_Training_Metadata.csv",
    )
    truth = read_truth([labels, metadata], SKIN, TABLES)
    assert truth == read_truth([metadata, labels], SKIN, TABLES)
    assert truth == read_truth([labels], SKIN, TABLES)  # found beside it
    assert [(row.photo, row.label, row.camera, row.subgroup) for row in truth.rows] == [
        ("ISIC_1", "scc", "close-up", "MILK10k 3"),
        ("ISIC_2", "scc", "dermatoscope", "MILK10k 3"),
        ("ISIC_3", "inf", "dermatoscope", None),
    ]
    assert truth.grouped_by == "lesion"
    metadata.unlink()
    with pytest.raises(WrongTruth, match="no column names the photo"):
        read_truth([labels], SKIN, TABLES)


def test_pad_is_grouped_by_patient_in_its_own_words(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        "patient_id,lesion_id,fitspatrick,diagnostic,img_id\nPAT_1,7,2.0,ACK,PAT_1_7_1.png\nPAT_1,8,,NEV,PAT_1_8_2.png\n",
    )
    assert [(row.photo, row.label, row.group, row.subgroup) for row in truth.rows] == [
        ("PAT_1_7_1.png", "akiec", "PAT_1", "Fitzpatrick 2"),
        ("PAT_1_8_2.png", "nv", "PAT_1", None),
    ]
    assert truth.grouped_by == "patient"


def test_a_card_s_own_label_is_never_renamed(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,label\na,AK\nb,rifle\n", codes=("ak", "rifle"))
    assert [row.label for row in truth.rows] == ["ak", "rifle"]


def test_semicolons_and_a_byte_order_mark_are_what_spreadsheets_write(tmp_path: Path) -> None:
    truth = read(tmp_path, "\ufeffimage;label;patient_id\na;NV;1\n")
    assert (truth.rows[0].label, truth.rows[0].group, truth.grouped_by) == ("nv", "1", "patient")


def test_a_photo_with_two_labels_or_none_is_named_and_left_out(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,label\na,nv\nb,mel\na,mel\nc,\nb,mel\n")
    assert [row.photo for row in truth.rows] == ["b"]
    assert truth.contradictory == ("a", "c")
    truth = read(tmp_path, "image,MEL,NV\na,1,1\nb,0,0\nc,0,1\n")
    assert [row.photo for row in truth.rows] == ["c"]
    assert truth.contradictory == ("a", "b")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bild,finding\na,nv\n", "no column names the photo"),
        ("image,finding\na,nv\n", "do not say what label"),
        ("image,MEL,NV\na,0.7,0.3\n", "do not say what label"),
        ("image,label\n", "holds no rows"),
        ("", "holds no rows"),
        ("image,label\na,nv\nb\n", "line 3 has not as many columns"),
        ("image,label\na,nv,x\n", "line 2 has not as many columns"),
    ],
)
def test_a_table_that_cannot_be_used_says_why_and_what_is_accepted(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(WrongTruth) as caught:
        read(tmp_path, text)
    assert why in str(caught.value)
    assert "image,label" in str(caught.value)
    assert "truth.csv" in str(caught.value)


def test_a_file_that_is_no_text_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_bytes(b"\xff\xd8\xff\xe0 a photo")
    with pytest.raises(WrongTruth, match="no text"):
        read_truth([path], SKIN)


def test_photos_and_rows_meet_by_stem_and_what_is_left_over_is_named(tmp_path: Path) -> None:
    names = ["a.jpg", "b.v2.png", "deep/a.webp", "lonely.jpg", "strange.jpg"]
    files = [tmp_path / name for name in names]
    rows = [
        TruthRow(photo=photo, label=label, group=photo)
        for photo, label in (("a", "nv"), ("b.v2", "mel"), ("gone", "nv"))
    ]
    rows.append(TruthRow(photo="strange.png", label="inf", group="strange"))
    matched = match(rows, files, SKIN)
    assert [(row.photo, file.name) for row, file in matched.pairs] == [("a", "a.jpg"), ("b.v2", "b.v2.png")]
    assert matched.skipped == {
        "rows without a photo": ("gone",),
        "photos without a row": (str(tmp_path / "lonely.jpg"),),
        "photos named like another": (str(tmp_path / "deep/a.webp"),),
        "labels the model does not know": ("strange.png (inf)",),
    }


def test_tables_of_a_publisher_are_known_only_where_a_card_says_how_they_are_written(tmp_path: Path) -> None:
    pad = table(tmp_path, "patient_id,diagnostic,img_id\nPAT_1,ACK,PAT_1_7_1.png\n")
    with pytest.raises(WrongTruth) as caught:
        read_truth([pad], SKIN)
    assert "no column names the photo" in str(caught.value)
    assert "PAD" not in str(caught.value)
    assert read_truth([pad], SKIN, TABLES).rows[0].label == "akiec"
    general = table(tmp_path, "image,label,lesion_id,camera\na,SCC,L1,phone\n", "general.csv")
    assert read_truth([general], SKIN).rows == read_truth([general], SKIN, TABLES).rows


def test_a_file_of_tables_says_every_fault_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "truth_tables.yaml"
    path.write_text("image: isic_id\nsources: [{name: a}]\n", encoding="utf-8")
    with pytest.raises(CardFaults) as caught:
        read_truth_tables(path)
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["image", "sources.0.columns"]
