"""Handing out an event log: to auditors alone, for a stated purpose, written down before it leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.looks import LONGEST, SHORTEST, Look, record_look
from app.instances.surroundings import Surroundings
from app.replay.mandate import mandate_of
from app.replay.mining.ocel import write_ocel
from app.replay.mining.pseudonyms import pseudonyms
from app.replay.mining.selection import Selection, selected, size_of
from app.replay.mining.traces import Trace, traces
from app.replay.mining.xes import write_xes

XES, OCEL = "xes", "ocel"
FORMATS = {XES: "xes", OCEL: "json"}
"""How a file of each ends."""
PLACE = "sys/mining"
"""Stands for the cases in the access record: a log names none of them."""
MINED = "mining"
"""Field group of the access record: `mining:xes`."""
MOST = 20_000
"""Entries that one request makes a log of; the command has no such bound."""
SERIES = 40
"""Characters of a series of pseudonyms."""


@dataclass(frozen=True)
class Order:
    """What was allowed and written down; nothing is read yet."""

    kind: str
    wanted: Selection
    series: str
    mandate: tuple[str, ...]
    cases: int
    name: str


def order_log(
    session: Session,
    kind: str,
    wanted: Selection,
    *,
    series: str = "",
    most: int | None = None,
    by: Actor,
    purpose: str,
    network: str,
    now: datetime,
) -> Order:
    """Allow one export and put it on the access record; commit that before `write_log`.

    Args:
        series: name under which pseudonyms stay the same from export to export; empty: they never do.
        most: entries at which the request is refused; None: never.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `mining_format`, `mining_purpose_short`, `mining_version`,
            `mining_too_many`, `mining_none` (422).
    """
    mandate, why = mandate_of(by), plain(purpose, LONGEST)
    if kind not in FORMATS:
        raise Refusal("mining_format", 422)
    if len(why) < SHORTEST:
        raise Refusal("mining_purpose_short", 422, {"shortest": SHORTEST})
    cases, entries = size_of(session, wanted, mandate, most=most)
    if not cases:
        raise Refusal("mining_none", 422)
    if most is not None and entries > most:
        raise Refusal("mining_too_many", 422, {"cases": cases, "entries": entries, "most": most})
    same = plain(series, SERIES)
    said = f"{why}（{wanted.words()}；{cases} 件{f'；化名系列 {same}' if same else ''}）"
    record_look(session, Look(by.id, PLACE, now, f"{MINED}:{kind}", network, purpose=said))
    return Order(kind, wanted, same, mandate, cases, f"event-log-{now:%Y%m%d%H%M%S}.{FORMATS[kind]}")


def write_log(session: Session, around: Surroundings, order: Order, file: IO[bytes]) -> int:
    """Write the log into the file; gives the number of its events.

    Raises:
        Refusal: `record_broken` (500): a chain cannot be read; what is written by then is no whole log.
    """
    rows = selected(session, order.wanted, order.mandate)
    found: Iterator[Trace] = traces(session, around.vault, pseudonyms(around.vault, order.series), rows)
    writers: dict[str, Callable[[IO[bytes], Iterator[Trace]], int]] = {
        XES: lambda out, all_of_them: write_xes(out, order.name, all_of_them),
        OCEL: write_ocel,
    }
    return writers[order.kind](file, found)


def log_file(session: Session, around: Surroundings, order: Order) -> IO[bytes]:
    """The whole log in a file without a name, to be read from its beginning and closed. Whole before anything is sent: a
    chain that cannot be read is an answer then, not half a file. Raises as `write_log`."""
    file: IO[bytes] = TemporaryFile()
    try:
        write_log(session, around, order, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
