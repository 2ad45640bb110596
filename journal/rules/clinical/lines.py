"""The medicine list of one contact, put together from what was answered here and what others claim. Pure.

A line of a national list or of an earlier contact is a claim (version 0) until somebody answers for it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from journal.rules.clinical.medicines import newest_lines, same_name


class Row(Protocol):
    """A version of a line as it was written."""

    @property
    def item_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def encounter_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def atc(self) -> str | None: ...
    @property
    def dosage(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def source_as_of(self) -> datetime | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def use(self) -> str | None: ...
    @property
    def change(self) -> str | None: ...
    @property
    def new_dosage(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def void(self) -> bool: ...
    @property
    def recorded_by(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """One line; `version` 0 is a claim."""

    id: str
    version: int
    name: str
    atc: str | None
    dosage: str | None
    source: str
    source_as_of: datetime | None
    external_id: str | None
    use: str | None = None
    change: str | None = None
    new_dosage: str | None = None
    reason: str | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None


def known_lines(
    rows: Sequence[Row],
    *,
    encounter: str,
    patient: str,
    listed: Iterable[Mapping[str, Any]],
    listed_as_of: datetime | None,
    named: Callable[[str], str],
) -> list[KnownLine]:
    """What was answered here, then the national list, then earlier contacts; nothing twice.

    `named` gives a line of the national list its identity here, the same each time.
    """
    own = [row for row in rows if row.encounter_id == encounter]
    here = list(newest_lines(own).values())
    taken = {row.external_id for row in own if row.external_id}
    claims = [
        _listed(each, named(f"{patient}:{each['external_id']}"), listed_as_of)
        for each in listed
        if each["external_id"] not in taken
    ]
    # What was entered in error here is not offered again under the same name either.
    items, ids = {row.item_id for row in own}, taken | {each.external_id for each in claims}
    names = [row.name for row in own] + [each.name for each in claims]
    before = newest_lines(row for row in rows if row.encounter_id != encounter).values()
    return [
        *(_written(row) for row in here),
        *claims,
        *(
            _earlier(row)
            for row in before
            if _still_used(row)
            and row.item_id not in items
            and row.external_id not in ids - {None}
            and not any(same_name(row.name, name) for name in names)
        ),
    ]


def _still_used(row: Row) -> bool:
    return row.change != "stopped" and row.use != "uses-not"


def _written(row: Row) -> KnownLine:
    return KnownLine(
        id=row.item_id,
        version=row.number,
        name=row.name,
        atc=row.atc,
        dosage=row.dosage,
        source=row.source,
        source_as_of=row.source_as_of,
        external_id=row.external_id,
        use=row.use,
        change=row.change,
        new_dosage=row.new_dosage,
        reason=row.reason,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def _listed(line: Mapping[str, Any], id: str, as_of: datetime | None) -> KnownLine:
    return KnownLine(
        id=id,
        version=0,
        name=line["name"],
        atc=line.get("atc"),
        dosage=line.get("dosage"),
        source="medication-list",
        source_as_of=as_of,
        external_id=line["external_id"],
    )


def _earlier(row: Row) -> KnownLine:
    return KnownLine(
        id=row.item_id,
        version=0,
        name=row.name,
        atc=row.atc,
        dosage=row.new_dosage or row.dosage,
        source="earlier",
        source_as_of=row.recorded_at,
        external_id=row.external_id,
    )
