"""A bundle as an archive: the same bytes every time, read back whole, and nothing taken from a hostile one."""

import io
import zipfile
from pathlib import Path

import pytest

from app.catalogue.bundle import read_folder
from app.catalogue.zipped import from_zip, to_zip
from app.errors import Refusal
from app.texts import sentence
from tests.importing.files import file, line
from tests.studio.archives import PROCESS, archive, encrypted, link, lying

ROOT = Path(__file__).parents[2]
DIAGRAM = file(line(more='isExecutable="true"'))


@pytest.mark.parametrize("key", ["adoption", "orphan-recognition", "referral"])
def test_what_is_taken_away_comes_back_the_same(key: str) -> None:
    bundle = read_folder(ROOT / "workflows", ROOT / "forms", key)
    packed = to_zip(bundle)
    assert packed == to_zip(bundle)
    assert from_zip(packed) == bundle
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert names == sorted(names) and f"workflows/{key}/process.bpmn" in names


def test_only_the_process_itself_is_taken_away() -> None:
    bundle = read_folder(ROOT / "workflows", ROOT / "forms", "adoption")
    called = read_folder(ROOT / "workflows", ROOT / "forms", "adoption-assessment")
    assert to_zip(bundle.with_called([called])) == to_zip(bundle)


@pytest.mark.parametrize("folder", ["", "visit/", "out/visit/", "workflows/visit/", "out/workflows/visit/"])
def test_an_archive_may_hold_the_folder_at_any_place(folder: str) -> None:
    forms = f"{folder.replace('workflows/visit/', '')}forms/visit/" if "workflows" in folder else f"{folder}forms/"
    packed = archive([
        (f"{folder}process.bpmn", DIAGRAM), (f"{forms}a.json", "{}"), ("__MACOSX/._x", b"\x00"), ("photo.png", b"\x00"),
        (f"{folder}process.toml", 'key = "visit"\ntitle = "到户"\ncode = "JD"\nprocess = "visit"\n'),
    ])  # fmt: skip
    assert set(from_zip(packed).files) == {"visit/process.bpmn", "visit/process.toml", "visit/forms/a.json"}


HOSTILE = {
    "none": (b"no archive", "zip_unreadable"),
    "cut": (archive([(PROCESS, DIAGRAM)])[:-30], "zip_unreadable"),
    "encrypted": (encrypted(archive([(PROCESS, DIAGRAM)])), "zip_unreadable"),
    "another method": (archive([(PROCESS, DIAGRAM)], zipfile.ZIP_BZIP2), "zip_unreadable"),
    "out of the folder": (archive([(PROCESS, DIAGRAM), ("workflows/visit/../../x.toml", "")]), "zip_name"),
    "from the root": (archive([(PROCESS, DIAGRAM), ("/etc/x.toml", "")]), "zip_name"),
    "of another system": (archive([(PROCESS, DIAGRAM), ("C:\\x.toml", "")]), "zip_name"),
    "a link": (archive([(PROCESS, DIAGRAM), (link("workflows/visit/process.toml"), "/etc/passwd")]), "zip_name"),
    "a name nobody sees": (archive([(PROCESS, DIAGRAM), ("workflows/visit/\u202ex.toml", "")]), "zip_name"),
    "a bomb": (archive([(PROCESS, DIAGRAM), ("workflows/visit/a.txt", "0" * 19_000_000)]), "zip_too_large"),
    "many": (archive([(f"a/{number}.txt", "") for number in range(201)]), "zip_too_large"),
    "nothing in it": (archive([("a.txt", "")]), "zip_process"),
    "two of them": (archive([("a/process.bpmn", DIAGRAM), ("b/process.bpmn", DIAGRAM)]), "zip_process"),
    "no text": (archive([(PROCESS, b"\xff\xfe\x00")]), "bundle_not_text"),
    "no key": (archive([("到户/process.bpmn", DIAGRAM)]), "process_key"),
    "wrong settings": (archive([(PROCESS, DIAGRAM), ("workflows/visit/process.toml", 'key = "../x"')]), "bundle_settings"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_taken_from_a_hostile_archive(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(Refusal) as refused:
        from_zip(data)
    assert refused.value.code == code and sentence(refused.value).endswith("。")


def test_an_archive_that_lies_about_its_sizes_is_counted() -> None:
    """The list says 10 bytes; what unpacks is refused all the same."""
    with pytest.raises(Refusal):
        from_zip(lying(archive([("workflows/visit/process.bpmn", "0" * 15_000_000)]), 10))
