"""Codes of the national lists that a GP summary uses; the number behind each is the list's (Volven)."""

from __future__ import annotations

from integrations.kith.elements import VOLVEN, Coded
from journal.rules.summary import Outcome, Sex

NEW = Coded("N", "Ny")  # 7309 ServType
# 7309, of a letter that the receiver has an earlier one of. What is added is a change too: no other code of
# the list is used in this message (HISD 1154:2018), and what is changed is sent whole.
CHANGES = {
    "correction": Coded("M", "Endring"),
    "addendum": Coded("M", "Endring"),
    "withdrawn": Coded("C", "Kansellering"),
}
FINAL = Coded("F", "Endelig rapport")  # 7306 Status
ACKNOWLEDGE = Coded("J", "Ja")  # 7304 Ack
CONSULTATION = Coded("5", "Konsultasjon")  # 8240 AdmCat
EMERGENCY_WARD = Coded("E-L", "Legevaktsepikrise")  # 7315 AssRequest/MsgType
SIGNING_DOCTOR = Coded("SLE", "Signerende lege")  # 8254 Relation
DOCTOR = Coded("LE", "Lege")  # 9060
OTHER_IDENTITY = Coded("XXX", "Annet")  # 8116

# 8311 Heading
ASKED_OF_GP = Coded("OP", "Planer for videre oppfølging")
CHANGED = Coded("TB", "Tilbakemelding (uspes.)")
COMPLAINT = Coded("PROB", "Aktuell problemstilling")
FINDINGS = Coded("FU", "Funn og undersøkelser")
ASSESSMENT = Coded("VU", "Vurdering")
COURSE = Coded("FO", "Forløp og behandling")
TOLD_TO_PATIENT = Coded("IP", "Informasjon til pasient/pårørende")

# 8233 InfItem/Type
MAIN_DIAGNOSIS = Coded("H", "Hoveddiagnose")
OTHER_DIAGNOSIS = Coded("B", "Bidiagnose")
MEDICATION = Coded("MEDB", "Legemiddelopplysning")
HISTORY = Coded("ANAM", "Sykehistorie")
RESULT = Coded("FUNN", "Funn og undersøkelsesresultat")

DIAGNOSIS_SYSTEMS = {"icpc-2": VOLVEN + "7170", "icd-10": VOLVEN + "7110"}

PERSON_IDENTITIES = {  # 8116
    "fnr": Coded("FNR", "Fødselsnummer"),
    "dnr": Coded("DNR", "D-nummer"),
    "fhn": Coded("FHN", "Felles hjelpenummer"),
}

SEXES = {  # 3101
    Sex.FEMALE: Coded("2", "Kvinne"),
    Sex.MALE: Coded("1", "Mann"),
    Sex.UNKNOWN: Coded("0", "Ikke kjent"),
}

# 7300 AdmOutcome. "Other" may be any place, so nothing is claimed; the plan tells in words.
OUTCOMES = {
    Outcome.HOME: Coded("1", "Ut til hjemmet"),
    Outcome.HOME_GP: Coded("1", "Ut til hjemmet"),
    Outcome.MUNICIPAL_BED: Coded("39", "Annen helseinstitusjon"),
    Outcome.ADMITTED: Coded("31", "Annet somatisk sykehus i Norge"),
    Outcome.DEAD: Coded("2", "Som død"),
}

# 8304 Hastegrad, by rank in a five-level scale: red and orange are both to be seen at once or within minutes.
PRIORITIES = {
    1: Coded("0", "Øyeblikkelig hjelp"),
    2: Coded("0", "Øyeblikkelig hjelp"),
    3: Coded("1H", "Innen en time"),
    4: Coded("4H", "Innen fire timer"),
}

LEVEL = "NIVA"  # our own, for the number of the triage level
UNITS_AS_READ = {"Cel": "°C", "mm[Hg]": "mmHg"}  # UCUM is for machines; this unit is shown as it stands

LOINC = "2.16.840.1.113883.6.1"
VITAL_SIGNS = {  # LOINC, as in the FHIR R4 vital signs profiles
    "rr": Coded("9279-1", "Respirasjonsfrekvens"),
    "spo2": Coded("59408-5", "Oksygenmetning (pulsoksymetri)"),
    "hr": Coded("8867-4", "Puls"),
    "sbp": Coded("8480-6", "Systolisk blodtrykk"),
    "dbp": Coded("8462-4", "Diastolisk blodtrykk"),
    "temp": Coded("8310-5", "Kroppstemperatur"),
    "glucose": Coded("15074-8", "Glukose i blod"),
}
