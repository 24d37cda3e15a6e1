"""Templates rendered with plain data: what a page says, and that nothing on it breaks the content security policy."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from lxml import etree, html

import app.web
from app.inbox.page_views import CasePage, ConfirmPage, LetterPage, Person, PhoneAnswer, Problem
from app.inbox.views import (
    CallEntry,
    DiagramView,
    Due,
    Facet,
    Group,
    InboxPage,
    Subject,
    TaskRow,
    TimelineEntry,
    Why,
    WhyLine,
)
from app.web.assets import Assets
from app.web.frame import Frame, Link
from app.web.jinja import equip

TODAY = date(2026, 11, 23)
TEMPLATES = Path(app.web.__file__).parent / "templates"
DIAGRAM = (Path(__file__).parent / "diagrams" / "every_shape.bpmn").read_bytes()
LI = Frame("李桂芳", "隆安县民政局", (Link("待办", "/inbox", 19, True),), search_action="/cases", mask_action="/mask",
           preferences_action="/preferences", sign_out_action="/sign-out")  # fmt: skip


@pytest.fixture
def pages(tmp_path: Path) -> Environment:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    equip(environment, Assets(), lambda: "the-token")
    environment.globals["get_flashed_messages"] = lambda **_: [("error", "没有保存")]
    return environment


def shown(pages: Environment, name: str, **context: object) -> etree._Element:
    return html.document_fromstring(pages.get_template(name).render(frame=LI, **context))


def row(**changes: object) -> TaskRow:
    due = Due("overdue", date(2026, 11, 20), basis="评估办法 10", used=63, limit=60, days_over=3)
    values: dict[str, object] = dict(
        id="1", href="/tasks/1", number="SY-450123-2026-000093", number_tail="0093", case_href="/cases/1",
        subject=Subject("陆某夫妇", "卢*", "5岁"), process="收养", step="评估报告", due=due, waiting_for="评估组",
    )  # fmt: skip
    return TaskRow(**{**values, **changes})  # type: ignore[arg-type]


def inbox(*rows: TaskRow) -> InboxPage:
    facet = Facet("超期", 1, "?due=overdue", urgency="overdue")
    return InboxPage(TODAY, (Group("overdue", len(rows), rows),), (facet,))


def case() -> CasePage:
    lines = ("收到材料 10-29，第 1 日 10-30", "登记办法 8"), ("停表 3 日", "参考"), ("暂定：2027 年放假安排未录入",)
    why = Why(tuple(WhyLine(*line) for line in lines), marked=True)
    clock = Due("later", date(2026, 12, 1), "审查期限", "登记办法 8", 22, 30, provisional=True, why=why)
    return CasePage(
        today=TODAY, number="SY-450123-2026-000125", process="收养登记", version="第3版",
        subject=Subject("黄某夫妇", "黄*"),
        started_at=datetime(2026, 10, 29, 1, 12, tzinfo=UTC), state="▶ 办理中", clocks=(clock,),
        calls=(CallEntry("公安 犯罪记录", "failed", "对方无应答", manual_href="/manual"),),
        timeline=(TimelineEntry(datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "黄建国", "退回", "覃立新"),),
        diagram=DiagramView(DIAGRAM, "收养登记", frozenset({"wait"})),
    )  # fmt: skip


def every_page(pages: Environment) -> dict[str, etree._Element]:
    letter = LetterPage("letter", "隆安县民政局", "受理通知书", "〔2026〕1号", "黄某", ("予以受理。",), TODAY)
    confirm = ConfirmPage("转办", "转给别人", "/x", "转办", "/back", "n", reason_label="理由", people_label="转给谁",
                          people=(Person("nongxiaolan", "农小兰"),))  # fmt: skip
    answer = PhoneAnswer("SY-1", Subject("黄某"), "已受理。", may_not_say=("住处",), log_href="/log")
    problem = Problem(409, "已有人在办", "没有提交。", kept=(("地点", "收养登记室"),))
    return {
        "inbox": shown(pages, "inbox.html", page=inbox(row())),
        "case": shown(pages, "case.html", page=case()),
        "letter": shown(pages, "letter.html", letter=letter),
        "confirm": shown(pages, "confirm.html", page=confirm),
        "phone": shown(pages, "phone_answer.html", answer=answer, today=TODAY, back_href="/"),
        "sign in": shown(
            pages, "sign_in.html", action="/in", error="密码不对。", demo_people=(("隆安县", (("a", "b", "c"),)),)
        ),
        "conflict": shown(pages, "errors/409.html", problem=problem),
        "diagram": shown(pages, "diagram.html", diagram=case().diagram, back_href="/", back_label="流程"),
    }


def test_no_page_needs_more_than_the_strict_policy_allows(pages: Environment) -> None:
    for name, page in every_page(pages).items():
        inline = page.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(),'on')]")
        assert not inline, name
        assert not page.xpath("//@*[starts-with(name(),'hx-on')] | //a[starts-with(@href,'javascript:')]"), name


def test_every_form_that_changes_something_carries_the_token(pages: Environment) -> None:
    for name, page in every_page(pages).items():
        for form in page.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='csrf_token']/@value") == ["the-token"], name


def test_every_page_has_one_heading_and_a_way_past_the_header(pages: Environment) -> None:
    for name, page in every_page(pages).items():
        assert len(page.xpath("//h1")) == 1, name
        assert page.xpath("//a[@class='skip']/@href") == ["#main"] and page.xpath("//main[@id='main']"), name


def test_a_late_row_says_so_in_words(pages: Environment) -> None:
    text = shown(pages, "inbox.html", page=inbox(row())).text_content()
    assert "■ 已超期 1" in " ".join(text.split()) and "超3日" in text and "63/60日" in text


def test_names_from_people_are_escaped(pages: Environment) -> None:
    page = shown(pages, "inbox.html", page=inbox(row(subject=Subject("<script>x</script>{{ 1 }}"))))
    assert not page.xpath("//tbody//script")
    assert "<script>x</script>{{ 1 }}" in page.text_content()


def test_a_due_date_gives_its_reckoning_and_its_sources(pages: Environment) -> None:
    (reckoning,) = shown(pages, "case.html", page=case()).xpath("//details[@class='why']")
    text = reckoning.text_content()
    assert "第 1 日 10-30" in text and "登记办法 8" in text and "参考" in text and "暂定" in text


def test_who_stood_in_for_whom_and_the_chinese_time_are_on_the_timeline(pages: Environment) -> None:
    text = " ".join(shown(pages, "case.html", page=case()).xpath("//section[@id='record']")[0].text_content().split())
    assert "今天 00:30" in text and "黄建国（代 覃立新） 退回" in text


def test_a_diagram_that_cannot_be_drawn_does_not_take_the_page_away(pages: Environment) -> None:
    view = DiagramView(b"broken", "收养登记")
    page = shown(pages, "diagram.html", diagram=view, back_href="/", back_label="流程")
    assert "不是合格的 XML" in page.text_content()


def test_what_one_typed_is_kept_when_another_was_faster(pages: Environment) -> None:
    text = every_page(pages)["conflict"].text_content()
    assert "没有提交。" in text and "收养登记室" in text


def test_an_error_page_needs_nobody_signed_in(pages: Environment) -> None:
    problem = Problem(500, "系统出了问题", "没有保存。", reference="E-1")
    text = pages.get_template("errors/500.html").render(problem=problem)
    assert "E-1" in text and "退出登录" not in text


def test_pages_work_with_no_bundle_built(tmp_path: Path, pages: Environment) -> None:
    (tmp_path / "dist").mkdir()
    assert Assets(tmp_path).bundle("caseworker.js") == ""
    pages.globals["bundle"] = Assets(tmp_path).bundle
    assert not shown(pages, "inbox.html", page=inbox()).xpath("//script")


def test_a_built_bundle_is_found_under_its_hashed_name(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text('{"stamp": "1", "files": {"caseworker.js": "caseworker-AB.js"}}')
    assert Assets(tmp_path).bundle("caseworker.js") == "/static/dist/caseworker-AB.js"
