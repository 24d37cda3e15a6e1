"""The pages of what was attached, in the file that a court gets: within the scope, whole or not at all, rightly numbered."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, update

from app import clock
from app.db import db, in_transaction
from app.documents.inspect import Inspected, inspect
from app.documents.models import Document, DocumentContent
from app.documents.receive import sm3_hex
from app.errors import Refusal
from app.history.digests import SHA256, digest
from app.history.hidden import hidden_fields
from app.identity.actor import load_actor_by_login
from app.instances.models import Instance
from app.instances.read_case import read_case
from app.replay.file_requests import attached_pages
from app.replay.file_requests.extract_file import gather_file, set_file
from app.texts import sentence
from tests.acts.conftest import AGREE, Office, person
from tests.acts.test_file_requests import ARCHIVIST, decided, extracted, registered, text_of_page
from tests.acts.test_take_away import run
from tests.documents.archival import assert_archival
from tests.documents.drawn_files import WRITTEN, page_of, scan, with_font, with_stamp
from tests.documents.sample_files import pdf, photo, with_password

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
BOOK, HOUSE = scan(["one", "two"]), scan(["house"], (1600, 900), "JPEG")


def uploaded(office: Office, data: bytes, name: str, by: str = "nongxiaolan") -> str:
    """Each a second after the one before: they are told in this order."""
    at = clock.now() + timedelta(seconds=1)
    clock.set_source(lambda: at)
    sent = {"instance": office.case, "file": (io.BytesIO(data), name)}
    answer = office.api(by).send("/documents", sent, "multipart/form-data")
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def kept(office: Office, data: bytes, type_: str, name: str) -> str:
    """A file that no door would take today, as an older rule may have: kept without being looked at."""
    around, id_ = office.app.extensions["banyan"], UUID(int=len(data))

    def command() -> None:
        case = read_case(db.session(), around, db.session.get_one(Instance, office.case), now=clock.now())
        db.session.add(
            Document(
                id=id_, case=office.case, sha256=digest(SHA256, data).hex(), sm3=sm3_hex(data), size=len(data), type=type_,
                pages=None, name=case.sealer.seal(name.encode(), "document.name", str(id_)), key_id=case.sealer.key_id,
                received_by=person("nongxiaolan"), received_at=clock.now(),
            )
        )  # fmt: skip
        db.session.flush()
        sealed = case.sealer.seal(data, "document_content.original", str(id_))
        db.session.add(DocumentContent(document_id=id_, original=sealed, served=None))

    with office.app.app_context():
        in_transaction(command)
    return str(id_)


def reviewed_with(office: Office, *files: str) -> None:
    office.complete("审查", "nongxiaolan", AGREE | {"attachments": list(files)})


def test_the_paper_is_made_to_be_kept(office: Office) -> None:
    """Also with a stranger's PDF and photos of every kind in it."""
    office.received()
    grey, clear = photo("PNG", (300, 200), "L"), photo("PNG", (300, 200), "RGBA")
    files = {"户口簿.pdf": BOOK, "住房.jpg": HOUSE, "灰.png": grey, "透明.png": clear}
    reviewed_with(office, *(uploaded(office, data, name) for name, data in files.items()))
    request = registered(office, scope="whole")
    decided(office, request)
    assert_archival(extracted(office, request))


def court_file(office: Office, **scope: str) -> PdfReader:
    request = registered(office, **scope)
    assert decided(office, request).status_code == 303
    return PdfReader(io.BytesIO(extracted(office, request)))


def pages_of(reader: PdfReader) -> list[str]:
    return [text_of_page(page.extract_text()) for page in reader.pages]


def pictures_on(reader: PdfReader) -> dict[int, list[tuple[int, int]]]:
    """By page from 1, the pictures on it that are as large as a drawn page."""
    found = {n: [one.image.size for one in page.images if one.image] for n, page in enumerate(reader.pages, 1)}
    return {n: [size for size in sizes if max(size) > 1000] for n, sizes in found.items() if sizes}


def test_what_was_attached_lies_in_the_file_page_by_page(office: Office) -> None:
    office.received()
    book, house = uploaded(office, BOOK, "户口簿.pdf"), uploaded(office, HOUSE, "住房照片.jpg")
    reviewed_with(office, book, house)
    steps = len(office.events())
    step = office.events("completed")[-1].seq
    reader = court_file(office, scope="whole")
    pages, shown = pages_of(reader), pictures_on(reader)

    at = [n for n, sizes in shown.items() if sizes]
    first, second, third = at
    assert (second, third) == (first + 1, first + 2), "one picture a page, in order"
    for n, number, name, part in (
        (first, steps + 1, "户口簿.pdf", "第1页，共2页"), (second, steps + 1, "户口簿.pdf", "第2页，共2页"),
        (third, steps + 2, "住房照片.jpg", "第1页，共1页"),
    ):  # fmt: skip
        content = BOOK if number == steps + 1 else HOUSE
        said = pages[n - 1]
        assert f"证据{number}第{step}步附件：{name}" in said and part in said and sm3_hex(content) in said
        assert f"第{n}页共{len(pages)}页" in said, "numbered through"
    assert shown[third] == [(1600, 900)] and reader.pages[third - 1].mediabox.width > 800, (
        "a wide photo lies on its side"
    )

    table = "".join(pages[1:3])
    assert f"{steps + 1}第{step}步附件：户口簿.pdf附件影印2页{first}–{second}" in table
    assert f"{steps + 2}第{step}步附件：住房照片.jpg附件影印1页{third}" in table
    listing = "".join(pages[: first - 1])
    for content in (BOOK, HOUSE):
        assert sm3_hex(content) in listing and digest(SHA256, content).hex() in listing
    frame = reader.pages[first - 1].images[0].image.convert("L")
    assert frame.getpixel((80, 1000)) < 60, "what was on the page is on the page"


@pytest.mark.parametrize("scope", [{"scope": "procedure"}, {"scope": "chosen", "steps": "1"}])
def test_outside_the_scope_there_is_a_commitment_and_no_more(office: Office, scope: dict[str, str]) -> None:
    """A digest would tell who has the file, or guesses it, that it is this one (proof §2.2)."""
    office.received()
    book = uploaded(office, BOOK, "覃某户口簿.pdf")
    reviewed_with(office, book)
    reader = court_file(office, **scope)
    said, step = "".join(pages_of(reader)), office.events("completed")[-1].seq
    with office.app.app_context():
        vault = office.app.extensions["banyan"].vault
        hidden = hidden_fields(
            db.session(), vault, office.case, shown=lambda _seq, name: name != f"payload/~file/{book}"
        )
    assert "未提供：不在批准的提供范围内" in said and said.count(hidden[step][f"payload/~file/{book}"]) == 2
    assert sm3_hex(BOOK) not in said and digest(SHA256, BOOK).hex() not in said and book not in said
    assert "覃某" not in said and f"{len(BOOK)}字节" not in said and not any(pictures_on(reader).values())
    listed = len(office.events()) + 1
    assert re.search(rf"{listed}第\d+步附件未提供—", said)


def test_within_the_chosen_step_it_is_given(office: Office) -> None:
    office.received()
    reviewed_with(office, uploaded(office, BOOK, "户口簿.pdf"))
    step = office.events("completed")[-1].seq
    reader = court_file(office, scope="chosen", steps=str(step))
    assert len([n for n, sizes in pictures_on(reader).items() if sizes]) == 2


LOCKED, STAMPED, BROKEN = pdf(with_password), page_of(b"", with_stamp(look=False)), b"%PDF-"
SPARSE = page_of(WRITTEN, with_font("/SimSun", "/TrueType"))


def test_what_cannot_be_shown_is_listed_with_the_reason(office: Office) -> None:
    """Never a fault, never part of it; the rest is there."""
    office.received()
    files = {
        kept(office, LOCKED, "application/pdf", "加密.pdf"): (LOCKED, "PDF设了密码"),
        kept(office, BROKEN, "application/pdf", "坏.pdf"): (BROKEN, "文件损坏"),
        uploaded(office, STAMPED, "批注.pdf"): (STAMPED, "没有固定样子的批注"),
        uploaded(office, SPARSE, "缺字体.pdf"): (SPARSE, "字体没有嵌入"),
        uploaded(office, HOUSE, "住房.jpg"): (HOUSE, "列入本件，共1页"),
    }
    reviewed_with(office, *files)
    reader = court_file(office, scope="whole")
    said = "".join(pages_of(reader))
    for content, why in files.values():
        assert why in said and sm3_hex(content) in said and digest(SHA256, content).hex() in said, why
    assert len([n for n, sizes in pictures_on(reader).items() if sizes]) == 1


def test_a_file_that_is_not_what_was_recorded_is_not_handed_to_a_court(office: Office) -> None:
    """One swapped in the database, one gone: only what the chain says of them is printed."""
    office.received()
    book, house, note = (
        uploaded(office, BOOK, "户口簿.pdf"),
        uploaded(office, HOUSE, "住房.jpg"),
        uploaded(office, photo(), "便条.jpg"),
    )
    reviewed_with(office, book, house, note)
    with office.app.app_context():

        def harm() -> None:
            other = db.session.get_one(DocumentContent, UUID(house)).original
            db.session.execute(
                update(DocumentContent).where(DocumentContent.document_id == UUID(book)).values(original=other)
            )
            for table, key in ((DocumentContent, DocumentContent.document_id), (Document, Document.id)):
                db.session.execute(delete(table).where(key == UUID(note)))
            # The row says other digests than the chain; the bytes agree with the row.
            db.session.execute(update(Document).where(Document.id == UUID(house)).values(sm3="0" * 64))

        in_transaction(harm)
    reader = court_file(office, scope="whole")
    said = "".join(pages_of(reader))
    assert said.count("保存的文件与记录链上的摘要不符") == 1 and said.count("系统中已没有这份文件") == 1
    assert sm3_hex(BOOK) in said and sm3_hex(photo()) in said
    assert said.count(sm3_hex(HOUSE)) == 3 and "0" * 64 not in said, "at its step, in the list and on its page"
    assert len([n for n, sizes in pictures_on(reader).items() if sizes]) == 1, (
        "the bytes of the other are those of the chain"
    )


def test_the_same_file_in_two_steps_is_shown_once(office: Office) -> None:
    office.received()
    book = uploaded(office, BOOK, "户口簿.pdf")
    reviewed_with(office, book)
    first = office.events("completed")[-1].seq
    office.complete("审批", "huangjianguo", AGREE | {"attachments": [book]})
    second = office.events("completed")[-1].seq
    reader = court_file(office, scope="whole")
    said = "".join(pages_of(reader))
    assert f"又见第{second}步（同一文件，不重复列入）" in said and f"第{first}步附件：户口簿.pdf" in said
    assert len([n for n, sizes in pictures_on(reader).items() if sizes]) == 2


def test_a_file_has_so_many_pages_and_the_rest_is_listed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of several pages is never shown in part."""
    monkeypatch.setattr(attached_pages, "MOST_PAGES", 2)
    office.received()
    book, house = uploaded(office, scan(["x"] * 3, (200, 300)), "三页.pdf"), uploaded(office, BOOK, "两页.pdf")
    reviewed_with(office, book, house, uploaded(office, HOUSE, "住房.jpg"))
    said = "".join(pages_of(court_file(office, scope="whole")))
    assert said.count("各附件合计超过") == 2 and "列入本件，共2页" in said


def test_a_file_that_takes_too_long_says_what_to_do(office: Office) -> None:
    office.received()
    reviewed_with(office, uploaded(office, BOOK, "户口簿.pdf"))
    request = registered(office, scope="whole")
    decided(office, request)
    around = office.app.extensions["banyan"]
    with office.app.app_context():
        by = load_actor_by_login(db.session(), ARCHIVIST, clock.legal_day(clock.now()))
        drawn = gather_file(db.session(), around, request, by=by, network="x", now=clock.now())
    with pytest.raises(Refusal) as refused:
        set_file(drawn, patience=0.001)
    assert refused.value.status == 503 and "flask history extract" in sentence(refused.value)


def test_the_operator_extracts_without_a_limit_in_the_name_of_the_archivist(office: Office) -> None:
    office.received()
    reviewed_with(office, uploaded(office, BOOK, "户口簿.pdf"))
    request = registered(office, scope="whole")
    assert "还没有批准" in run(office, "history", "extract", request, "--by", ARCHIVIST, code=1)
    decided(office, request)
    assert "没有找到" in run(office, "history", "extract", request, "--by", "liguifang", code=1)
    said = run(office, "history", "extract", request, "--by", ARCHIVIST)
    content = office.page(ARCHIVIST).get(f"/file-requests/{request}/paper").data
    assert digest(SHA256, content).hex() in said
    assert len([n for n, sizes in pictures_on(PdfReader(io.BytesIO(content))).items() if sizes]) == 2
    assert "已经处理过" in run(office, "history", "extract", request, "--by", ARCHIVIST, code=1)


def test_the_same_file_is_the_same_bytes_at_the_interface(office: Office) -> None:
    office.received()
    reviewed_with(office, uploaded(office, BOOK, "户口簿.pdf"))
    made = []
    for _ in range(2):
        request = registered(office, scope="whole")
        decided(office, request)
        made.append(office.api(ARCHIVIST).post(f"/file-requests/{request}/extract", {}).json["sha256"])
    assert made[0] == made[1]


def test_a_strangers_file_is_looked_through_with_nothing_held_open(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take seconds: nobody else waits for the database meanwhile, at either door."""
    office.received()
    held = []

    def looked_through(data: bytes, name: str) -> Inspected:
        held.append(db.session().in_transaction())
        return inspect(data, name)

    for door in ("app.web.files.inspect", "app.api.documents.inspect"):
        monkeypatch.setattr(door, looked_through)
    uploaded(office, HOUSE, "住房.jpg")
    page = office.page("liguifang")
    address = f"/cases/{office.case}/messages/withdraw"
    page.get(address)
    page.post(address, day="2026-11-23", why="不再需要", signed=(io.BytesIO(HOUSE), "申请.jpg"))
    assert held == [False, False]
