"""What the demonstration has of codes, templates and phrases: enough to try them, and marked as examples."""

from __future__ import annotations

import json

from app.ward.cases_children import CHILDREN
from app.ward.cases_common import COMMON
from app.ward.cases_urgent import URGENT
from core.ids import Actor, Role, UnitId
from core.store.work import Store
from journal.commands.codes.import_codes import import_codes
from journal.commands.writing.keep_aids import KeptAid, keep_aid
from journal.rules.codes.reading import read_pack

_SOURCE = "Eksempel i demonstrasjonen, ikke et kodeverk"
_EXAMPLES = (
    {
        "system": "eksempel-prosedyre",
        "kind": "procedure",
        "uri": "https://legevakt.example/prosedyrer",
        "codes": [
            {"code": "EKS01", "display": "Sutur av sår i hud (eksempel)"},
            {"code": "EKS02", "display": "Skifte av sårbandasje (eksempel)"},
            {"code": "EKS03", "display": "Gips på underarm (eksempel)"},
            {"code": "EKS04", "display": "Øreskylling (eksempel)"},
        ],
    },
    {
        "system": "eksempel-takst",
        "kind": "tariff",
        "uri": "https://legevakt.example/takster",
        "codes": [
            {"code": "EKS-K1", "display": "Konsultasjon på legevakt (eksempel)"},
            {"code": "EKS-K2", "display": "Tillegg kveld og natt (eksempel)"},
            {"code": "EKS-S1", "display": "Sutur, tillegg (eksempel)"},
        ],
    },
)
_AIDS = (
    {"kind": "phrase", "trigger": ".at", "text": "Allmenntilstand: [[upåvirket]]. Kontakt: [[god]]."},
    {
        "kind": "phrase",
        "trigger": ".hals",
        "text": "Svelg: [[rødt/blekt]]. Tonsiller: [[størrelse]], belegg [[ja/nei]].",
    },
    {
        "kind": "phrase",
        "trigger": ".igjen",
        "text": "Ta ny kontakt ved forverring, feber over [[39]] eller nye symptomer.",
    },
    {
        "kind": "template",
        "name": "Luftveier",
        "headings": {
            "subjective": "Hoste i [[antall]] dager, feber [[ja/nei]].\nTidligere lungesykdom: [[hva]]",
            "objective": "God allmenntilstand\nLunger: [[funn]]\nSpO₂ [[verdi]] %",
            "plan": "Ny kontakt ved forverring",
        },
    },
)


async def bring_examples(store: Store, builder: Actor, unit: str) -> None:
    """The diagnoses of the invented evening, a few procedures and tariffs, and the unit's phrases."""
    told = {case.code: case.display for case in (*CHILDREN, *COMMON, *URGENT)}
    diagnoses = {
        "system": "icpc-2",
        "complete": False,  # whoever tries the demo may write any code
        "codes": [{"code": code, "display": display} for code, display in told.items()],
    }
    for pack in (diagnoses, *_EXAMPLES):
        whole = {**pack, "version": "eksempel", "valid_from": "2020-01-01", "source": _SOURCE}
        await store.write(builder, import_codes, read_pack(json.dumps(whole), {}))
    writer = Actor(builder.id, builder.name, Role.COORDINATOR, UnitId(unit))
    for aid in _AIDS:
        await store.write(writer, keep_aid, KeptAid.model_validate({**aid, "shared": True}))
