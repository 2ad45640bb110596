"""HTTP of critical information and medicines: write down, answer, change. If-Match is the line's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, tagged
from journal.commands.clinical import critical, medicines

router = APIRouter(prefix="/api/encounters/{encounter}", tags=["journal"], route_class=BodyRoute)
ItemPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Line id (linje)")]


@router.post("/critical", status_code=201)
async def post_critical(
    encounter: EncounterPath, line: critical.CriticalLine, call: Calling, response: Response
) -> critical.CriticalAnswer:
    """Write down critical information about the patient (kritisk informasjon)."""
    answer = await call.write(critical.record_critical, encounter, line)
    return tagged(response, answer, answer.version)


@router.post("/critical/none-known", status_code=201)
async def post_none_known(
    encounter: EncounterPath, none: critical.NoneKnown, call: Calling
) -> critical.CriticalAnswer:
    """Somebody was asked, and nothing is known (ingen kjente)."""
    return await call.write(critical.say_none_known, encounter, none)


@router.post("/critical/{item}", status_code=201)
async def post_critical_change(
    encounter: EncounterPath,
    item: ItemPath,
    change: critical.CriticalChange,
    call: Calling,
    response: Response,
) -> critical.CriticalAnswer:
    """A new version of a line, or off the list with a reason (endre, avkrefte, feilført)."""
    answer = await call.write(
        critical.change_critical, encounter, item, change, expected=call.required_version()
    )
    return tagged(response, answer, answer.version)


@router.post("/medicines", status_code=201)
async def post_medicine(
    encounter: EncounterPath, new: medicines.NewMedicine, call: Calling, response: Response
) -> medicines.MedicineAnswer:
    """Put a medicine on the list, or begin one in this contact (legge til, ny)."""
    answer = await call.write(medicines.add_medicine, encounter, new)
    return tagged(response, answer, answer.version)


@router.post("/medicines/{item}/use")
async def post_use(
    encounter: EncounterPath, item: ItemPath, said: medicines.MedicineUse, call: Calling, response: Response
) -> medicines.MedicineAnswer:
    """Uses, does not, does not know (bruker, bruker ikke, vet ikke). Version 0: nobody has answered yet."""
    answer = await call.write(
        medicines.answer_medicine, encounter, item, said, expected=call.required_version()
    )
    return tagged(response, answer, answer.version)


@router.post("/medicines/{item}/change")
async def post_change(
    encounter: EncounterPath,
    item: ItemPath,
    changing: medicines.MedicineChanging,
    call: Calling,
    response: Response,
) -> medicines.MedicineAnswer:
    """Stop, pause or change the dose with a reason (slutte, pause, endre dose); None takes it back."""
    answer = await call.write(
        medicines.change_medicine, encounter, item, changing, expected=call.required_version()
    )
    return tagged(response, answer, answer.version)


@router.post("/medicines/{item}/void")
async def post_void(
    encounter: EncounterPath, item: ItemPath, why: medicines.MedicineVoid, call: Calling, response: Response
) -> medicines.MedicineAnswer:
    """The line was entered in error (feilført)."""
    answer = await call.write(medicines.void_medicine, encounter, item, why, expected=call.required_version())
    return tagged(response, answer, answer.version)
