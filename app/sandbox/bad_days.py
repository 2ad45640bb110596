"""Bad days by name, for whoever shows or tries the service: begun and ended with a press on a page."""

from __future__ import annotations

from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from app.sandbox.faults import Fault, Place, Weather

_CARRIER: tuple[Place, ...] = ("edi", "inbox")
_REGISTERS: tuple[Place, ...] = ("flr", "ar", "kj", "sfm", "person")
_SENDING: tuple[Place, ...] = (*_CARRIER, "mhd")


class BadDay(BaseModel):
    """What one sees (`title`), what happens (`what`), and what to look for on the ward's side (`look`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    what: str
    look: str
    chances: dict[Place, list[tuple[float, Fault]]]

    def weather(self) -> Weather:
        """The same trouble each time it is asked for."""
        return Weather(seed=1, chances=self.chances)


def _all(places: tuple[Place, ...], *chances: tuple[float, Fault]) -> dict[Place, list[tuple[float, Fault]]]:
    return {place: list(chances) for place in places}


DAYS = MappingProxyType(
    {
        "slow": BadDay(
            title="Treg linje",
            what="Hvert kall til meldingstjener og felles journal venter fire sekunder.",
            look="Køen på Drift vokser litt. Tavle og journal er like raske.",
            chances=_all(_SENDING, (1.0, Fault(hang_seconds=4))),
        ),
        "down": BadDay(
            title="Mottakerne er nede",
            what="Meldingstjener og felles journal svarer 503.",
            look="Ingenting sies levert. Drift sier at mottakeren er taus. Etterpå tømmes køen.",
            chances=_all(_SENDING, (1.0, Fault(status=503))),
        ),
        "faults": BadDay(
            title="Feil innimellom",
            what="Hvert tredje kall svarer 500; hvert femte tas imot, men svaret kommer aldri fram.",
            look="Samme epikrise sendes igjen, og fastlegen har den likevel én gang.",
            chances=_all(_SENDING, (0.33, Fault(status=500)), (0.2, Fault(lose_answer=True))),
        ),
        "receipts": BadDay(
            title="Gale kvitteringer",
            what="Avvist, sagt imot seg selv, to ganger, aldri, eller om noe ingen har sendt.",
            look="Det avviste og det motsagte står under «Krever tiltak» og i meldingsboksen.",
            chances={
                "edi": [
                    (0.2, Fault(reject="E35")),
                    (0.2, Fault(contradict=True)),
                    (0.2, Fault(duplicate_receipt=True)),
                    (0.1, Fault(no_receipt=True)),
                    (0.1, Fault(stray="unknown")),
                ]
            },
        ),
        "keys": BadDay(
            title="Nøkler utløper",
            what="Hvert femte kall gjør alle tilgangstegn ugyldige, og HelseID svarer 503 annenhver gang.",
            look="Tjenesten henter nytt tilgangstegn og prøver igjen.",
            chances={
                "edi": [(0.2, Fault(end_tokens=True))],
                "inbox": [(0.2, Fault(end_tokens=True))],
                "helseid": [(0.5, Fault(status=503))],
            },
        ),
        "registers": BadDay(
            title="Registrene svarer ikke",
            what="Hver forespørsel til registre, kjernejournal og legemiddelliste henger og feiler.",
            look="Ingen venter i døra. Siden sier hva som mangler, og fyller det inn når de er tilbake.",
            chances=_all(_REGISTERS, (1.0, Fault(hang_seconds=10, status=503))),
        ),
    }
)
