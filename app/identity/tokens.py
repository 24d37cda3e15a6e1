"""Bearer tokens for programs: shown once, kept as a digest, 90 days at most, never more than the person's own roles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal, not_found
from app.fixed import Fixed
from app.identity.actor import ACTOR, Actor, actor_from
from app.identity.models import ApiToken, Person
from app.identity.plain_text import plain
from app.identity.secrets import digest, new_secret

LONGEST = timedelta(days=90)
TOUCH_EVERY = timedelta(minutes=1)
MARK = "banyan_"
"""How a secret begins, so that scanners recognise one that leaked."""
DELEGATE = "delegate"
"""Scope of its own: asking a colleague to stand in hands on all a person may do, so no `write:` holds it."""
ALIVE = 20
"""Tokens one person may have at a time."""


@dataclass(frozen=True)
class TokenHolder:
    """Whose token it is: the actor with own grants only. `touch`: call `touch_token` in the next transaction."""

    token_id: str
    actor: Actor
    scopes: frozenset[str]
    touch: bool


@dataclass(frozen=True)
class TokenLine:
    """A row of the own list; never the secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def create_token(
    session: Session, by: Actor, name: str, scopes: Sequence[str], expires_at: datetime, now: datetime
) -> str:
    """A new token; the secret is returned this once.

    Raises:
        Refusal: `token_unnamed`, `token_too_long`, `token_scope_unknown`, `token_scope_exceeds`, `token_too_many`.
    """
    title = plain(name, 60)
    if not title or len(name) > 60:
        raise Refusal("token_unnamed")
    if not now < expires_at <= now + LONGEST:
        raise Refusal("token_too_long", params={"days": LONGEST.days})
    _check_scopes(by, scopes)
    if len(list_tokens(session, by, now)) >= ALIVE:
        raise Refusal("token_too_many", params={"limit": ALIVE})
    secret = MARK + new_secret()
    session.add(
        ApiToken(
            person_id=UUID(by.id),
            name=title,
            digest=digest(secret),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return secret


CALLER = Fixed(
    ACTOR.add_columns(ApiToken.id.label("token_id"), ApiToken.scopes, ApiToken.last_used_at)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.digest == bindparam("digest"), ApiToken.revoked_at.is_(None), ApiToken.expires_at > bindparam("now")
    )
)


def find_token(session: Session, secret: str, now: datetime) -> TokenHolder | None:
    """The holder, while the token is alive and the account open. Reads only, one statement."""
    asked = {"digest": digest(secret), "now": now, "today": legal_day(now)}
    rows = CALLER.rows(session, asked)
    if not rows:
        return None
    first = rows[0]
    touch = first.last_used_at is None or now - first.last_used_at >= TOUCH_EVERY
    return TokenHolder(str(first.token_id), actor_from(rows), frozenset(first.scopes), touch)


def touch_token(session: Session, token_id: str, now: datetime) -> None:
    unused = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now)
    session.execute(update(ApiToken).where(ApiToken.id == UUID(token_id), unused).values(last_used_at=now))


def narrow(holder: TokenHolder, *, writing: bool) -> Actor:
    """The actor as this token lets them act: present own grants within the scopes, no 代理."""
    modes = ("write",) if writing else ("read", "write")
    allowed = {f"{mode}:{role}" for mode in modes for role in holder.actor.roles} & holder.scopes
    roles = {scope.partition(":")[2] for scope in allowed}
    return replace(holder.actor, grants=tuple(grant for grant in holder.actor.grants if grant.role in roles))


def list_tokens(session: Session, by: Actor, now: datetime) -> list[TokenLine]:
    """The own tokens that are alive, newest first."""
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == UUID(by.id), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )
    return [TokenLine(str(t.id), t.name, tuple(t.scopes), t.created_at, t.expires_at, t.last_used_at) for t in rows]


def revoke_token(session: Session, by: Actor, token_id: str, now: datetime) -> None:
    """End an own token.

    Raises:
        Refusal: `not_found` (404) when it is absent, another's or already revoked.
    """
    ended = session.execute(
        update(ApiToken)
        .where(ApiToken.id == _uuid(token_id), ApiToken.person_id == UUID(by.id), ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    ).first()
    if ended is None:
        raise not_found()


def _check_scopes(by: Actor, scopes: Sequence[str]) -> None:
    own = {grant.role for grant in by.grants if grant.on_behalf_of is None}
    if not scopes:
        raise Refusal("token_scope_unknown", params={"scope": "（空）"})
    for scope in set(scopes) - {DELEGATE}:
        mode, _, role = scope.partition(":")
        if mode not in {"read", "write"} or not role:
            raise Refusal("token_scope_unknown", params={"scope": scope[:60]})
        if role not in own:
            raise Refusal("token_scope_exceeds", 403, {"scope": scope[:60]})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise not_found() from problem
