"""Screens of access as the server draws them, for tests."""

from __future__ import annotations

from datetime import timedelta

from app.screens import pages
from core.access.relation import Relation
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.need.blocks import Block, BlockList
from core.patients.need.control import Glass, Looking, Opening, Report, Somebody
from core.patients.need.patients_view import Seen, WhoHasSeen
from core.patients.need.relation_here import ReasonNeeded
from tests.app.screens.ward import NOW

ANNA = Actor(StaffId("anna"), "Anna Kontroll", Role.AUDITOR, UnitId("nordvik"))
KARI = Actor(StaffId("kari"), "Kari Moe", Role.COORDINATOR, UnitId("nordvik"))
NORA = Actor(StaffId("nora"), "Nora Lie", Role.TRIAGE_NURSE, UnitId("nordvik"))
WHY = "Ringer om prøvesvar <b>fra</b> kontakten"
PEOPLE = (Somebody(id="dag", name="Dag Holm"), Somebody(id="nora", name="Nora Lie"))


def reason(*, blocked: bool = False, relation: Relation = Relation.ENDED_BEFORE, language: str = "nb") -> str:
    """A record that asks why."""
    needed = ReasonNeeded("e-1", relation, blocked=blocked)
    return pages.refused(needed, language=language, asset_version="v1")


def blocks(me: Actor = KARI, *, empty: bool = False, language: str = "nb") -> str:
    """Ingrid wants neither Nora nor her GP to see."""
    when = NOW - timedelta(minutes=5)
    person = Block(
        id="b-1",
        kind="person",
        target_name="Nora Lie",
        wish="Hun er naboen min",
        set_at=when,
        set_by="Kari Moe",
    )
    gp = Block(id="b-2", kind="gp-summary", target_name=None, wish=None, set_at=when, set_by="Dag Holm")
    return pages.blocks(
        BlockList(blocks=() if empty else (person, gp)),
        encounter="e-1",
        patient="p-1",
        name="Ingrid Solvang",
        colleagues=PEOPLE,
        me=me,
        unit_name="Nordvik legevakt",
        now=NOW,
        language=language,
        asset_version="v1",
    )


def glass(id: str = "g-1", *, own: bool = False, verdict: str | None = None) -> Glass:
    """Dag opened with a reason."""
    return Glass(
        id=id,
        at=NOW - timedelta(hours=2),
        actor="Dag Holm",
        own=own,
        role="doctor",
        relation="ended-before",
        blocked=True,
        contact="T41",
        reason=WHY,
        reviewer="Anna Kontroll",
        verdict=verdict,
        reviewed_by="Anna Kontroll" if verdict else None,
        review_note="Var alene på vakt" if verdict else None,
    )


def opening(seq: int, what: str = "encounter", **changes: object) -> Opening:
    """One line of the log."""
    common = {
        "id": f"o-{seq}", "seq": seq, "at": NOW - timedelta(minutes=seq), "actor": "Dag Holm",
        "role": "doctor",
        "patient": "p-1", "contact": "T41", "what": what, "documents": ("person", "note:n-1"),
        "purpose": "TREAT", "relation": "here-now", "reason": None,
    }  # fmt: skip
    return Opening.model_validate({**common, **changes})


def control(*glasses: Glass, more: bool = False, language: str = "nb") -> str:
    """What the auditor sees."""
    report = Report(
        openings=(
            opening(9),
            opening(8, purpose="ETREAT", relation="ended-before", reason=WHY),
            opening(7, "wall", patient=None, contact=None, documents=(), relation=None, role="display"),
            opening(6, "something-new"),
        ),
        more=more,
        glass=glasses,
        people=PEOPLE,
    )
    return pages.control(
        report,
        Looking(person="dag"),
        me=ANNA,
        unit_name="Nordvik legevakt",
        now=NOW,
        language=language,
        asset_version="v1",
    )


def letter(language: str = "nb") -> str:
    """What Ingrid gets to take home."""
    seen = Seen(
        at=NOW,
        who="Dag Holm",
        role="doctor",
        unit="Nordvik legevakt",
        municipality="Nordvik kommune",
        what="encounter",
        documents=("person",),
        relation="treating",
        reason=None,
    )
    odd = seen.model_copy(update={"relation": "ended-before", "reason": WHY, "what": "numbers"})
    listed = WhoHasSeen(
        patient="p-1",
        called="Ingrid Solvang",
        unit="nordvik",
        unit_name="Nordvik legevakt",
        made_at=NOW,
        seen=(odd, seen),
    )
    return pages.who_has_seen(listed, now=NOW, language=language, asset_version="v1")


def everything(language: str) -> dict[str, str]:
    """Every page of access in every state."""
    return {
        "a reason is needed": reason(language=language),
        "blocked": reason(blocked=True, language=language),
        "blocks": blocks(language=language),
        "no blocks": blocks(NORA, empty=True, language=language),
        "control": control(glass(), glass("g-2", verdict="justified"), more=True, language=language),
        "nothing to control": control(language=language),
        "who has seen": letter(language),
    }
