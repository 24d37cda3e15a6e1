"""`/api/openapi.json` says all that a program needs: every act, who may call, what is sent, how to ask twice, each no."""

import io
import re
from typing import Any

import orjson
import pytest

from tests.abuse.conftest import PNG, Scene
from tests.doors import Caller
from tests.doors.house import unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

EACH_TIME = {
    "/api/v1/instances/{instance_id}/export", "/api/v1/instances/{instance_id}/print", "/api/v1/event-logs",
    "/api/v1/file-requests/{request_id}/extract", "/api/v1/instances/{instance_id}/papers/{paper_id}/number",
    "/api/v1/password", "/api/v1/audit/looks/searches",
}  # fmt: skip
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
WRITES = {"post", "delete"}
RIGHT: dict[str, Any] = {"division": "450123", "to_day": "2026-04-02", "day": "2026-04-01"}
"""Members whose value is no matter of shape alone."""


def described(scene: Scene) -> dict[str, Any]:
    return orjson.loads(scene.app.test_client().get("/api/openapi.json").data)


def operations(spec: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    methods = {"get", "put", "post", "delete", "patch"}
    return {(path, m): one for path, item in spec["paths"].items() for m, one in item.items() if m in methods}


def names(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ())}


def test_every_address_and_method_is_described_and_nothing_else(calm: Scene) -> None:
    there = {
        (ARGUMENT.sub(r"{\1}", str(rule)), method.lower())
        for rule in calm.app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    said = operations(described(calm))
    assert said.keys() == there and len(there) > 25
    assert all(one["summary"] for one in said.values())


def test_nothing_it_points_at_is_missing(calm: Scene) -> None:
    spec = described(calm)
    pointers = set(re.findall(r'"\$ref":"#/([^"]+)"', orjson.dumps(spec).decode()))
    assert len(pointers) > 30
    for pointer in pointers:
        found: Any = spec
        for name in pointer.split("/"):
            found = found[name]


def test_it_says_who_may_call(calm: Scene) -> None:
    spec, stranger = described(calm), Caller(calm.app)
    assert spec["security"] == [{"bearer": []}]
    assert spec["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    refused = stranger.get("/tasks")
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_refusal_looks_as_it_says(calm: Scene) -> None:
    spec, li = described(calm), calm.api("liguifang")
    shape = set(spec["components"]["schemas"]["ProblemOut"]["properties"])
    for _, operation in operations(spec).items():
        response = operation["responses"]["default"]["$ref"].rpartition("/")[2]
        assert list(spec["components"]["responses"][response]["content"]) == ["application/problem+json"]
    task = li.post("/instances", {"process": "doors_check"}).json["tasks"][0]["id"]
    wrong = li.post(f"/tasks/{task}/complete", {"answers": {}})
    assert wrong.mimetype == "application/problem+json" and set(wrong.json) == shape


def test_what_is_sent_is_described_wherever_a_body_is_read(calm: Scene) -> None:
    """An operation without a body in the description takes none: an empty request is not refused for its body."""
    bare = {path for (path, m), one in operations(described(calm)).items() if m == "post" and "requestBody" not in one}
    assert {path.rpartition("/")[2] for path in bare} == {
        "claim", "release", "take-back", "urge", "again", "phone-answers", "approve", "read", "run", "extract", "end",
    }  # fmt: skip
    file = operations(described(calm))["/api/v1/documents", "post"]["requestBody"]["content"]
    assert list(file) == ["multipart/form-data"]


def test_every_act_takes_a_key_but_what_leaves_as_a_file_each_time(calm: Scene) -> None:
    said = operations(described(calm))
    with_key = {where for where, one in said.items() if "Idempotency-Key" in names(one)}
    assert with_key == {(path, m) for path, m in said if m in WRITES} - {(path, "post") for path in EACH_TIME}


def of_shape(spec: dict[str, Any], shape: dict[str, Any]) -> Any:
    """The smallest thing that has this shape."""
    if "$ref" in shape:
        shape = spec["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if "enum" in shape:
        return shape["enum"][0]
    kinds = shape.get("type", "object")
    match kinds if isinstance(kinds, str) else kinds[0]:
        case "string" if shape.get("format") == "date":
            return "2026-04-01"
        case "string":
            return "x" * max(shape.get("minLength", 1), 4)
        case "integer" | "number":
            return shape.get("minimum", 1)
        case "boolean":
            return False
        case "array":
            return [of_shape(spec, shape["items"])] * max(shape.get("minItems", 1), 1)
    must = set(shape.get("required", ()))
    return {
        name: RIGHT.get(name, of_shape(spec, one)) for name, one in shape.get("properties", {}).items() if name in must
    }


@pytest.mark.parametrize("key", ["k" * 201, "k\u00e9y"])
def test_every_act_that_says_so_reads_the_key(calm: Scene, key: str) -> None:
    """A key that is none is refused at each of these doors, before anything is done."""
    li, spec, found = calm.api("liguifang"), described(calm), []
    with unchanged(calm.app):
        for (path, method), operation in operations(spec).items():
            if "Idempotency-Key" not in names(operation):
                continue
            address = re.sub(r"{(\w+)}", lambda name: calm.ids.get(name[1], "x"), path)
            content = operation.get("requestBody", {}).get("content", {})
            body: Any = {}
            if "application/json" in content:
                body = {"json": of_shape(spec, content["application/json"]["schema"])}
            elif content:
                body = {"data": {"file": (io.BytesIO(PNG), "a.png"), "instance": calm.ids["instance_id"]}}
            answer = li.client.open(address, method=method, headers=li.headers | {"Idempotency-Key": key}, **body)
            if answer.status_code != 422 or "Idempotency-Key" not in answer.json["detail"]:
                found.append((path, answer.status_code, answer.text[:80]))
    assert found == []
