"""流程: a policy officer takes a process away, changes it in a tool, brings it back, reads what is wrong, publishes."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from app import settings
from app.catalogue.models import Definition
from app.catalogue.zipped import from_zip
from app.db import db
from app.studio.models import Upload
from app.wiring import create_app
from tests.cast import LI_GUIFANG, LIANG_XIAODONG, MO_HAIYAN, WEI_YIMING
from tests.conftest import PASSWORD
from tests.doors import Browser, Program
from tests.importing.files import END, START, file, flow, line, node, process
from tests.studio.archives import archive

SECOND = "liyuqing"
VISIT = file(
    process(
        START, node("serviceTask", "register", "登记", camunda__class="x.Y"), node("exclusiveGateway", "ok", "好吗"),
        node("task", "help", "帮扶"), END, flow("begin", "register"), flow("register", "ok"), flow("ok", "done", "好"),
        flow("ok", "help", "不好"), flow("help", "done"),
    )
)  # fmt: skip
BROKEN = file(line(node("task", "call_on", "上门")).replace("</process>", node("task", "alone", "孤立") + "</process>"))


@pytest.fixture
def liang(application: Flask) -> Browser:
    return Browser(application, LIANG_XIAODONG, PASSWORD)


def bring(person: Browser, content: str | bytes, name: str = "visit.bpmn", **fields: str) -> TestResponse:
    person.get("/workflows/upload")
    data = content if isinstance(content, bytes) else content.encode()
    fields |= {"csrf_token": person.token, "nonce": person.nonce}
    parts = [
        f'--of\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--of\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = f"{''.join(parts)}{head}".encode() + data + b"\r\n--of--\r\n"
    sent = person.client.post("/workflows/upload", data=body, content_type="multipart/form-data; boundary=of")
    return person._seen(sent)


def text(answer: TestResponse) -> str:
    return " ".join(html.document_fromstring(answer.text).xpath("//main")[0].text_content().split())


def versions(app: Flask, key: str) -> list[Definition]:
    with app.app_context():
        return list(db.session.query(Definition).filter_by(key=key).order_by(Definition.version))


def test_the_processes_stand_there_with_their_versions_and_who_published_them(liang: Browser) -> None:
    page = liang.get("/workflows")
    assert "收养登记 adoption 第 1 版" in text(page) and "演示数据" in text(page)
    page = liang.get("/workflows/adoption/1")
    assert page.text.count("<svg") > 1 and "流程包里的文件" in text(page)
    assert 'aria-current="page"' in page.text and "流程" in page.text


def test_a_file_of_another_tool_is_brought_looked_at_and_published(application: Flask, liang: Browser) -> None:
    assert bring(liang, VISIT).status_code == 303
    page = liang.get("/workflows/upload")
    assert "✓ 没有错误" in text(page) and "服务任务由别的引擎执行，改由人员办理。" in text(page)
    assert (
        "发布后成为新的流程 visit，第 1 版。" in text(page)
        and "新增可办人：任何办案人员" in text(page)
        and "县级分管领导" not in text(page)
    )
    assert versions(application, "visit") == []
    page = liang.follow(liang.post("/workflows/publish"))
    assert "已发布 到户探访 第 1 版。" in text(page) and "梁晓东 发布" in text(page)
    (row,) = versions(application, "visit")
    assert row.title == "到户探访"
    with application.app_context():
        assert db.session.query(Upload).count() == 0
    assert liang.post("/workflows/publish").status_code == 409


def test_a_case_of_it_runs_in_the_inbox_and_shows_the_diagram_as_drawn(application: Flask, liang: Browser) -> None:
    bring(liang, VISIT)
    liang.post("/workflows/publish")
    li = Browser(application, LI_GUIFANG, PASSWORD)
    li.get("/processes")
    page = li.follow(li.post("/processes/visit/start"))
    picture = html.document_fromstring(page.text).xpath("//*[@data-node='register']")
    assert picture[0].get("class") == "node activity active" and not html.document_fromstring(page.text).xpath(
        "//*[@data-node='ask_ok']"
    )
    task = page.request.path
    li.post(f"{task}/complete", choice_ok="f_ok_help", opinion="登记好了")
    program = Program(application, LI_GUIFANG)
    assert [row["name"] for row in program.get("/tasks").json["tasks"]] == ["帮扶"]


def test_each_finding_has_its_number_in_the_list_and_on_the_diagram(liang: Browser) -> None:
    bring(liang, BROKEN)
    page = liang.get("/workflows/upload")
    document = html.document_fromstring(page.text)
    marks = ["".join(one.itertext()) for one in document.xpath("//*[contains(@class, 'remark')]/*[@class='flag-t']")]
    items = document.xpath("//ol[@class='remarks']/li")
    assert (
        "✕ 1" in marks and "孤立" in items[0].text_content() and "从开始事件走不到这一步。" in items[0].text_content()
    )
    assert "有错误，不能发布。" in text(page) and "/workflows/publish" not in page.text
    assert liang.post("/workflows/publish").status_code == 422


def test_a_bundle_is_taken_away_changed_and_brought_back(application: Flask, liang: Browser) -> None:
    taken = liang.get("/workflows/referral/1/bundle")
    assert taken.mimetype == "application/zip" and taken.headers["Content-Disposition"].startswith("attachment")
    assert liang.get("/workflows/referral/1/bundle").data == taken.data
    bundle = from_zip(taken.data)
    changed = [
        (f"workflows/{name}" if "/forms/" not in name else f"forms/{name.replace('/forms/', '/')}", content)
        for name, content in bundle.files.items()
    ]
    changed = [(n, c.replace('title = "', 'title = "新', 1) if n.endswith(".toml") else c) for n, c in changed]
    bring(liang, archive(changed), "referral.zip")
    assert "发布后成为“线索移送”（referral）第 2 版" in text(liang.get("/workflows/upload"))
    page = liang.follow(liang.post("/workflows/publish"))
    assert "新线索移送 第 2 版" in text(page)
    assert "不是现行版本" in text(liang.get("/workflows/referral/1"))
    assert [row.version for row in versions(application, "referral")] == [1, 2]


def test_a_diagram_edited_in_a_tool_takes_the_place_of_the_old_one(application: Flask, liang: Browser) -> None:
    """Forms, settings and texts of the version stay; only the diagram is new."""
    bundle = from_zip(liang.get("/workflows/referral/1/bundle").data)
    edited = bundle.of("referral")["process.bpmn"].replace('name="', 'name="新', 1)
    assert bring(liang, edited, "process.bpmn", base="referral", version="1").status_code == 303
    page = liang.get("/workflows/upload")
    assert "✓ 没有错误" in text(page) and "（referral）第 2 版" in text(page)
    liang.post("/workflows/publish")
    newest = from_zip(liang.get("/workflows/referral/2/bundle").data)
    assert newest.of("referral") == bundle.of("referral") | {"process.bpmn": edited}


def test_the_drawing_goes_once_what_runs_has_been_edited(liang: Browser) -> None:
    bring(liang, VISIT)
    liang.post("/workflows/publish")
    bundle = from_zip(liang.get("/workflows/visit/1/bundle").data)
    assert "drawn.bpmn" in bundle.of("visit")
    edited = bundle.of("visit")["process.bpmn"].replace("帮扶", "走访")
    bring(liang, edited, "process.bpmn", base="visit", version="1")
    liang.post("/workflows/publish")
    assert "drawn.bpmn" not in from_zip(liang.get("/workflows/visit/2/bundle").data).of("visit")
    assert "走访" in liang.get("/workflows/visit/2").text


@pytest.mark.parametrize(
    ("content", "name", "fields", "status", "sentence"),
    [
        ("", "a.bpmn", {}, 422, "没有选择文件"),
        ("no", "a.bpmn", {}, 422, "不是格式正确的 XML"),
        (b"PK\x03\x04 no", "a.zip", {}, 422, "压缩包无法读取"),
        ("no", "a.zip", {}, 422, "压缩包无法读取"),
        (" " * (2 * 1024 * 1024 + 1), "a.bpmn", {}, 413, "超过 2 MB"),
        (VISIT, "a.bpmn", {"key": "到户"}, 422, "流程代码“到户”不能使用"),
        ("no", "a.bpmn", {"base": "referral", "version": "1"}, 422, "不是格式正确的 XML"),
    ],
)
def test_what_cannot_be_brought_is_said_on_the_page(
    application: Flask,
    liang: Browser,
    content: str | bytes,
    name: str,
    fields: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    """And what was brought before is still there."""
    bring(liang, VISIT)
    answer = bring(liang, content, name, **fields)
    assert answer.status_code == status and sentence in text(answer)
    assert "到户探访" in text(liang.get("/workflows/upload"))


def test_nobody_sees_the_upload_of_another_and_it_can_be_put_away(application: Flask, liang: Browser) -> None:
    bring(liang, VISIT)
    other = Browser(application, SECOND, PASSWORD)
    assert "到户探访" not in other.get("/workflows/upload").text
    assert other.post("/workflows/discard").status_code == 404
    assert other.post("/workflows/publish").status_code == 409
    liang.get("/workflows/upload")
    assert liang.post("/workflows/discard").status_code == 303
    assert "到户探访" not in text(liang.get("/workflows/upload"))


@pytest.mark.parametrize("login", [LI_GUIFANG, MO_HAIYAN, WEI_YIMING])
def test_to_all_others_nothing_is_there(application: Flask, login: str) -> None:
    person = Browser(application, login, PASSWORD)
    assert ">流程</a>" not in person.get("/inbox").text
    for address in (
        "/workflows",
        "/workflows/adoption/1",
        "/workflows/adoption/1/bundle",
        "/workflows/upload",
        "/workflows/x/9",
    ):
        absent = person.get(address)
        assert absent.status_code == 404 and "收养登记" not in absent.text


def test_a_version_that_is_not_there_is_not_found(liang: Browser) -> None:
    for address in ("/workflows/adoption/2", "/workflows/nothing/1", "/workflows/adoption/2/bundle"):
        assert liang.get(address).status_code == 404
    assert bring(liang, VISIT, base="adoption", version="2").status_code == 404


@pytest.fixture
def guarded(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    environ = {"BANYAN_MODE": "test", "DATABASE_URL": new_database(template), "FOUR_EYES": "on"}
    app = create_app(settings.read(environ))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_where_four_eyes_are_on_it_may_be_looked_at_and_becomes_nothing(guarded: Flask) -> None:
    liang = Browser(guarded, LIANG_XIAODONG, PASSWORD)
    bring(liang, VISIT)
    page = liang.get("/workflows/upload")
    assert (
        "本系统已启用双人发布：这里上传的不会生效，只供检查。" in text(page) and "/workflows/publish" not in page.text
    )
    answer = liang.post("/workflows/publish")
    assert answer.status_code == 403 and "双人发布" in text(answer)
    assert versions(guarded, "visit") == []
