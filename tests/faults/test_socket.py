"""What comes over the wire to a live gunicorn: cut short, half-sent and silent, too big, sent again, no HTTP at all. Each
gets a sentence and a status where somebody is left to read it; nothing is written, and the next request goes well."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from tests.conftest import PASSWORD, application_on, let_go
from tests.doors import Browser, Program
from tests.doors.house import fingerprint
from tests.faults.live import Server, gunicorn
from tests.faults.town import AGREE, Town

THREADS = 2


@pytest.fixture(scope="module")
def address(with_procedures: str, new_database: Callable[[str | None], str]) -> str:
    return new_database(with_procedures)


@pytest.fixture(scope="module")
def server(address: str) -> Iterator[Server]:
    """One for all stories of a database: each leaves it as able as it was."""
    with gunicorn(address, workers=1, WEB_THREADS=str(THREADS), WEB_SILENCE="1") as server:
        yield server


@pytest.fixture
def town(address: str) -> Iterator[Town]:
    app = application_on(address)
    town = Town(app, lambda login: Browser(app, login, PASSWORD), lambda login: Program(app, login))
    yield town
    town.nothing_is_wrong()
    let_go(app)


@pytest.fixture
def li(town: Town) -> Program:
    return town.api("liguifang")


def exchange(server: Server, *parts: bytes, close: bool = False) -> bytes:
    """Send, and read until the other side has nothing more to say."""
    with server.connect() as line:
        for part in parts:
            line.sendall(part)
        if close:
            line.shutdown(socket.SHUT_WR)
        return hear(line)


def hear(line: socket.socket) -> bytes:
    heard = b""
    while True:
        try:
            more = line.recv(65536)
        except ConnectionResetError:
            return heard
        if not more:
            return heard
        heard += more


def message(li: Program, path: str, body: bytes, *more: str, length: int | None = None) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", "Content-Type: application/json"]
    head += [
        f"Authorization: {li.headers['Authorization']}",
        f"Content-Length: {len(body) if length is None else length}",
    ]
    return "\r\n".join([*head, *more, "", ""]).encode() + body


def chunked(li: Program, path: str, body: bytes) -> bytes:
    whole = message(li, path, body, "Transfer-Encoding: chunked")
    return whole.replace(f"Content-Length: {len(body)}\r\n".encode(), b"")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def said(answer: bytes) -> str:
    return answer.partition(b"\r\n\r\n")[2].decode()


def test_what_comes_over_the_wire(server: Server, town: Town, li: Program) -> None:
    """One server for all of it: after each the next request goes well, and nothing was written."""
    start = json.dumps({"process": "care"}).encode()
    path = "/api/v1/instances"
    before = fingerprint(town.app)

    cut = exchange(server, message(li, path, start, length=500), close=True)
    assert status(cut) == 400 and "请求没有传完就中断了，没有执行" in said(cut)

    for half in (b"", chunk(start[:-1]), chunk(start) + b"5\r\n"):
        broken = exchange(server, chunked(li, path, half), close=True)
        assert status(broken) in {400, 422} and re.search("没有执行|不符合接口约定", said(broken)), said(broken)

    silent = exchange(server, message(li, path, start[:5], length=len(start)))
    assert status(silent) == 400 and "请求没有传完就中断了" in said(silent), "the limit of silence ends it"

    announced = exchange(server, message(li, path, b"", length=26 * 1024 * 1024))
    assert status(announced) == 413 and "上限 5 MB" in said(announced), "refused before a byte is sent"

    form = urlencode({"login": "x" * (3 * 1024 * 1024)}).encode()
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(form)}\r\n"
    big = exchange(server, head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n", form)
    assert status(big) in {400, 413} and re.search("[一-鿿]", said(big))

    for broken, expected in {
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n": 414,
        b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n": 431,
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(80)) + b"\r\n": 431,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n": 400,
        b"GET / HTTP/9.9\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\nBad Name: a\r\n\r\n": 400,
        message(li, path, b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"): 400,
        message(li, path, start, "Transfer-Encoding: nonsense"): 501,
        message(li, path, start, "Content-Length: 3"): 400,
    }.items():
        answer = exchange(server, broken, close=True)
        assert status(answer) == expected, (broken[:60], answer[:200])
        assert "没有执行" in said(answer) and b"charset=utf-8" in answer

    with server.connect() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        line.sendall(message(li, path, start[:9], length=len(start)))  # and the cable is pulled

    assert fingerprint(town.app) == before
    assert status(exchange(server, message(li, path, start))) == 201


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_more_half_sent_requests_than_threads_do_not_stop_the_server(server: Server, town: Town, li: Program) -> None:
    """Each holds a thread until the limit of silence; without one nobody would be served ever again."""
    lines = [server.connect() for _ in range(THREADS + 1)]
    for line in lines:
        line.sendall(b"GET /sign-in HTT")
    answer = exchange(server, message(li, "/api/v1/instances", b'{"process": "care"}'))
    assert status(answer) == 201
    for line in lines:
        line.close()


def test_the_same_bytes_again_do_it_once(server: Server, town: Town, li: Program) -> None:
    case = town.start("bench_approval_10")
    [task] = town.tasks(case).values()
    path, body = f"/api/v1/tasks/{task}/complete", json.dumps({"answers": AGREE}).encode()

    keyed = message(li, path, body, "Idempotency-Key: k-1")
    first, again = exchange(server, keyed), exchange(server, keyed)
    assert (status(first), status(again), said(first)) == (200, 200, said(again))

    bare = exchange(server, message(li, path, body))
    assert status(bare) == 409 and "已经由李桂芳办结" in json.loads(said(bare))["detail"]
    assert town.kinds(case).count("completed") == 1


def test_the_same_form_again_does_it_once(server: Server, town: Town) -> None:
    case, page = town.start("bench_approval_10"), town.page("liguifang")
    [task] = town.tasks(case).values()
    page.get(f"/tasks/{task}")
    sent = form(page, f"/tasks/{task}/complete", **AGREE)
    first, again = exchange(server, sent), exchange(server, sent)
    assert (status(first), status(again)) == (303, 303)
    assert town.kinds(case).count("completed") == 1

    [task] = town.tasks(case).values()
    page.get(f"/tasks/{task}")
    sent = form(page, f"/tasks/{task}/complete", **AGREE | {"opinion": "同意，但须补交两项材料"})
    half = exchange(server, sent[:-30], close=True)
    assert status(half) == 400 and "没有传完就中断了" in said(half), "half an opinion is no opinion"
    assert town.kinds(case).count("completed") == 1

    stale = exchange(server, sent.replace(page.token.encode(), b"x" * len(page.token)))
    assert status(stale) == 400 and "页面已过期或来源不明，提交没有生效" in said(stale)


def form(page: Browser, path: str, **fields: str) -> bytes:
    """The bytes of a form as the browser sends them, cookies included."""
    body = urlencode({"csrf_token": page.token, "nonce": page.nonce} | fields).encode()
    cookies = "; ".join(f"{one.key}={one.value}" for one in page.client._cookies.values())
    head = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", f"Cookie: {cookies}"]
    head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body
