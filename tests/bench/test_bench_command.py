"""flask bench: it works on a database of its own, says what it measured, and leaves nothing behind."""

import json
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url

from app import settings
from app.cli.bench.databases import own_database
from app.wiring import create_app

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
TEN = DIAGRAMS / "bench_approval_10.bpmn"
KEYS = {name: name * 8 for name in ("SECRET_KEY", "VAULT_KEY", "INDEX_KEY")}
ROWS = ("每秒步数", "p50 / p95", "每步语句数", "每步提交数", "每件占用", "末步 ÷ 首步", "floor", "bare", "核验与重演")


@pytest.fixture
def untouched(tmp_path: Path) -> str:
    """The database of the operator: the bench must not even open it."""
    return f"sqlite:///{tmp_path}/production.sqlite"


@pytest.fixture
def application(untouched: str) -> Flask:
    return create_app(settings.read({"BANYAN_MODE": "test", "DATABASE_URL": untouched}))


def bench(application: Flask, bpmn: Path, *options: str) -> Result:
    return application.test_cli_runner().invoke(args=["bench", "approval", "--bpmn", str(bpmn), "--sqlite", *options])


def test_one_case_through_http_prints_every_row_and_writes_them_too(application: Flask, tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    result = bench(application, TEN, "--instances", "1", "--http", "--clients", "2", "--json", str(written))

    assert result.exit_code == 0, result.output
    assert all(row in result.output for row in ROWS)
    figures = json.loads(written.read_bytes())
    assert (figures["instances"], figures["steps"], figures["door"]) == (1, 10, "http")
    assert figures["statements_most"] <= 15 and figures["commits_most"] == 1
    assert (figures["crowd"]["clients"], figures["crowd"]["errors"]) == (2, 0)
    assert "2 个客户端时出错" in result.output
    assert figures["record_holds"] is True
    assert figures["to_floor"] == pytest.approx(figures["p50"] / figures["floor_p50"])
    assert figures["to_bare"] == pytest.approx(figures["p50"] / figures["bare_p50"])
    assert not (tmp_path / "production.sqlite").exists()


def test_a_file_that_is_no_diagram_is_refused_in_a_sentence(application: Flask, tmp_path: Path) -> None:
    (tmp_path / "no.bpmn").write_text("<definitions>", "utf-8")
    result = bench(application, tmp_path / "no.bpmn")

    assert result.exit_code == 1
    assert "第一处：不是格式正确的 XML" in result.output


@pytest.mark.long
def test_a_file_that_waits_for_no_person_is_refused_in_a_sentence(application: Flask, tmp_path: Path) -> None:
    text = TEN.read_text("utf-8").replace(
        '<bpmn:userTask id="approve_02"', '<bpmn:receiveTask messageRef="m" id="approve_02"'
    )
    text = text.replace(
        "<bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>", "<bpmn:outgoing>f2</bpmn:outgoing></bpmn:receiveTask>"
    )
    text = text.replace("<bpmn:process ", '<bpmn:message id="m" name="m" /><bpmn:process ', 1)
    (tmp_path / "waits.bpmn").write_text(text, "utf-8")
    result = bench(application, tmp_path / "waits.bpmn")

    assert result.exit_code == 1
    assert "办件停下了" in result.output


def test_it_does_not_run_in_production(untouched: str) -> None:
    production = create_app(settings.read({"BANYAN_MODE": "production", "DATABASE_URL": untouched, **KEYS}))
    result = bench(production, TEN)

    assert result.exit_code == 1
    assert "基准不在生产系统上运行" in result.output


def test_a_database_of_its_own_is_made_beside_the_given_one_and_gone_after(postgres: str) -> None:
    with own_database(postgres) as own:
        name = make_url(own.url).database or ""
        assert own.url.startswith("postgresql+psycopg://") and name.startswith("banyan_bench_")
        assert own.product.startswith("PostgreSQL ")
        assert own.durability is not None and own.durable == (set(own.durability.values()) == {"on"})
        assert name in databases(postgres)
    assert name not in databases(postgres)


def databases(server: str) -> set[str]:
    with psycopg.connect(server) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
