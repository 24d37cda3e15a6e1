"""UPDATE of rows that a command has changed in memory, as the unit of work would, at a third of its cost.

For the plain case, which is nearly every command's: nothing new, nothing deleted, single keys, plain values. All else
is left to the session's own flush, which runs behind it in any case.
"""

from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, update
from sqlalchemy.orm import InstanceState, Mapper, Session, attributes

from app.fixed import Fixed

KEY, VERSION = "row_key", "row_version"


def write_changes(session: Session) -> None:
    """Write what is dirty, each row once. Raises StaleDataError: a row was written by somebody else since it was read.

    Order is by table and key, so that two commands on the same rows wait for each other instead of blocking.
    """
    if session._new or session._deleted:
        return
    states = [attributes.instance_state(row) for row in session.dirty]
    changes = [(state, _changed(state)) for state in states]
    if all(_plain(state.mapper, changed) for state, changed in changes):
        for state, changed in sorted(changes, key=_place):
            _write(session, state, changed)


def _place(change: tuple[InstanceState[Any], dict[str, Any]]) -> tuple[str, Any]:
    state, _ = change
    return _table(state.mapper), state.key


def _changed(state: InstanceState[Any]) -> dict[str, Any]:
    """The attributes whose value is another one than the database's."""
    return {
        name: state.dict[name]
        for name, before in state.committed_state.items()
        if not state.manager[name].impl.is_equal(state.dict[name], before)
    }


def _plain(mapper: Mapper[Any], changed: dict[str, Any]) -> bool:
    heard = any(mapper.dispatch.before_update) or any(
        mapper.dispatch.after_update
    )  # a submission refuses to be changed
    if heard or (keys := _single_keys(mapper)) is None:
        return False
    return not keys & changed.keys() and not any(isinstance(v, ClauseElement) for v in changed.values())


@cache
def _table(mapper: Mapper[Any]) -> str:
    return str(mapper.local_table)


@cache
def _single_keys(mapper: Mapper[Any]) -> set[str] | None:
    """The attribute that is the key; None where there are several, or classes that share the table."""
    own = len(mapper.primary_key) == 1 and mapper.single is False and mapper.inherits is None
    return {mapper.get_property_by_column(column).key for column in mapper.primary_key} if own else None


def _write(session: Session, state: InstanceState[Any], changed: dict[str, Any]) -> None:
    mapper: Mapper[Any] = state.mapper
    if changed:
        version = mapper.version_id_col
        values = {**changed, KEY: state.key[1][0]} if state.key else {}
        if version is not None:
            name = mapper.get_property_by_column(version).key
            values[VERSION] = state.committed_state.get(name, state.dict[name])
            values[name] = state.dict[name] = values[VERSION] + 1
        _update(mapper, tuple(name for name in values if name not in {KEY, VERSION})).later(session, values, rows=1)
    state._commit_all(state.dict, session.identity_map)


@cache
def _update(mapper: Mapper[Any], names: tuple[str, ...]) -> Fixed:
    columns = {name: mapper.columns[name] for name in names}
    written = {column: bindparam(name, type_=column.type) for name, column in columns.items()}
    statement = update(mapper.class_).values(written).where(mapper.primary_key[0] == bindparam(KEY))
    if mapper.version_id_col is not None:
        statement = statement.where(mapper.version_id_col == bindparam(VERSION))
    return Fixed(statement)
