"""A case is taken away with the originals of what was attached, and a stranger checks each against the record."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete

from app import clock
from app.db import db, in_transaction
from app.documents.models import DocumentContent
from app.documents.receive import sm3_hex
from app.identity.actor import load_actor_by_login
from app.instances import export_case
from app.instances.export_case import VERIFIER, files_to_export
from tests.acts.conftest import Office, person
from tests.acts.test_court_file_pages import BOOK, HOUSE, reviewed_with, uploaded
from tests.acts.test_erase_case import erased
from tests.acts.test_take_away import AUDITOR, WHY, bundle, exports, fingerprint, run, verified
from tests.documents.drawn_files import scan

CONTRACT = scan(["contract"])
FIRST, SECOND = "files/0001-", "files/0002-"
Entries = list[tuple[zipfile.ZipInfo, bytes]]
PYTHONS = [sys.executable, *(python for python in [os.environ.get("PYTHON39")] if python)]


def attached(office: Office) -> tuple[str, str]:
    """A case with a book and a contract; ids of both."""
    office.received()
    book, contract = uploaded(office, BOOK, "覃某户口簿.pdf"), uploaded(office, CONTRACT, "租赁合同.pdf")
    reviewed_with(office, book, contract)
    return book, contract


def taken(office: Office, **more: object) -> bytes:
    body = {"extent": "whole", "purpose": WHY, "files": True} | more
    answer = office.api(AUDITOR).post(f"/instances/{office.case}/export", body)
    assert answer.status_code == 200, answer.text
    return answer.data


def entries(content: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [(one, packed.read(one)) for one in packed.infolist()]


def originals(content: bytes) -> list[tuple[str, bytes]]:
    return [(one.filename, data) for one, data in entries(content) if one.filename.startswith("files/")]


def packed(found: Entries) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        for one, data in found:
            folder.writestr(one, data, one.compress_type)
    return out.getvalue()


def checked(office: Office, content: bytes, folder: Path, python: str = sys.executable) -> tuple[int, str]:
    file = folder / "case.zip"
    file.write_bytes(content)
    words = [python, "-I", "-S", VERIFIER, file, "--trust", fingerprint(office)]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def test_the_originals_lie_in_the_file_and_a_stranger_checks_them(office: Office, tmp_path: Path) -> None:
    attached(office)
    step = office.events("completed")[-1].seq
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    mo.post(f"{case}/purpose", reason=WHY)
    assert "连同附件原件" in mo.get(f"{case}/export").text and "连同附件原件" not in mo.get(f"{case}/print").text
    at_page = mo.post(f"{case}/export", extent="whole", purpose=WHY, files="on").data
    file = tmp_path / "out.zip"
    words = ("--to", str(file), "--by", AUDITOR, "--purpose", WHY, "--whole", "--with-files")
    run(office, "history", "export", office.case, *words)
    for content in (at_page, taken(office), file.read_bytes()):
        said = verified(office, content, tmp_path, files=2)
        names, found = zip(*originals(content), strict=True)
        assert found == (BOOK, CONTRACT), "as they were received, in the order in which they were handed in"
        assert all(f"原件 {name} 与第 {step} 步的附件相符" in said for name in names)
        read_me = next(data for one, data in entries(content) if one.filename == "说明.txt").decode()
        assert "覃某户口簿.pdf" in read_me and sm3_hex(BOOK) in read_me and "--file" in read_me and names[0] in read_me
        assert not [name for name in names if "覃" in name], "names of people are no names of files"
    mo_id = person(AUDITOR)
    assert exports(office) == [(mo_id, "export:whole:files", WHY)] * 3


@pytest.mark.parametrize("python", PYTHONS)
def test_on_every_python_it_must_run_on(office: Office, tmp_path: Path, python: str) -> None:
    attached(office)
    code, said = checked(office, taken(office), tmp_path, python)
    assert code == 0 and said.count("的附件相符") == 2, said


def test_who_may_not_see_the_answers_gets_no_files(office: Office) -> None:
    attached(office)
    mo, case, address = office.page(AUDITOR), f"/cases/{office.case}", f"/instances/{office.case}/export"
    mo.post(f"{case}/purpose", reason=WHY)
    page = mo.post(f"{case}/export", extent="redacted", purpose=WHY, files="on")
    assert page.status_code == 422 and "只能连同完整内容" in page.text and "checked" in page.text
    assert mo.post(f"{case}/export", extent="whole", purpose="", files="on").status_code == 422
    asked = {"extent": "redacted", "purpose": WHY, "files": True}
    assert office.api(AUDITOR).post(address, asked).status_code == 422
    assert office.api(AUDITOR).post(address, asked | {"files": "yes"}).status_code == 422
    words = ("--to", "/nowhere", "--by", AUDITOR, "--purpose", WHY, "--with-files")
    assert "只能连同完整内容" in run(office, "history", "export", office.case, *words, code=1)
    for login in ("liguifang", "zhoumin", "weiyiming"):
        assert office.page(login).post(f"{case}/export", extent="whole", purpose=WHY, files="on").status_code == 404
    assert exports(office) == []
    assert originals(taken(office, files=False)) == []


def swapped(found: Entries) -> Entries:
    """The book's bytes under the contract's name."""
    book = next(data for one, data in found if one.filename.startswith(FIRST))
    return [(one, book if one.filename.startswith(SECOND) else data) for one, data in found]


def one_bit(found: Entries) -> Entries:
    return [
        (one, data[:-1] + bytes([data[-1] ^ 1]) if one.filename.startswith(SECOND) else data) for one, data in found
    ]


def more(name: str, content: bytes) -> Callable[[Entries], Entries]:
    return lambda found: [*found, (zipfile.ZipInfo(name), content)]


def shouted(found: Entries) -> Entries:
    """Another file that lies where an original lies, on a disk that does not tell letters apart by their case."""
    name = next(one.filename for one, _ in found if one.filename.startswith(FIRST))
    return [*found, (zipfile.ZipInfo(name.upper()), b"%PDF-1.7")]


def link(name: str) -> Callable[[Entries], Entries]:
    one = zipfile.ZipInfo(name)
    one.create_system, one.external_attr = 3, 0o120777 << 16
    return lambda found: [*found, (one, b"/etc/passwd")]


def deflated(found: Entries) -> Entries:
    for one, _ in found:
        one.compress_type = zipfile.ZIP_DEFLATED
    return found


def twice(found: Entries) -> Entries:
    return [*found, found[-1]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped, "都不相符"),
        (one_bit, "都不相符"),
        (more("files/0003-0123456789abcdef.pdf", b"%PDF-1.7"), "都不相符"),
        (more("files/banyan.pdf", b"%PDF-1.7"), "文件名不是本系统写出的"),
        (more("files/../banyan.pdf", b"%PDF-1.7"), "会写到别处"),
        (deflated, "被重新压缩过"),
        (twice, "同名的文件"),
        (shouted, "同名的文件"),
        (more("Bundle.JSON", b"{}"), "同名的文件"),
        (more("ｂundle.json", b"{}"), "同名的文件"),
        (more("bundle.json ", b"{}"), "同名的文件"),
        (more("./files/0001-0123456789abcdef.pdf", b"%PDF-1.7"), "会写到别处"),
        (more("../banyan.pdf", b"%PDF-1.7"), "会写到别处"),
        (more("/etc/banyan.pdf", b"%PDF-1.7"), "会写到别处"),
        (more("C:\\banyan.pdf", b"%PDF-1.7"), "会写到别处"),
        (more("files\\0001.pdf", b"%PDF-1.7"), "会写到别处"),
        (link("readme.txt"), "指向别处的链接"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_original_that_is_not_what_was_recorded_is_found(
    office: Office, tmp_path: Path, change: Callable[[Entries], Entries], words: str
) -> None:
    attached(office)
    code, said = checked(office, packed(change(entries(taken(office)))), tmp_path)
    assert code == 1 and words in said and "成立：自封存以来" not in said, said


def test_files_that_lie_over_each_other_are_no_bomb(office: Office, tmp_path: Path) -> None:
    """The directory lists one file many times under other names: it would be read as often."""
    attached(office)
    content = taken(office)
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        start, last = found.start_dir, found.infolist()[-1]
    directory = content[start : content.rindex(b"PK\x05\x06")]
    entry = directory[directory.rindex(b"PK\x01\x02") :]
    name = last.filename.encode()
    copies = b"".join(entry.replace(name, b"files/%04d" % n + name[10:]) for n in range(5, 905))
    directory += copies
    end = bytearray(content[content.rindex(b"PK\x05\x06") :])
    end[8:12] = (905).to_bytes(2, "little") * 2
    end[12:16] = len(directory).to_bytes(4, "little")
    code, said = checked(office, content[:start] + directory + bytes(end), tmp_path)
    assert code == 1 and "互相重叠" in said, said


def other_header(content: bytes) -> bytes:
    """Who reads it from the front, as it arrives, takes the first entry for another."""
    return content.replace(b"bundle.json", b"bundle.jsox", 1)


def with_gap(content: bytes) -> bytes:
    """An entry that the directory does not list, before those it does."""
    more = packed([(zipfile.ZipInfo("bundle.json"), b"{}")])
    with zipfile.ZipFile(io.BytesIO(more)) as found:
        return more[: found.start_dir] + content


HIDING: list[Callable[[bytes], bytes]] = [
    lambda content: b"MZ" + content,
    lambda content: content + b"\n",
    lambda content: content[:-2] + b"\x05\x00hello",
    with_gap,
]


@pytest.mark.parametrize("hide", HIDING)
def test_what_the_directory_does_not_list_is_told(
    office: Office, tmp_path: Path, hide: Callable[[bytes], bytes]
) -> None:
    """Another program may see another file in it: who trusts the result must know."""
    attached(office)
    code, said = checked(office, hide(taken(office)), tmp_path)
    assert code == 4 and "夹有目录没有列出的内容" in said, said


def test_an_entry_that_calls_itself_otherwise_is_not_read(office: Office, tmp_path: Path) -> None:
    attached(office)
    code, said = checked(office, other_header(taken(office)), tmp_path)
    assert code == 3 and "成立：自封存以来" not in said, said


def test_a_bundle_packed_by_another_method_is_not_unpacked(office: Office, tmp_path: Path) -> None:
    """Some ask for any amount of memory before the first byte is out."""
    attached(office)
    for place in (0, -1):
        found = entries(taken(office))
        found[place][0].compress_type = zipfile.ZIP_LZMA
        code, said = checked(office, packed(found), tmp_path)
        assert code == 1 and "压缩方式不是约定的" in said, said


def test_what_else_lies_in_the_file_was_not_checked_and_what_is_missing_is_counted(
    office: Office, tmp_path: Path
) -> None:
    attached(office)
    found = entries(taken(office))
    code, said = checked(office, packed(more("读我.txt", b"x")(found)), tmp_path)
    assert code == 4 and "读我.txt 不属于档案包，没有核对" in said
    code, said = checked(office, packed([one for one in found if not one[0].filename.startswith(SECOND)]), tmp_path)
    assert code == 4 and "有 1 份没有附上原件" in said


def test_what_is_altered_here_does_not_leave_the_house_as_an_original(office: Office, tmp_path: Path) -> None:
    book, contract = attached(office)
    with office.app.app_context():

        def harm() -> None:
            mine = DocumentContent.document_id == UUID(contract)
            other = db.session.get_one(DocumentContent, UUID(book)).original
            db.session.execute(delete(DocumentContent).where(mine))
            db.session.add(DocumentContent(document_id=UUID(contract), original=other, served=None))

        in_transaction(harm)
    content = taken(office)
    assert [data for _, data in originals(content)] == [BOOK]
    assert (
        "与记录的摘要不符，须由机关查明"
        in next(d for one, d in entries(content) if one.filename == "说明.txt").decode()
    )
    code, said = checked(office, content, tmp_path)
    assert code == 4 and "有 1 份没有附上原件" in said


def test_too_much_for_one_file_says_so_and_nothing_is_made(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    attached(office)
    assert export_case.files_to_export.__kwdefaults__ == {"most": export_case.MOST_READ}
    monkeypatch.setitem(export_case.files_to_export.__kwdefaults__, "most", len(BOOK))
    asked = {"extent": "whole", "purpose": WHY, "files": True}
    answer = office.api(AUDITOR).post(f"/instances/{office.case}/export", asked)
    assert answer.status_code == 413 and "--with-files" in answer.json["detail"]
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    mo.post(f"{case}/purpose", reason=WHY)
    page = mo.post(f"{case}/export", extent="whole", purpose=WHY, files="on")
    assert page.status_code == 413 and "--with-files" in page.text
    assert exports(office) == []


def test_the_original_of_a_photo_stays_in_the_house(office: Office, tmp_path: Path) -> None:
    """It is evidence, and may say where a child lives (corrections: never served)."""
    office.received()
    reviewed_with(office, uploaded(office, BOOK, "覃某户口簿.pdf"), uploaded(office, HOUSE, "住房.jpg"))
    file = tmp_path / "out.zip"
    words = ("--to", str(file), "--by", AUDITOR, "--purpose", WHY, "--whole", "--with-files")
    run(office, "history", "export", office.case, *words)
    for content in (taken(office), file.read_bytes()):
        assert [data for _, data in originals(content)] == [BOOK] and HOUSE not in content
        read_me = next(data for one, data in entries(content) if one.filename == "说明.txt").decode()
        assert "照片原件不出系统，需要核对时由机关当面调验" in read_me and sm3_hex(HOUSE) in read_me
        code, said = checked(office, content, tmp_path)
        assert code == 4 and "有 1 份没有附上原件" in said


def ended(office: Office) -> None:
    attached(office)
    for _ in range(6):
        for name in office.open():
            office.complete(name, "huangjianguo" if name == "审批" else "mengxiuying")


def test_files_that_were_read_do_not_outlive_the_case(office: Office) -> None:
    """It is erased after the originals were read and before the file that holds them is made."""
    ended(office)
    around, now = office.app.extensions["banyan"], clock.now()
    with office.app.app_context():
        by = load_actor_by_login(db.session(), AUDITOR, clock.legal_day(now))
        asked = {"by": by, "whole": True, "purpose": WHY, "now": now}
        files = files_to_export(db.session(), around, office.case, **asked)
        db.session.remove()
    assert [one.content for one in files] == [BOOK, CONTRACT] and erased(office)[0] == 0
    with office.app.app_context():
        made = in_transaction(
            lambda: export_case.export_case(db.session(), around, office.case, **asked, network="x", files=files)
        )
    assert originals(made.content) == [] and BOOK not in made.content


def test_of_an_erased_case_there_is_none(office: Office, tmp_path: Path) -> None:
    ended(office)
    assert erased(office)[0] == 0
    content = taken(office)
    assert (
        originals(content) == []
        and "没有附件原件"
        in dict((one.filename, data.decode()) for one, data in entries(content) if one.filename == "说明.txt")[
            "说明.txt"
        ]
    )
    assert json.dumps(bundle(content)).count("~file") == 0
    assert checked(office, content, tmp_path)[0] == 0
