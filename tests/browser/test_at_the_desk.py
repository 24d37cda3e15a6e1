"""What makes a day at the desk bearable: drafts that save themselves, the way back to the field, keys, a covered screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser import adoption_papers as papers
from tests.browser.looking import PHONE, REMEMBERED
from tests.browser.person import CLAIM, Seat
from tests.cast import LI_GUIFANG
from tests.conftest import PASSWORD

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def test_a_draft_saves_itself_and_the_strip_leads_back_to_the_field(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    for draft, (field, value) in enumerate({"被收养人情形": "继子女", "联系人": "覃丽"}.items(), 1):
        li.fills({field: value})
        expect(li.page.locator("#saved")).to_have_text(re.compile(rf"已存 09:\d\d · 第 {draft} 稿"))
    li.goes("/inbox")
    strip = li.page.get_by_role("region", name="继续办")
    expect(strip).to_contain_text(re.compile("预约预审.*09:.. 已存"))
    strip.get_by_role("link").click()
    expect(li.page).to_have_url(re.compile("#f-contact_name$"))
    field = li.page.get_by_label(re.compile("^联系人"))
    expect(field).to_be_in_viewport()
    expect(field).to_be_focused()
    expect(field).to_have_value("覃丽")


def test_what_is_written_while_a_draft_is_being_saved_is_not_called_saved(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    held: list[Route] = []
    li.page.locator("#saved").evaluate(REMEMBERED)
    li.page.route("**/draft", lambda route: route.continue_() if held else held.append(route))
    with li.page.expect_request("**/draft"):
        li.fills({"联系人": "覃"})
    li.fills({"联系人": "覃丽"})
    held[0].continue_()
    expect(li.page.locator("#saved")).to_contain_text("第 2 稿")
    assert "第 1 稿" not in li.page.evaluate("said.join()")


def test_a_file_kept_with_a_draft_is_there_the_next_time(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    li.does("预约预审", papers.PRECHECK).takes("到场申请")
    li.fills({"申请事项": {"到场照片": papers.SCAN}}).clicks("存草稿")
    li.reads("已存", "到场照片.png").opens("到场申请").reads("到场照片.png")
    li.fills({"收养人": {"姓名": "黄永强"}})
    expect(li.page.locator("#saved")).to_have_text(re.compile("^已存"))  # it said: 有改动，还没存
    li.opens("到场申请").reads("到场照片.png")


def test_the_one_who_registers_a_case_holds_its_first_step_and_the_next_one_is_offered(
    seat: Callable[..., Seat],
) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记")
    expect(li.page.get_by_role("button", name="提交 → 下一步：到场申请")).to_be_visible()
    li.does("预约预审", papers.PRECHECK)
    li.reads("收养登记·到场申请", "这一步还没有人认领")
    expect(li.page.get_by_label(re.compile("^收到申请和材料之日")).first).to_be_disabled()
    li.clicks(CLAIM)
    expect(li.page.get_by_label(re.compile("^被收养人情形"))).to_have_value("institution_unknown")
    expect(li.page.get_by_label(re.compile("^被收养人情形"))).to_be_enabled()


def test_a_division_is_picked_by_its_name_or_its_code(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").does("预约预审", papers.PRECHECK).takes("到场申请")
    field = li.page.get_by_label(re.compile("^社会福利机构所在地"))
    offered = field.evaluate("e => [...e.list.options].map((one) => [one.value, one.label])")
    assert offered[0] == ["450100", "南宁市"]
    assert ["450123", "隆安县，南宁市"] in offered and ["450202", "城中区，柳州市"] in offered
    assert len(offered) == 125


def test_f9_covers_names_and_answers_until_it_is_pressed_again(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    li.fills({"联系人": "覃丽"})
    field = li.page.get_by_label(re.compile("^联系人"))
    covered = "rgba(0, 0, 0, 0)"
    li.page.keyboard.press("F9")
    expect(field).to_have_css("color", covered)
    with li.page.expect_response("**/inbox"):
        li.goes("/inbox")
    expect(li.page.locator("td.who .name").first).to_have_css("color", covered)
    expect(li.page.get_by_role("button", name=re.compile("已遮，点开"))).to_be_visible()
    li.page.keyboard.press("F9")
    expect(li.page.locator("td.who .name").first).not_to_have_css("color", covered)


def test_with_the_keyboard_alone(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).goes("/sign-in")
    keys = li.page.keyboard
    tabs_to(li, "用户名")
    keys.type(LI_GUIFANG)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(li.page).to_have_url(re.compile("/inbox"))
    tabs_to(li, "发起")
    keys.press("Enter")
    expect(li.page).to_have_url(re.compile("/processes"))
    tabs_to(li, "收件登记")
    keys.press("Enter")
    li.takes("预约预审")
    tabs_to(li, "被收养人情形")
    keys.press("ArrowDown")
    tabs_to(li, "与被收养人的关系")
    keys.press("ArrowDown")
    tabs_to(li, "预约到场日期")
    keys.type("03022026")
    tabs_to(li, "联系人")
    keys.type("黄永强")
    tabs_to(li, "联系电话")
    keys.type("13878812345")
    tabs_to(li, "本人")
    keys.press("Space")
    tabs_to(li, "提交")
    keys.press("Enter")
    li.reads("“预约预审”已办结")
    tabs_to(li, CLAIM)
    keys.press("Enter")
    expect(li.page.get_by_role("button", name=CLAIM)).to_have_count(0)
    li.goes("/inbox")
    keys.press("j")
    keys.press("Enter")
    li.takes("到场申请")
    li.goes("/inbox")
    keys.press("/")
    keys.type("黄永强")
    keys.press("Enter")
    li.reads("查“黄永强”的结果")


NAME = """() => { const here = document.activeElement;
  const label = here.labels?.[0] ?? here; return label.innerText || here.getAttribute("aria-label") || "" }"""


def tabs_to(seat: Seat, name: str, most: int = 80) -> None:
    """Press Tab until what has the focus is called so, as often as somebody would, once the page has loaded."""
    seat.page.wait_for_load_state("load")
    for _ in range(most):
        seat.page.keyboard.press("Tab")
        if seat.page.evaluate(NAME).strip().replace("\n", " ").startswith(name):
            return
    raise AssertionError(f"the Tab key does not lead to {name}")


def test_what_is_submitted_without_a_network_stays_on_the_page(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    li.page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true })")
    li.fills({"联系人": "覃丽"}).submits()
    expect(li.page.locator("#offline")).to_contain_text("无网络，没有提交")
    expect(li.page.get_by_label(re.compile("^联系人"))).to_have_value("覃丽")
    li.page.evaluate("delete navigator.onLine")
    li.submits().reads("请填写")


def test_a_long_answer_has_the_width_of_a_telephone(seat: Callable[..., Seat]) -> None:
    li = (
        seat(LI_GUIFANG, viewport=PHONE)
        .signs_in()
        .begins("收养登记")
        .does("预约预审", papers.PRECHECK)
        .takes("到场申请")
    )
    for field in li.page.locator("#form-fields .field.whole textarea").all():
        assert (field.bounding_box() or {"width": 0})["width"] > PHONE["width"] * 0.8
    assert li.page.locator("#form-fields .field.whole textarea").count()
