"""SELECT of whole mapped rows by a statement that never changes, made into objects of the session at a third of the cost of
the loading it replaces."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Mapper, Session, attributes, class_mapper

from app.fixed import Fixed


class LoadRows:
    """A statement that gives one object of each class, and columns beside them."""

    def __init__(self, classes: Sequence[type[Any]], beside: Sequence[ColumnElement[Any]], *, of: Select[Any]) -> None:
        """
        Args:
            of: its columns are replaced; FROM, WHERE and locks stay.
        """
        self._mappers: list[Mapper[Any]] = [class_mapper(one) for one in classes]
        self._names = [[one.key for one in mapper.column_attrs] for mapper in self._mappers]
        self._keys = [[m.get_property_by_column(column).key for column in m.primary_key] for m in self._mappers]
        columns = [
            mapper.columns[name].label(f"{mapper.local_table}_{name}")
            for mapper, names in zip(self._mappers, self._names, strict=True)
            for name in names
        ]
        besides = [column.label(f"beside_{number}") for number, column in enumerate(beside)]
        self._fixed = Fixed(of.with_only_columns(*columns, *besides, maintain_column_froms=True))

    def one(self, session: Session, values: Mapping[str, Any]) -> list[Any] | None:
        """The objects, as they stand in the database now whatever the session knew of them, and what stands beside them;
        None: there is no such row. Raises DBAPIError."""
        session.flush()
        rows = self._fixed.rows(session, values)
        if not rows:
            return None
        left = list(rows[0])
        made = []
        for mapper, names, keys in zip(self._mappers, self._names, self._keys, strict=True):
            mine, left = left[: len(names)], left[len(names) :]
            made.append(_placed(session, mapper, keys, dict(zip(names, mine, strict=True))))
        return made + left


def _placed(session: Session, mapper: Mapper[Any], keys: Sequence[str], values: dict[str, Any]) -> Any:
    """As `sqlalchemy.orm.loading` does it for a row it has read."""
    key = mapper.identity_key_from_primary_key(tuple([values[name] for name in keys]))
    known = session.identity_map.get(key)
    made = mapper.class_manager.new_instance() if known is None else known
    state = attributes.instance_state(made)
    state.dict.update(values)
    if known is None:
        state.key, state.session_id = key, session.hash_key
        session.identity_map._add_unpresent(state, key)
    state._commit_all(state.dict, session.identity_map)
    return made
