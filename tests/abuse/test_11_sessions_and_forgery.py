"""Cases 11, 12, 29: a session cannot be planted, kept or forged; the API knows no cookie; lock-out hits who guesses."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app import settings
from app.db import db
from app.identity.models import SignInFailure, SignInSession
from app.wiring import create_app
from tests.abuse.conftest import Scene
from tests.conftest import PASSWORD
from tests.doors import CSRF, Caller, Visitor
from tests.doors.house import unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

ALERT = re.compile(r'role="alert"[^>]*>([^<]*)<')


def cookies(visitor: Visitor) -> dict[str, str]:
    return {name[2]: cookie.value for name, cookie in visitor.client._cookies.items()}


def test_a_planted_session_is_not_taken_over(house: Flask) -> None:
    """Fixation: whatever secret the browser brought, signing in gives another one, and the page token changes too."""
    visitor = Visitor(house)
    visitor.client.set_cookie("banyan", "planted-by-somebody-else")
    visitor.get("/sign-in")
    before, token = cookies(visitor), visitor.token
    visitor.post("/sign-in", login="liguifang", password=PASSWORD)
    visitor.get("/inbox")
    after = cookies(visitor)
    assert after["banyan"] not in {"planted-by-somebody-else", before.get("banyan")}
    assert visitor.client.post("/preferences/mask", data={"csrf_token": token}).status_code == 400
    thief = house.test_client()
    thief.set_cookie("banyan", "planted-by-somebody-else")
    assert thief.get("/inbox").status_code == 303


def test_a_session_ends_on_the_server(scene: Scene) -> None:
    page = scene.page("liguifang")
    page.get("/inbox")
    kept = cookies(page)["banyan"]
    assert page.post("/sign-out").status_code == 303
    thief = scene.app.test_client()
    thief.set_cookie("banyan", kept)
    assert thief.get("/inbox").status_code == 303


def test_the_cookies_are_for_this_server_alone(house: Flask) -> None:
    visitor = Visitor(house)
    answer = visitor.post("/sign-in", login="liguifang", password=PASSWORD)
    set_cookies = answer.headers.getlist("Set-Cookie") + visitor.post("/preferences/mask").headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in set_cookies} >= {"banyan", "banyan-page"}
    for cookie in set_cookies:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_over_https_they_are_host_cookies_and_the_browser_stays_there(
    template: str, new_database: Callable[[str | None], str]
) -> None:
    environ = {"BANYAN_MODE": "test", "DATABASE_URL": new_database(template), "SECURE_COOKIES": "on"}
    app = create_app(settings.read(environ))
    client, https = app.test_client(), "https://banyan.example"
    page = client.get("/sign-in", base_url=https)
    token = CSRF.search(page.text)
    assert token and page.headers["Strict-Transport-Security"] == "max-age=31536000"
    form = {"csrf_token": token[1], "login": "liguifang", "password": PASSWORD}
    entered = client.post("/sign-in", data=form, base_url=https, headers={"Referer": f"{https}/sign-in"})
    made = [*page.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in made} == {"__Host-banyan", "__Host-banyan-page"}
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in made)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_every_post_of_a_page_needs_the_token_of_the_page(scene: Scene) -> None:
    """htmx and sign-out too: all addresses that take POST, asked for without the token and with a wrong one."""
    page = scene.page("liguifang")
    page.get("/inbox")
    open_ = []
    with unchanged(scene.app):
        for rule in scene.app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or str(rule).startswith("/api/"):
                continue
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: scene.ids.get(name[1], "doors_check"), str(rule))
            for token in ({}, {"csrf_token": "forged"}):
                answer = page.client.post(address, data=token, headers={"HX-Request": "true"})
                if answer.status_code != 400 or "提交没有生效" not in answer.text:
                    open_.append((address, answer.status_code))
    assert open_ == []
    assert page.get("/inbox").status_code == 200, "still signed in"


def test_another_sites_token_is_no_token(calm: Scene) -> None:
    mine, theirs = calm.page("liguifang"), calm.page("zhoumin")
    mine.get("/inbox")
    theirs.get("/inbox")
    assert mine.client.post("/preferences/mask", data={"csrf_token": theirs.token}).status_code == 400


def test_the_api_takes_no_cookie(calm: Scene) -> None:
    """A signed-in browser that another site makes send JSON reaches nothing."""
    page = calm.page("liguifang")
    page.get("/inbox")
    with unchanged(calm.app):
        for method, address in (("GET", "/tasks"), ("GET", f"/instances/{calm.ids['instance_id']}"),
                                ("POST", f"/tasks/{calm.ids['task_id']}/claim")):  # fmt: skip
            answer = page.client.open(f"/api/v1{address}", method=method, json={} if method == "POST" else None)
            assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
            assert "没有携带访问令牌" in answer.json["detail"]
            assert "Set-Cookie" not in answer.headers
    started = calm.api("liguifang").client.post("/api/v1/instances", json={"process": "doors_check"})
    assert started.status_code == 401


def test_a_bearer_token_opens_no_page(calm: Scene) -> None:
    program = calm.api("liguifang")
    assert program.client.get("/inbox", headers=program.headers).status_code == 303


def test_after_signing_in_nobody_is_led_elsewhere(house: Flask) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\u2028x", "/\t/evil.example", "javascript:1",
                   "\\\\evil.example", "https:evil.example", " //evil.example", "/x\r\nSet-Cookie: a=b"):  # fmt: skip
        visitor = Visitor(house)
        answer = visitor.post("/sign-in", login="liguifang", password=PASSWORD, next=target)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/"
        assert visitor.client.post("/preferences", data={"csrf_token": visitor.token},
                                   headers={"Referer": "http://localhost.evil.example/"}).headers.get("Location", "/") == "/"  # fmt: skip


def test_who_has_an_account_cannot_be_told_from_the_answer(house: Flask) -> None:
    """Absent, closed and wrong: one sentence, one status, and after five failures the same lock."""
    told = {}
    for login in ("liguifang", "nobody-has-this-name"):
        visitor = Visitor(house)
        answers = [visitor.post("/sign-in", login=login, password="Wrong-2026-pass") for _ in range(7)]
        told[login] = [(answer.status_code, ALERT.findall(answer.text)) for answer in answers]
    assert told["liguifang"] == told["nobody-has-this-name"] and all(alert for _, alert in told["liguifang"])
    assert [status for status, _ in told["liguifang"]] == [401] * 5 + [429] * 2


def test_nobody_locks_out_a_county(house: Flask) -> None:
    """A guesser elsewhere, also one who writes addresses into headers, shuts nobody else out."""
    for n in range(8):
        visitor = Visitor(house)
        visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
        visitor.client.post(
            "/sign-in", data={"csrf_token": visitor.token, "login": "liguifang", "password": "Wrong-2026-pass"},
            headers={"X-Forwarded-For": f"127.0.0.{n}", "Forwarded": "for=127.0.0.1", "X-Real-IP": "127.0.0.1"},
        )  # fmt: skip
    with house.app_context():
        assert {row.network for row in db.session.query(SignInFailure)} == {"203.0.113.7"}
    assert Visitor(house).post("/sign-in", login="liguifang", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(("hops", "seen"), [("0", "127.0.0.1"), ("1", "198.51.100.9"), ("2", "203.0.113.7")])
def test_behind_proxies_of_ones_own_the_word_of_the_last_ones_counts(
    template: str, new_database: Callable[[str | None], str], hops: str, seen: str
) -> None:
    environ = {"BANYAN_MODE": "test", "DATABASE_URL": new_database(template), "PROXY_HOPS": hops}
    app = create_app(settings.read(environ))
    visitor = Visitor(app)
    form = {"csrf_token": visitor.token, "login": "liguifang", "password": PASSWORD}
    visitor.client.post("/sign-in", data=form, headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.7, 198.51.100.9"})
    with app.app_context():
        assert db.session.query(SignInSession).one().network == seen
        db.session.remove()
        db.engine.dispose()


def test_a_stolen_form_nonce_of_another_person_gives_nothing_away(scene: Scene) -> None:
    """Case 15: the first answer is kept by person; the same nonce of somebody else is another request."""
    mine, theirs = scene.page("liguifang"), scene.page("luoxiuzhen")
    mine.get("/processes")
    theirs.get("/processes")
    first = mine.post("/processes/bench_approval_10/start", nonce="shared-nonce")
    again = mine.post("/processes/bench_approval_10/start", nonce="shared-nonce")
    other = theirs.post("/processes/bench_approval_10/start", nonce="shared-nonce")
    assert first.headers["Location"] == again.headers["Location"] != other.headers["Location"]


def test_outsiders_get_the_door_and_nothing_else(house: Flask, scene: Scene) -> None:
    nobody, caller = Visitor(house), Caller(house)
    known = scene.ids | {"version": "1"}
    for rule in house.url_map.iter_rules():
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: known.get(name[1], "doors_check"), str(rule))
        if (
            "GET" in (rule.methods or ())
            and not address.startswith(("/api/", "/static/", "/sign-in"))
            and address != "/"
        ):
            answer = nobody.get(address)
            assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"], address
        elif address.startswith("/api/v1") and "GET" in (rule.methods or ()):
            assert caller.get(address.removeprefix("/api/v1")).status_code == 401, address


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "//[", "http://[",
     "/x\r\nSet-Cookie: a=b", "\u2028//evil.example", "javascript:alert(1)", "evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(house: Flask, wanted: str) -> None:
    visitor = Visitor(house)
    answer = visitor.post("/sign-in", login="liguifang", password=PASSWORD, next=wanted)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    ("host", "came_from", "back"),
    [
        ("evil.example", "http://evil.example/x", "/x"),
        ("evil.example", "http://evil.example//evil.example", "/evil.example"),
        ("localhost", "http://evil.example/x", "/"),
        ("localhost", "http://localhost/cases?page=2", "/cases?page=2"),
        ("localhost", "http://localhost\\evil.example", "/"),
    ],
)
def test_a_preference_leads_back_by_path_alone(calm: Scene, host: str, came_from: str, back: str) -> None:
    """Neither the host nor the referrer that a request names is taken for ours."""
    page = calm.page("liguifang")
    page.get("/inbox")
    held = "; ".join(f"{name}={value}" for name, value in cookies(page).items())
    anywhere = calm.app.test_client(use_cookies=False)
    answer = anywhere.post(
        "/preferences",
        data={"csrf_token": page.token, "theme": "dark"},
        headers={"Host": host, "Referer": came_from, "Cookie": held},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
