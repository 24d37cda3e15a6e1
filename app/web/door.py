"""The door of the pages: who looks, the frame around the page, one transaction per act, once per form nonce."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Response, current_app, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.emergency import has_to_do_with_emergencies
from app.identity.sessions import find_signed_in, touch_session
from app.inbox.incidents_page import may_read_incidents
from app.inbox.waiting import Badges, badges
from app.instances.emergency.read_notice import unread_notices
from app.instances.in_force import known
from app.instances.once import once
from app.instances.stuck import is_stuck, record_stuck
from app.instances.surroundings import Surroundings
from app.notifications.reminders import unread
from app.replay.audits.reach import answers_in
from app.replay.file_requests.reach import works_with_requests
from app.replay.open_replay import may_replay
from app.settings import Settings
from app.studio.policy import is_policy_officer
from app.web.frame import Frame, Link

T = TypeVar("T")
AUDITING = (
    ("查案", "audit.find", ("audit.", "replay.", "compare.", "take_away.", "print_history.")),
    ("审计项目", "audit_projects.listing", ("audit_projects.", "findings.")),
    ("分析", "analysis.show_analysis", ("analysis.",)),
    ("查阅登记", "access.listing", ("access.listing", "access.search")),
    ("异常查阅", "access.unusual", ("access.unusual",)),
    ("紧急查看", "emergency.listing", ("emergency.",)),
    ("事件日志", "event_log.ask", ("event_log.",)),
    ("调卷", "file_requests.listing", ("file_requests.",)),
)
"""The pages under the link 审计: word, address, and the endpoints that belong to it."""
OF_THE_PAGE = frozenset({"csrf_token", "nonce", "_at"})
"""Hidden fields that differ between two sendings of one filled-in form."""


def surroundings() -> Surroundings:
    return current_app.extensions["banyan"]  # type: ignore[no-any-return]


def settings() -> Settings:
    return current_app.extensions["banyan_settings"]  # type: ignore[no-any-return]


def cookie_name() -> str:
    """`__Host-` needs HTTPS; the plain-HTTP demo uses an unprefixed name (abuse case 11)."""
    return "__Host-banyan" if settings().secure_cookies else "banyan"


def with_session(response: Response, secret: str) -> Response:
    """The answer with the cookie of a new session (abuse case 11)."""
    response.set_cookie(
        cookie_name(), secret, httponly=True, samesite="Lax", secure=settings().secure_cookies, path="/"
    )
    return response


def signed_in() -> Actor | None:
    """The person behind the cookie; asked once per request."""
    if "actor" not in g:
        g.actor = _find_actor()
    return g.actor  # type: ignore[no-any-return]


def actor() -> Actor:
    """The person behind the cookie.

    Raises:
        Refusal: `signed_out` (401); pages answer it with the sign-in form. `second_factor_due`, `password_expired`
            (403) likewise with theirs.
    """
    found = whoever()
    if not g.strong and not found.roles.isdisjoint(settings().two_factor):
        raise Refusal("second_factor_due", 403)
    if g.password_expired and settings().mode != "demo":
        raise Refusal("password_expired", 403)
    return found


def whoever() -> Actor:
    """As `actor`, also with a password that has expired, or without a second factor where the role has been asked for
    one since: for changing the one and taking up the other.

    Raises:
        Refusal: `signed_out` (401).
    """
    found = signed_in()
    if found is None:
        raise Refusal("signed_out", 401)
    return found


def _find_actor() -> Actor | None:
    secret = request.cookies.get(cookie_name())
    if not secret:
        return None
    now = clock.now()
    found = find_signed_in(db.session(), secret, now)
    if found is None:
        return None
    seen, person = found
    g.password_expired, g.strong, g.began_at = seen.password_expired, seen.strong, seen.began_at
    if seen.touch:
        in_transaction(lambda: touch_session(db.session(), secret, now))
    return person


def act(by: Actor, command: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out one command in one transaction; the form's nonce makes a double click harmless (abuse case 15)."""
    nonce = request.form.get("nonce", "")
    key = f"form:{nonce}" if 0 < len(nonce) <= 64 else None
    shape = {"path": request.path, "fields": _filled_in()}
    try:
        return in_transaction(lambda: once(db.session(), by.id, key, shape, command, now=clock.now()))
    except Refusal as refusal:
        if refusal.code == "key_reused":
            # Back, changed, sent again: to answer like the first time would hide that the changes were not taken.
            raise Refusal("form_sent_before", 409) from refusal
        if is_stuck(stuck := refusal):
            in_transaction(lambda: record_stuck(db.session(), stuck, now=clock.now()))
        raise


def _filled_in() -> list[list[str]]:
    """What the person filled in, in order; what only the page itself put into the form is left out."""
    fields = [[name, text] for name, text in request.form.items(multi=True) if name not in OF_THE_PAGE]
    return fields + [
        [name, file.filename or "", _content(file)] for name, file in request.files.items(multi=True) if file.filename
    ]


def _content(file: FileStorage) -> str:
    """A digest: cameras call every picture the same."""
    file.stream.seek(0)
    digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return digest


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def show(template: str, *, status: int = 200, frame: Frame | None = None, **context: Any) -> Response:
    """A page in its frame."""
    whole = frame or frame_of(signed_in())
    return Response(render_template(template, frame=whole, **context), status, mimetype="text/html")


def frame_of(person: Actor | None) -> Frame | None:
    if person is None:
        return None
    here = request.endpoint or ""
    audits = audit_pages(here) if may_replay(person) else ()
    told = _told(person) if any(one.here for one in audits) else 0
    links = (
        Link("在办件", url_for("cases.mine"), here=here == "cases.mine"),
        Link("待办", url_for("inbox.inbox"), here=here == "inbox.inbox"),
        Link("提醒", url_for("reminders.listing"), here=here == "reminders.listing"),
        Link("我的已办", url_for("inbox.done"), here=here == "inbox.done"),
        Link("发起", url_for("processes.listing"), here=here == "processes.listing"),
        *own_pages(person, here, told),
    )
    return Frame(
        person=person.name,
        place=person.organisation_name,
        links=links,
        menu=(
            *_trouble(person, here),
            *(
                (Link("紧急查看", url_for("emergency.listing"), here=here.startswith("emergency.")),)
                if has_to_do_with_emergencies(person) and not may_replay(person)
                else ()
            ),
            Link("代理", url_for("delegations.listing"), here=here == "delegations.listing"),
            Link("修改密码", url_for("password.form"), here=here == "password.form"),
            Link("两步验证", url_for("second_factor.form"), here=here.startswith("second_factor.")),
        ),
        audits=audits,
        standing_in_for="、".join(sorted({g.on_behalf_of.name for g in person.grants if g.on_behalf_of})),
        search_action=url_for("cases.search"),
        masked=request.cookies.get("mask") == "on",
        theme=request.cookies.get("theme", ""),
        keys=request.cookies.get("keys", "on") != "off",
        mask_action=url_for("preferences.mask"),
        preferences_action=url_for("preferences.change"),
        sign_out_action=url_for("sign_in.leave"),
        emergencies=told,
        demo_note="演示环境：数据均为虚构，请勿录入真实个人信息。" if settings().demo else "",
    )


def own_pages(person: Actor, here: str, told: int = 0) -> tuple[Link, ...]:
    """The pages of the top that only some posts have, those of audit first.

    Args:
        here: endpoint of the page around which they stand.
        told: of how many 紧急查看 an auditor has not noted to have read.
    """
    audits = audit_pages(here) if may_replay(person) else ()
    pages = (
        (audits, Link("审计", url_for("audit.find"), count=told or None, here=any(one.here for one in audits))),
        (answers_in(person), Link("审计疑点", url_for("findings.listing"), here=here.startswith("findings."))),
        (
            works_with_requests(person) and not audits,
            Link("调卷", url_for("file_requests.listing"), here=here.startswith("file_requests.")),
        ),
        (
            is_policy_officer(person),
            Link("流程", url_for("workflows.listing"), here=here.startswith(("workflows.", "migrations."))),
        ),
    )
    return tuple(link for open_to, link in pages if open_to)


def audit_pages(here: str) -> tuple[Link, ...]:
    return tuple(Link(word, url_for(endpoint), here=here.startswith(parts)) for word, endpoint, parts in AUDITING)


def _told(person: Actor) -> int:
    """Of how many 紧急查看 the auditor has not noted to have read; the lists ask it with their numbers."""
    return db.session().scalar(select(unread_notices(person))) or 0


def _trouble(person: Actor, here: str) -> tuple[Link, ...]:
    """Only for who administers, or approves what administrators plan."""
    if not may_read_incidents(person):
        return ()
    return (Link("故障与调整", url_for("incidents.listing"), here=here == "incidents.listing"),)


def counted(person: Actor) -> Frame | None:
    """The frame of a list that asks nothing itself: its numbers are asked in a statement of their own."""
    session = db.session()
    return numbered(person, badges(session, person, unread(session, person, known(session).versions)))


def numbered(person: Actor, found: Badges) -> Frame | None:
    """The frame of the lists: how many cases the person answers for, how many tasks they may act on, and how many
    reminders they have not read; of none nothing is said."""
    frame = frame_of(person)
    if frame is None:
        return None
    told = found.unread if may_replay(person) else 0
    numbers = {"审计": told or None, "在办件": found.cases, "待办": found.tasks, "提醒": found.unread or None}
    return replace(
        frame, emergencies=told, links=tuple(replace(link, count=numbers.get(link.label)) for link in frame.links)
    )


def back_to(endpoint: str, **values: Any) -> Response:
    """After an act: 303, so that reloading repeats nothing."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]
