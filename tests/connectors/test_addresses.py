"""Where a request may go (abuse case 8): only to what the settings pin, and only after the address was judged."""

import socket
import ssl
from dataclasses import replace
from typing import Any

import pytest

from app.connectors.addresses import Address, AddressRefused, read_address, resolve
from app.connectors.departments import departments
from app.connectors.http import HttpClient
from app.connectors.operation import Operation, Question
from app.connectors.trouble import NoAnswer, NotReached, Rejected, WrongAnswer
from tests.connectors.neighbour import answering, dripping, neighbour

STATUS = departments()["marriage"].operations["status"]
ASKED = Question("call-1", "SY-1", {"marital": "20"}, {"id_no": "450123199001010010", "secret": "never"})
LISTED = "127.0.0.0/8"


def address(url: str, networks: str = "") -> Address:
    found = read_address({"CONNECTOR_X_URL": url, "CONNECTOR_PRIVATE_NETWORKS": networks}, "x")
    assert found is not None
    return found


def named(monkeypatch: pytest.MonkeyPatch, *numeric: str) -> None:
    """The resolver answers these for every name."""
    found = [
        (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in numeric
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)


@pytest.mark.parametrize(
    "numeric",
    [
        "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "224.0.0.1",
    ],
)  # fmt: skip
def test_an_address_of_no_public_network_is_refused(monkeypatch: pytest.MonkeyPatch, numeric: str) -> None:
    named(monkeypatch, numeric)
    with pytest.raises(Rejected, match="call_address_refused"):
        resolve(address("https://police.example"))


def test_one_bad_address_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(Rejected, match="call_address_refused"):
        resolve(address("https://police.example"))


def test_a_public_address_and_a_listed_one_are_good(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34")
    assert resolve(address("https://police.example")) == "93.184.216.34"
    named(monkeypatch, "10.20.1.7")
    assert resolve(address("https://police.example", "10.20.0.0/16")) == "10.20.1.7"
    named(monkeypatch, "10.21.1.7")
    with pytest.raises(Rejected):
        resolve(address("https://police.example", "10.20.0.0/16"))


def test_plain_http_reaches_only_listed_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34")
    with pytest.raises(Rejected):
        resolve(address("http://police.example", LISTED))


def test_an_unknown_name_is_no_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(NotReached):
        resolve(address("https://police.example"))


@pytest.mark.parametrize(
    "url",
    ["http://police.example", "ftp://police.example", "file:///etc/passwd", "https://user@police.example",
     "https://police.example/?to=x", "https://police.example/#x", "https://", "police.example"],
)  # fmt: skip
def test_a_setting_that_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="CONNECTOR_X_URL"):
        read_address({"CONNECTOR_X_URL": url}, "x")


def client(port: int) -> HttpClient:
    return HttpClient(address(f"http://127.0.0.1:{port}/base/", LISTED))


def short(seconds: float = 1.0) -> Operation:
    return replace(STATUS, timeout=seconds)


def test_what_goes_out_is_what_was_declared() -> None:
    with neighbour(answering({"result": "clear", "more": "than asked"})) as here:
        assert client(here.port).ask(STATUS, ASKED) == {"result": "clear"}
    [(path, headers, body)] = here.requests
    assert (path, headers["Idempotency-Key"]) == ("/base/status", "call-1")
    assert body == {
        "id": "call-1", "case": "SY-1", "input": {"marital": "20"}, "subject": {"id_no": "450123199001010010"},
    }  # fmt: skip


def test_a_redirect_is_not_followed() -> None:
    with neighbour(answering({})) as other, neighbour(answering({}, 307, Location="http://127.0.0.1:1/")) as here:
        with pytest.raises(Rejected):
            client(here.port).ask(STATUS, ASKED)
        assert other.requests == []


def test_a_dripping_answer_ends_at_the_deadline() -> None:
    with neighbour(dripping) as here, pytest.raises(NoAnswer):
        client(here.port).ask(short(0.3), ASKED)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"result": NaN}', b"{" + b" " * 70_000 + b"}"])
def test_what_is_no_small_json_object_is_a_wrong_answer(body: bytes) -> None:
    with neighbour(answering(body)) as here, pytest.raises(WrongAnswer):
        client(here.port).ask(STATUS, ASKED)


def test_nobody_at_the_door_is_no_contact() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached):
            client(taken.getsockname()[1]).ask(STATUS, ASKED)


def test_a_certificate_nobody_vouches_for_is_no_contact() -> None:
    with neighbour(answering({})) as here:
        secured = HttpClient(address(f"https://127.0.0.1:{here.port}", LISTED), context=ssl.create_default_context())
        with pytest.raises(NotReached):
            secured.ask(short(), ASKED)
        assert here.requests == []
