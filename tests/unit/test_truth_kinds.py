"""Tables of labels as people have them: by other publishers, other programs and other hands; nothing is left out unnamed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from classifiers.card import read_photo_card
from classifiers.card.truth_tables import read_truth_tables
from classifiers.evaluation.class_folders import by_folder
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.matching import match
from classifiers.evaluation.truth import Truth, TruthRow, WrongTruth, read_truth

SKIN = Path(__file__).parents[2] / "classifiers" / "skin"
CARD = read_photo_card(SKIN / "card.yaml")
TABLES = read_truth_tables(SKIN / "truth_tables.yaml")
NAMES = LabelNames.of(CARD, TABLES)


def read(folder: Path, *texts: str) -> Truth:
    files = [folder / f"{at}.csv" for at in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return read_truth(files, CARD.codes, TABLES, names=NAMES)


def labels(truth: Truth) -> list[str]:
    return [row.label for row in truth.rows]


@pytest.mark.parametrize(
    "text",
    [
        "filename,class\na.jpg,mel\nb.jpg,nv\n",
        "Image,Label\na,MEL\nb,NV\n",
        "Image Name;Class\na;Melanoma\nb;Mole\n",
        "image\tlabel\na\tmalignant melanoma\nb\tMole (naevus)\n",
        "sep=;\nimage;label\na;Melanoma\nb;Nevus\n",
        '"file path","label"\n"C:\\data\\a.jpg","mel"\n"C:\\data\\b.jpg","nv"\n',
        "image,MEL,NV\na,1.0,0.0\nb,0,1\n",
        "image;MEL;NV\na;1,0;0,0\nb;0,0;1,0\n",
        "image,melanoma,mole\na,TRUE,FALSE\nb,,1\n",
        "image,mel,nv,malignant,score_weight,UNK\na,1,0,1,0.0,0\nb,0,1,0,1.0,0\n",
        "md5hash,fitzpatrick_scale,label,three_partition_label\na,-1,malignant melanoma,x\nb,3,nevocytic nevus,x\n",
        "image_name,patient_id,diagnosis,benign_malignant,target\na,IP_1,melanoma,malignant,1\nb,IP_2,nevus,benign,0\n",
        "isic_id,diagnosis_1,diagnosis_3,diagnosis_4\na,Malignant,Melanoma Invasive,\nb,Benign,Nevus,\n",
        "isic_id,diagnosis\r\na,melanoma\r\n,\r\nb,nevus\r\n",
        "_id,name,meta.clinical.diagnosis,meta.clinical.benign_malignant\n5,a,melanoma,malignant\n6,b,nevus,benign\n",
        "isic_id,target,iddx_1,iddx_2,iddx_3\na,1,Malignant,x,Melanoma in situ\nb,0,Benign,x,Nevus\n",
        "bcn_filename,diagnosis,split\na.jpg,MEL,train\nb.jpg,NV,test\n",
        ",DDI_ID,DDI_file,skin_tone,malignant,disease\n0,1,a.png,56,True,melanoma-in-situ\n1,2,b.png,12,False,dysplastic-nevus\n",
        "case_num,diagnosis,clinic,derm\n1,melanoma (0.76 to 1.5 mm),x/A1.jpg,x/a.JPG\n2,reed or spitz nevus,x/B1.jpg,x/b.JPG\n",
        "image,filename,label\n1,a.jpg,mel\n2,b.jpg,nv\n",
        "Unnamed: 0,filename,target\n0,a.jpg,mel\n1,b.jpg,nv\n",
        "image,mel,nv,target\na,yes,no,1\nb,no,yes,0\n",
        "image,mel,nv\na,x,\nb,,x\n",
        "image,label\na,mel,,\nb,nv,,\n",
        "image,label,label_name\na,4,melanoma\nb,5,nevus\n",
        "image,diagnosis,MEL,NV\na,,1,0\nb,,0,1\n",
    ],
)
def test_the_same_two_labels_are_read_however_they_are_written(tmp_path: Path, text: str) -> None:
    truth = read(tmp_path, text)
    files = [tmp_path / "photos" / name for name in ("A.JPG", "b.png")]
    matched = match(truth.rows, files, CARD.codes, contradictory=truth.contradictory)
    assert [(row.label, file.name) for row, file in matched.pairs] == [("mel", "A.JPG"), ("nv", "b.png")]
    assert matched.skipped == {}


def test_a_table_may_be_in_the_encoding_of_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_text("image\tlabel\na\tNévus (grain de beauté, mole)\nb\tMole\n", encoding="utf-16")
    assert labels(read_truth([tmp_path / "0.csv"], CARD.codes, TABLES, names=NAMES)) == ["nv", "nv"]


def test_a_table_in_windows_own_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_bytes("image;label\na;Névus\nb;Mélanome\n".encode("cp1252"))
    assert labels(read_truth([tmp_path / "0.csv"], CARD.codes, TABLES, names=NAMES)) == ["nv", "mel"]
    (tmp_path / "0.csv").write_bytes("image\tlabel\na\tMole\nb\tmel\n".encode("utf-16-le"))
    assert labels(read_truth([tmp_path / "0.csv"], CARD.codes, TABLES, names=NAMES)) == ["nv", "mel"]


def test_a_workbook_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "0.xlsx").write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(WrongTruth, match="save it as CSV"):
        read_truth([tmp_path / "0.xlsx"], CARD.codes, TABLES, names=NAMES)


def test_a_compressed_table_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_bytes(gzip.compress(b"image,label\na,nv\n"))
    with pytest.raises(WrongTruth, match="is compressed: unpack it first"):
        read_truth([tmp_path / "truth.csv"], CARD.codes, TABLES, names=NAMES)


def test_weights_are_no_labels_and_are_named(tmp_path: Path) -> None:
    text = "image,MEL,NV,UNK,score_weight,validation_weight\na,1,0,0,0,1\nb,0,1,0,1,0\nc,0,0,1,1,0\n"
    truth = read(tmp_path, text)
    assert labels(truth) == ["mel", "nv", "unk"]
    assert truth.no_labels == ("score_weight", "validation_weight")
    assert truth.contradictory == ()


def test_a_number_that_is_neither_0_nor_1_is_no_label_of_its_photo_and_the_others_are_read(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,MEL,NV\na,1,0\nb,0.4,0.6\nc,0,1\n")
    assert labels(truth) == ["mel", "nv"]
    assert truth.contradictory == ("b",)


def test_a_cell_that_is_no_number_puts_its_row_aside_and_not_its_column(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,MEL,NV,BCC\na,1,0,?\nb,0,1,0\nc,0,0,1\n")
    assert [(row.photo, row.label) for row in truth.rows] == [("b", "nv"), ("c", "bcc")]
    assert truth.contradictory == ("a",)


def test_two_columns_of_one_label_count_together(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,actinic keratosis,Bowen's disease,NV\na,1,0,0\nb,0,1,0\nc,0,0,1\n")
    assert labels(truth) == ["akiec", "akiec", "nv"]


def test_columns_that_name_two_labels_are_a_contradiction(tmp_path: Path) -> None:
    truth = read(tmp_path, "isic_id,diagnosis_3,diagnosis_4\na,Nevus,Melanoma in situ\nb,Nevus,\n")
    assert (labels(truth), truth.contradictory) == (["nv"], ("a",))


def test_a_label_that_the_columns_of_labels_contradict_is_no_label(tmp_path: Path) -> None:
    rows = "a,mel,1,0,0\nb,mel,0,1,0\nc,nv,0,0,0\nd,nv,1,1,0\ne,psoriasis,0,0,1\n"
    truth = read(tmp_path, "image,label,MEL,NV,BCC\n" + rows)
    assert labels(truth) == ["mel", "nv"]
    assert truth.contradictory == ("b", "d", "e")


def test_a_diagnosis_that_is_not_known_is_named_as_such(tmp_path: Path) -> None:
    truth = read(tmp_path, "image_name,diagnosis\na,unknown\nb,nevus\n")
    matched = match(truth.rows, [tmp_path / "a.jpg", tmp_path / "b.jpg"], CARD.codes)
    assert matched.skipped == {"labels the model does not know": ("a (unknown)",)}


def test_a_second_table_says_what_is_drawn_together(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,MEL,NV\na,1,0\nb,0,1\nc,0,1\n", "image,age_approx,lesion_id\na,40,L1\nb,40,L2\nc,,\n")
    assert [row.group for row in truth.rows] == ["L1", "L2", "c"]
    assert truth.grouped_by == "lesion"


def test_tones_that_are_not_known_are_none(tmp_path: Path) -> None:
    truth = read(tmp_path, "md5hash,fitzpatrick_scale,label\na,-1,melanoma\nb,4,melanoma\n")
    assert [row.subgroup for row in truth.rows] == [None, "Fitzpatrick 4"]


def test_rows_that_say_nothing_or_the_same_again_are_counted(tmp_path: Path) -> None:
    truth = read(tmp_path, "image,label\na,nv\n ,\nA.jpg,nv\nb,mel\n")
    assert labels(truth) == ["nv", "mel"]
    assert truth.repeated == ("A.jpg",)
    assert truth.empty == ("0.csv, row 3",)


def test_photos_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    files = [tmp_path / one / "1.jpg" for one in ("Test", "train")]
    rows = [TruthRow(photo=f"data\\{one}\\1.JPG", label="nv", group=one) for one in ("train", "test")]
    matched = match(rows, files, CARD.codes)
    assert [(row.group, file.parent.name) for row, file in matched.pairs] == [("train", "train"), ("test", "Test")]


def test_a_name_that_several_photos_have_is_nobodys_unless_they_are_copies(tmp_path: Path) -> None:
    files = [tmp_path / place for place in ("mel/1.jpg", "nv/1.jpg", "mel/2.jpg", "nv/2.jpg")]
    for file, content in zip(files, ("one", "other", "same", "same"), strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    rows = [TruthRow(photo=name, label="nv", group=name) for name in ("1.jpg", "2.jpg")]
    matched = match(rows, files, CARD.codes)
    assert [row.photo for row, _ in matched.pairs] == ["2.jpg"]
    assert matched.skipped["rows that fit several photos alike: name their folder, too"] == ("1.jpg",)
    assert "photos without a row" not in matched.skipped


def test_a_number_behind_a_name_is_no_ending(tmp_path: Path) -> None:
    rows = [TruthRow(photo=name, label="nv", group=name) for name in ("a.2", "b.tga", "24306.0")]
    matched = match(rows, [tmp_path / name for name in ("a.jpg", "b.jpg", "24306.jpg")], CARD.codes)
    assert [(row.photo, file.name) for row, file in matched.pairs] == [("b.tga", "b.jpg"), ("24306.0", "24306.jpg")]
    assert matched.skipped["rows without a photo"] == ("a.2",)


def test_two_rows_about_one_photo_that_differ_are_a_contradiction(tmp_path: Path) -> None:
    rows = [TruthRow(photo=name, label=label, group=name) for name, label in (("a", "nv"), ("x/a.jpg", "mel"))]
    matched = match(rows, [tmp_path / "a.jpg"], CARD.codes)
    assert (matched.pairs, matched.skipped) == ((), {"photos with no label, or several": ("a",)})


def test_folders_are_named_after_labels(tmp_path: Path) -> None:
    names = ["train/MEL/1.jpg", "train/02. Moles/1.jpg", "train/Basal cell carcinoma/deep/1.jpg", "train/eczema/1.jpg"]
    files = [tmp_path / name for name in names]
    for file in files:
        file.parent.mkdir(parents=True)
    truth, matched = by_folder([tmp_path], files, CARD.codes, TABLES, NAMES)
    assert [row.label for row, _ in matched.pairs] == labels(truth) == ["mel", "nv", "bcc"]
    assert matched.skipped == {"labels the model does not know": (f"{files[3]} (eczema)",)}
    assert by_folder([tmp_path / "train" / "MEL"], files[:1], CARD.codes, TABLES, NAMES)[0].rows[0].label == "mel"


@pytest.mark.parametrize(
    "text", ["image,label,Label\na,nv,mel\n", "image,biopsied,sun\na,1,0\n", "image,MEL,NV\na,2,0\n"]
)
def test_a_table_that_could_mean_anything_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongTruth):
        read(tmp_path, text)
