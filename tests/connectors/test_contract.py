"""Every department, client and fake alike: what is declared, what goes out, what may come back, and why none came."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.catalogue.bundle import read_folder
from app.catalogue.process_settings import read_settings
from app.connectors.ask import Connectors, faked, permitted, real
from app.connectors.departments import ConnectorRefused, check, departments, operation_of
from app.connectors.operation import LONGEST, Operation, Question
from app.connectors.shapes import Item, wrong
from app.connectors.trouble import NoAnswer, NoConnection, NotReached, Rejected, WrongAnswer
from tests.connectors.neighbour import answering, hanging_up, neighbour

ROOT = Path(__file__).parent.parent.parent
OPERATIONS = [(d.name, o) for d in departments().values() for o in d.operations.values()]
IDS = [f"{name}.{operation.name}" for name, operation in OPERATIONS]
PLAIN = {"text": "x", "date": "2026-03-02", "number": 1, "boolean": True}


def fitting(operation: Operation) -> dict[str, Any]:
    """An input of the declared shape, in a situation the article covers."""
    first = {
        name: (next(iter(item.values)) if item.values else PLAIN[item.kind]) for name, item in operation.input.items()
    }
    return first | {name: values[0] for name, values in operation.only_when.items()}


def question(operation: Operation) -> Question:
    named = dict.fromkeys(operation.identifiers, "450123199001010010")
    return Question("call-1", "SY-450123-2026-000001", fitting(operation), named)


@pytest.fixture(params=["fake", "client"])
def told(request: pytest.FixtureRequest) -> Iterator[Any]:
    """`told(mode, department, operation)` gives connectors whose department behaves so."""
    servers = []

    def fake(mode: str, department: str, _operation: Operation) -> Connectors:
        return faked({f"CONNECTOR_FAKE_{department.upper()}": mode}, moment=0)

    def client(mode: str, department: str, operation: Operation) -> Connectors:
        usual, amiss = departments()[department].fake[operation.name]
        behave = {
            "ok": answering(usual),
            "abnormal": answering(amiss),
            "timeout": hanging_up,
            "fail": answering({}, 503),
            "reject": answering({}, 403),
            "malformed": answering({"result": 17, "receipt": ["x"]}),
        }[mode]
        server = neighbour(behave)
        servers.append(server)
        port = server.__enter__().port
        return real(
            {
                f"CONNECTOR_{department.upper()}_URL": f"http://127.0.0.1:{port}/v1",
                "CONNECTOR_PRIVATE_NETWORKS": "127.0.0.0/8",
            }
        )

    yield fake if request.param == "fake" else client
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize(("department", "operation"), OPERATIONS, ids=IDS)
class TestEachOperation:
    def test_it_answers_in_its_shape(self, told: Any, department: str, operation: Operation) -> None:
        for mode in ("ok", "abnormal"):
            answer = told(mode, department, operation).ask(f"remote:{department}.{operation.name}", question(operation))
            assert wrong(operation.answer, answer) == ()

    @pytest.mark.parametrize(
        ("mode", "trouble"),
        [("fail", NotReached), ("timeout", NoAnswer), ("reject", Rejected), ("malformed", WrongAnswer)],
    )
    def test_it_says_why_no_answer_came(
        self, told: Any, department: str, operation: Operation, mode: str, trouble: type[NoConnection]
    ) -> None:
        connectors = told(mode, department, operation)
        with pytest.raises(trouble):
            connectors.ask(f"remote:{department}.{operation.name}", question(operation))

    def test_it_may_be_asked_only_with_what_is_declared(self, department: str, operation: Operation) -> None:
        call = f"remote:{department}.{operation.name}"
        permitted(call, fitting(operation))
        with pytest.raises(Rejected, match="question_refused"):
            permitted(call, fitting(operation) | {"name": "韦小明"})
        for name in operation.only_when:
            others = [code for code in operation.input[name].values if code not in operation.only_when[name]]
            for code in others or ([False] if operation.input[name].kind == "boolean" else []):
                with pytest.raises(Rejected, match="call_without_basis"):
                    permitted(call, fitting(operation) | {name: code})

    def test_its_folder_tells_the_same(self, department: str, operation: Operation) -> None:
        readme = (ROOT / "app" / "connectors" / department / "README.md").read_text("utf-8")
        idempotent = "yes" if operation.idempotent else "no"
        row = f"| `remote:{department}.{operation.name}` | {operation.title} | {operation.basis} | {operation.situations} | {idempotent} |"
        assert row in readme


def test_health_is_asked_only_where_the_parents_cannot_be_found() -> None:
    permitted("remote:health.births", {"child_source": "found_unknown"})
    for source in ("kin", "step", "hardship", "institution_orphan", "guardian_orphan"):
        with pytest.raises(Rejected, match="call_without_basis"):
            permitted("remote:health.births", {"child_source": source})


def test_dishonesty_is_asked_only_on_written_authorisation() -> None:
    permitted("remote:court.dishonesty", {"authorised": True})
    with pytest.raises(Rejected, match="call_without_basis"):
        permitted("remote:court.dishonesty", {"authorised": False})
    with pytest.raises(Rejected, match="question_refused"):
        permitted("remote:court.dishonesty", {})


def workflow_calls() -> list[tuple[str, str]]:
    return [
        (folder.name, text.split('value="')[1].split('"')[0])
        for folder in sorted((ROOT / "workflows").iterdir())
        if (folder / "process.bpmn").is_file()
        for text in (folder / "process.bpmn").read_text("utf-8").splitlines()
        if 'value="remote:' in text
    ]


@pytest.mark.parametrize(("process", "call"), workflow_calls())
def test_every_call_of_a_diagram_is_offered(process: str, call: str) -> None:
    assert operation_of(call) is not None, f"{process} asks for {call}"


def test_identifiers_named_by_a_process_are_those_the_operation_declares() -> None:
    for folder in sorted((ROOT / "workflows").iterdir()):
        bundle = read_folder(ROOT / "workflows", ROOT / "forms", folder.name)
        settings = bundle.files.get(f"{folder.name}/process.toml")
        if settings is None:
            continue
        for call, use in read_settings(settings).calls.items():
            found = operation_of(call)
            assert found is not None and set(use.sends) <= set(found[1].identifiers), call
            for source in use.sends.values():
                form, _, name = source.partition(".")
                assert f'"{name}"' in bundle.files[f"{folder.name}/forms/{form}.json"], source


def test_a_declaration_that_is_not_whole_is_refused() -> None:
    whole = departments()["marriage"].operations["status"]
    usual = departments()["marriage"].fake["status"]
    check("marriage", whole, usual)
    for broken in (
        replace(whole, basis=""),
        replace(whole, timeout=LONGEST + 1),
        replace(whole, only_when={"unknown": ("x",)}),
        replace(whole, input={"x": Item("code", "没有值")}),
    ):
        with pytest.raises(ConnectorRefused, match=r"marriage\.status"):
            check("marriage", broken, usual)
    with pytest.raises(ConnectorRefused, match="amiss"):
        check("marriage", whole, usual[:1])
    with pytest.raises(ConnectorRefused, match="outside the shape"):
        check("marriage", whole, (usual[0], {"result": "未知"}))


def test_a_department_that_is_not_connected_says_so() -> None:
    with pytest.raises(Rejected, match="call_not_connected"):
        real({}).ask("remote:marriage.status", question(departments()["marriage"].operations["status"]))


def test_a_late_fake_answers_the_second_time() -> None:
    connectors = faked({"CONNECTOR_FAKE_MARRIAGE": "late"}, moment=0)
    asked = question(departments()["marriage"].operations["status"])
    with pytest.raises(NoAnswer):
        connectors.ask("remote:marriage.status", asked)
    assert connectors.ask("remote:marriage.status", asked)["result"] == "clear"


def test_a_question_never_shows_whom_it_is_about() -> None:
    assert "4501" not in repr(question(departments()["police"].operations["criminal_record"]))
