"""The day's settlement as a table file (CSV, semicolon, UTF-8 with BOM as Norwegian spreadsheets read it)."""

from __future__ import annotations

import csv
import io

from core.clock import local
from journal.queries.codes.settlement import Settlement

_HEADINGS = (
    *("kontakt", "dato", "inn", "ut", "identnummer", "identtype", "fodselsdato", "diagnoser", "type"),
    *("kodeverk", "kodeverkversjon", "kode", "antall", "tekst", "lege", "hpr"),
)


def as_csv(settlement: Settlement) -> bytes:
    """One line for each code. Cells that a spreadsheet would take for a formula are made text."""
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=";", lineterminator="\r\n")
    table.writerow(_HEADINGS)
    for line in settlement.lines:
        begin, end = local(line.arrived_at), local(line.finished_at)
        cells = (
            *(line.contact, f"{begin:%Y-%m-%d}", f"{begin:%H:%M}", f"{end:%H:%M}", line.number or ""),
            *(line.number_kind or "", line.birth_date or "", " ".join(line.diagnoses), line.kind),
            *(line.system, line.system_version, line.code, line.quantity, line.display, line.doctor),
            line.hpr_number or "",
        )
        table.writerow([_plain(str(cell)) for cell in cells])
    return file.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
