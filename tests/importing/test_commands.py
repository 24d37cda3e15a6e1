"""flask process import and walk, as an operator uses them."""

from pathlib import Path

import pytest
from flask import Flask

from app.catalogue.bundle import read_folder
from tests.importing.files import END, START, file, flow, line, node, process

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
GATEWAY = process(
    START, node("task", "call_on", "上门"), node("exclusiveGateway", "ok", "好吗"), node("task", "help", "帮扶"), END,
    flow("begin", "call_on"), flow("call_on", "ok"), flow("ok", "done", "好"), flow("ok", "help", "不好"), flow("help", "done"),
)  # fmt: skip


def run(app: Flask, *words: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["process", *words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.output


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "Home Visit 2.0.bpmn"
    path.write_text(file(GATEWAY), "utf-8")
    return path


def test_a_file_is_imported_written_linted_walked_and_published(
    application: Flask, drawn: Path, tmp_path: Path
) -> None:
    code, said = run(application, "import", str(drawn), "--to", str(tmp_path / "out"))
    assert code == 0 and "可以发布。" in said and "改由“上门”的办理人选择" in said
    folder = tmp_path / "out" / "workflows" / "home-visit-2-0"
    assert {path.name for path in folder.iterdir()} == {"process.bpmn", "process.toml", "drawn.bpmn", "README.md"}
    assert (tmp_path / "out" / "forms" / "home-visit-2-0" / "ask_1.json").is_file()
    assert "由 Home Visit 2.0.bpmn 导入" in (folder / "README.md").read_text("utf-8")
    assert run(application, "lint", str(folder)) == (0, "共 0 处错误，0 处提醒。\n")
    code, said = run(application, "walk", str(folder))
    assert code == 0 and "2 遍走到结束" in said and "没有走到" not in said
    code, said = run(application, "publish", str(folder))
    assert code == 0 and "第 1 版" in said


def test_without_a_place_to_write_only_the_report_is_given(application: Flask, drawn: Path, tmp_path: Path) -> None:
    code, said = run(application, "import", str(drawn), "--key", "visit")
    assert code == 0 and "没有写入" in said and sorted(tmp_path.iterdir()) == [drawn]


def test_nothing_that_is_there_is_written_over(application: Flask, drawn: Path, tmp_path: Path) -> None:
    words = ("import", str(drawn), "--to", str(tmp_path), "--key", "visit")
    run(application, *words)
    mine = tmp_path / "workflows" / "visit" / "process.toml"
    mine.write_text("mine", "utf-8")
    code, said = run(application, *words)
    assert code == 1 and "已经存在" in said and mine.read_text("utf-8") == "mine"


def test_what_is_left_to_do_is_said_and_the_command_fails(application: Flask, tmp_path: Path) -> None:
    path = tmp_path / "visit.bpmn"
    path.write_text(file(line().replace("</process>", node("task", "alone", "孤立") + "</process>")), "utf-8")
    code, said = run(application, "import", str(path), "--to", str(tmp_path))
    assert code == 1 and "错误  alone  孤立" in said and "以上错误改正后才能发布。" in said
    code, said = run(application, "walk", str(tmp_path / "workflows" / "visit"))
    assert code == 1 and "flask process lint" in said


@pytest.mark.parametrize(
    ("content", "words", "sentence"),
    [("no", (), "不是格式正确的 XML"), (file(line()), ("--key", "到户"), "流程代码“到户”不能使用")],
)
def test_a_file_or_key_that_will_not_do_is_refused(
    application: Flask, tmp_path: Path, content: str, words: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "到户.bpmn"
    path.write_text(content, "utf-8")
    code, said = run(application, "import", str(path), *words)
    assert code == 1 and sentence in said


def test_a_picture_that_is_not_what_runs_is_not_published(application: Flask, drawn: Path, tmp_path: Path) -> None:
    """Nobody is shown an approval that is not carried out."""
    run(application, "import", str(drawn), "--to", str(tmp_path), "--key", "visit")
    process_file = tmp_path / "workflows" / "visit" / "process.bpmn"
    process_file.write_text(process_file.read_text("utf-8").replace('name="帮扶"', 'name="不管"'), "utf-8")
    code, said = run(application, "publish", str(process_file.parent))
    assert code == 1 and "请删去 drawn.bpmn" in said
    (process_file.parent / "drawn.bpmn").unlink()
    assert run(application, "publish", str(process_file.parent))[0] == 0
    bundle = read_folder(tmp_path / "workflows", tmp_path / "forms", "visit")
    assert "不管" in bundle.drawing("visit").decode()


def test_a_walk_says_what_it_could_not_reach(application: Flask) -> None:
    code, said = run(application, "walk", str(Path(__file__).parents[2] / "workflows" / "referral"))
    assert code == 1 and "没有走到：发放线索办理（referral_fund）" in said and "情景测试" in said
