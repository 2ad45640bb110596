"""Taking in a code pack (importere kodeverk): the whole file or nothing."""

from __future__ import annotations

from sqlalchemy import insert, select

from core.access.permissions import Permission, require
from core.errors import Conflict
from core.ids import Role, new_id
from core.store.work import Work
from core.text import Answer
from journal.code_tables import CodePack, PackedCode
from journal.rules.codes.pack import Pack
from journal.rules.codes.searching import searched

_AT_ONCE = 2_000


class CodePackTaken(Conflict):
    """This version of the system is here already and says something else: a change is a new version."""

    code = "code-pack-taken"


class Imported(Answer):
    """What is kept. `new` False: the same pack was here."""

    system: str
    version: str
    codes: int
    left_out: int
    new: bool


async def import_codes(work: Work, pack: Pack) -> Imported:
    """Keep the pack; it counts from its own first day. The same file again changes nothing."""
    if work.actor.role is not Role.SYSTEM:
        require(work.actor, Permission.ADMINISTER)
    head = pack.header
    here = await work.session.scalar(
        select(CodePack.digest).where(CodePack.system == head.system, CodePack.version == head.version)
    )
    if here is not None and here != pack.digest:
        raise CodePackTaken(system=head.system, version=head.version)
    if here is None:
        await _keep(work, pack)
    return Imported(
        system=head.system,
        version=head.version,
        codes=len(pack.codes),
        left_out=pack.left_out,
        new=here is None,
    )


async def _keep(work: Work, pack: Pack) -> None:
    row = CodePack(
        id=new_id(),
        **pack.header.model_dump(exclude={"kind"}),
        kind=pack.header.kind.value,
        digest=pack.digest,
        codes=len(pack.codes),
        imported_at=work.now,
        imported_by=work.actor.name,
    )
    work.session.add(row)
    await work.session.flush()
    for start in range(0, len(pack.codes), _AT_ONCE):
        rows = [
            {**each.model_dump(), "pack_id": row.id, "searched": searched(each.code, each.display)}
            for each in pack.codes[start : start + _AT_ONCE]
        ]
        await work.session.execute(insert(PackedCode), rows)
