"""Reports as laboratories and radiology send them, made from the field list: invented people and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.kith.elements import HER, Coded, add, add_code, add_identity, new_message, stamp, to_bytes
from integrations.kith.safe_xml import Element

V1_4 = "http://www.kith.no/xmlstds/labsvar/2012-02-15"
NEW, CHANGED, CANCELLED = Coded("N", "Ny"), Coded("M", "Endring"), Coded("C", "Kansellering")
FINAL = Coded("F", "Endelig rapport")
ANALYSES = "2.16.578.1.12.4.1.1.7280"


def number(name: str, value: str, unit: str, **more: str) -> Element:
    """A measured value; `range`, `flag`."""
    item = new_message(V1_4, "ResultItem")
    add(add(item, "NumResult"), "NumResultValue", V=value, U=unit)
    add_code(item, "ServType", NEW)
    if "range" in more:
        add(add(item, "RefInterval"), "Descr", more["range"])
    add(add(item, "Investigation"), "Id", V="NPU19748", S=ANALYSES, DN=name)
    if "flag" in more:
        add(item, "DevResultInd", V="1", DN=more["flag"])
    return item


def words(name: str | None, text: str, *, id: str | None = None, of: str | None = None) -> Element:
    """A finding in words; `of`: the other result it belongs to."""
    item = new_message(V1_4, "ResultItem")
    add(add(item, "TextResult"), "TextResultValue", text)
    add_code(item, "ServType", NEW)
    if name:
        add(add(item, "Investigation"), "Id", V="NOR1", S=ANALYSES, DN=name)
    if id:
        add(item, "IdResultItem", id)
    if of:
        add(item, "RefIdResultItem", of)
    return item


def report(
    items: Sequence[Element],
    *,
    id: str,
    at: datetime,
    to: int,
    number: str | None,
    requisition: str | None = None,
    report_id: str = "rapport-1",
    change: Coded = NEW,
) -> bytes:
    """One report to a ward, about whoever has that number."""
    root = new_message(V1_4, "Message")
    add_code(root, "Type", Coded("SVAR_LAB", "Svarrapport-Laboratoriemedisin"))
    add(root, "MIGversion", "v1.4 2012-02-15")
    add(root, "GenDate", V=stamp(at))
    add(root, "MsgId", id)
    told = add(root, "ServReport")
    add_code(told, "ServType", change)
    add(told, "IssueDate", V=stamp(at))
    add_code(told, "Status", FINAL)
    add_code(told, "MsgDescr", Coded("CLIN", "Medisinsk biokjemi"))
    add(told, "ServProvId", report_id)
    if requisition:
        add(add(told, "ServReq"), "Id", requisition)
    patient = add(told, "Patient")
    add(patient, "Name", "Solvang, Ingrid")
    add(patient, "OffId", number or "ukjent")
    add_code(patient, "TypeOffId", Coded("FNR", "Fødselsnummer") if number else Coded("XXX", "Annet"))
    sample = add(patient, "AnalysedSubject")
    add(add(sample, "CollectedSample"), "CollectedDate", V=stamp(at))
    add(sample, "TypeCoded", V="P", S="2.16.578.1.12.4.1.1.8351", DN="Plasma")
    add(sample, "IdByServProvider", "1")
    patient.extend(items)
    _party(told, "ServProvider", "St. Olavs hospital", 59, "Medisinsk biokjemi", 91126)
    _party(told, "Requester", "Nordvik kommune", to - 1, "Nordvik legevakt", to)
    return to_bytes(root)


def _party(told: Element, side: str, name: str, her_id: int, department: str, department_her_id: int) -> None:
    unit = add(add(add(told, side), "HCP"), "Inst")
    add(unit, "Name", name)
    add_identity(unit, str(her_id), HER)
    inner = add(unit, "Dept")
    add(inner, "Name", department)
    add_identity(inner, str(department_her_id), HER)
