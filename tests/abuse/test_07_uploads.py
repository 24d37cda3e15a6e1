"""Cases 7, 8: a file is what its bytes are; nothing is kept of one that lies, and none runs or is fetched."""

import io
import socket

import pytest

from app.documents.models import Document
from app.errors import Refusal
from app.texts import sentence
from tests.abuse.conftest import PNG, Scene, put
from tests.doors.house import LANED, laned_bundle, start, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

LIES = {
    "照片.png": b"<html><script>alert(1)</script>",
    "照片.jpg": PNG,
    "户口簿.pdf": PNG,
    "程序.png": b"MZ\x90\x00" + b"\x00" * 64,
    "图.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "表.docm": b"PK\x03\x04" + b"\x00" * 64,
    "页.html": b"<html>",
    "包.zip": b"PK\x03\x04" + b"\x00" * 64,
    "照片.png.exe": PNG,
    "照片\u202egnp.exe": PNG,
    "照\x00片.png": PNG,
    "脚本.pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\ntrailer<</Root 1 0 R>>",
    "空.png": b"",
    "...": PNG,
}


@pytest.mark.parametrize("name", LIES)
def test_a_file_that_lies_is_refused_at_both_doors_and_nothing_is_kept(calm: Scene, name: str) -> None:
    li, case, data = calm.api("liguifang"), calm.ids["instance_id"], LIES[name]
    visit, lu = calm.ids["task_id"], calm.page("luwenjing")
    lu.post(f"/tasks/{visit}/claim")
    lu.get(f"/tasks/{visit}")
    with unchanged(calm.app):
        sent = li.send("/documents", {"file": (io.BytesIO(data), name), "instance": case}, "multipart/form-data")
        posted = lu.post(f"/tasks/{visit}/complete", decision="agree", opinion="同意",
                         attachments=(io.BytesIO(data), name))  # fmt: skip
    assert sent.status_code == posted.status_code == 422
    assert sent.json["detail"].endswith(("上传。", "pdf。")) and "没有保存" in sent.json["detail"]
    assert sent.json["detail"] in posted.text.replace("&#34;", '"') or "没有保存" in posted.text


def test_what_is_too_large_is_refused_before_it_is_read(calm: Scene) -> None:
    li, case = calm.api("liguifang"), calm.ids["instance_id"]
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    for size, said in ((21 * 1024**2, "超过 20 MB"), (26 * 1024**2, "连同附件 25 MB，其中填写的文字 2 MB")):
        body = part.format("instance", "") + f"{case}\r\n" + part.format("file", '; filename="照片.png"')
        sent = body.encode() + PNG + b"\x00" * size + b"\r\n--x--\r\n"
        with unchanged(calm.app):
            answer = li.send("/documents", sent, "multipart/form-data; boundary=x")
        assert answer.status_code == 413 and said in answer.json["detail"]


def test_it_is_saved_and_never_shown_or_run(calm: Scene) -> None:
    given = calm.page("liguifang").get(f"/files/{calm.ids['document_id']}")
    headers = given.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"


def test_the_same_file_twice_is_one_document(scene: Scene, rows_of) -> None:
    li, case, before = scene.api("liguifang"), scene.ids["instance_id"], len(rows_of(Document))
    ids = set()
    for name in ("户口簿.png", "户口簿.png", "另一件.png"):
        sent = li.send("/documents", {"file": (io.BytesIO(PNG), name), "instance": case}, "multipart/form-data")
        ids.add(sent.json["id"])
    assert scene.ids["document_id"] in ids and len(ids) == 2
    assert len(rows_of(Document)) == before + 1


def test_a_form_names_only_files_of_its_own_case(scene: Scene) -> None:
    """The id of another case's document, or of none, is no attachment."""
    other = start(scene.api("liguifang"), "bench_approval_10")
    for file in (scene.ids["document_id"], scene.ids["letter_id"], "../../etc/passwd", "https://example.org/a.png"):
        with unchanged(scene.app):
            answer = scene.api("liguifang").post(
                f"/tasks/{other['tasks'][0]['id']}/complete",
                {"answers": {"decision": "agree", "opinion": "同意", "attachments": [file]}},
            )
        assert answer.status_code == 422 and "attachments" in answer.json["fields"]


@pytest.mark.parametrize(
    "call",
    ["remote:http://169.254.169.254/latest", "http://localhost/", "remote:police.criminal_record@evil.example",
     "remote:..", "local:../../x", "remote:police"],
)  # fmt: skip
def test_a_diagram_holds_no_address(calm: Scene, call: str) -> None:
    with unchanged(calm.app), pytest.raises(Refusal) as refused:
        put(calm.app, laned_bundle(LANED.replace("local:record_letter", call)))
    assert refused.value.code == "definition_refused" and "发受理通知" in sentence(refused.value)


def test_an_address_in_an_answer_or_a_schema_location_is_never_fetched(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: asked.append(where) or [])
    monkeypatch.setattr(socket.socket, "connect", lambda self, where: asked.append(where))
    located = LANED.replace(
        "<definitions ", '<definitions xsi:schemaLocation="http://www.omg.org/x http://169.254.169.254/x.xsd" ', 1
    )
    imported = LANED.replace("<message ", '<import importType="http://a" location="http://169.254.169.254/a" '
                             'namespace="x" /><message ', 1)  # fmt: skip
    for bpmn in (located, imported):
        scene.api("liguifang").post("/definitions", {"key": "reach", "bpmn": bpmn})
    visit, lu = scene.ids["task_id"], scene.api("luwenjing")
    lu.post(f"/tasks/{visit}/complete", {"answers": {"decision": "agree", "opinion": "http://169.254.169.254/"}})
    assert [where for where in asked if "169.254.169.254" in str(where)] == []
