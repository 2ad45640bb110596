"""TEWS and the SATS signs, typed from the columns of the chart as the sources give them."""

from __future__ import annotations

from tests.triage.rules.scales.typed.sheet import Case, Column, Range, Sheet


def _rr(low: str, high: str) -> Range:
    return Range(unit="/min", step="1", possible=("0", "150"), usual=(low, high))


def _hr(low: str, high: str) -> Range:
    return Range(unit="/min", step="1", possible=("0", "350"), usual=(low, high))


_TEMP = Range(unit="Cel", step="0.1", possible=("20.0", "46.0"), usual=("32.0", "42.0"))
_TEMP_EDGES = (
    "20.0=2 34.9=2 34.94=2 34.95=0 35.0=0 38.4=0 38.44=0 38.449999=0 38.45=2 38.5=2 46.0=2"
    " feels_cold=2 feels_hot=2"
)
_TRAUMA = Column(edges="no=0 yes=1")

ADULT = {
    "mobility": Column(edges="walking=0 with_help=1 stretcher=2"),
    "rr": Column(
        edges=(
            "0=2 8=2 8.4=2 8.5=0 9=0 14=0 14.4=0 14.5=1 15=1 20=1 20.4=1 20.5=2 21=2 29=2 29.4=2 29.5=3 30=3"
            " 150=3"
        ),
        range=_rr("6", "60"),
    ),
    "hr": Column(
        edges=(
            "0=2 40=2 40.4=2 40.5=1 41=1 50=1 50.4=1 50.5=0 51=0 100=0 100.4=0 100.5=1 101=1 110=1 110.4=1"
            " 110.5=2 111=2 129=2 129.4=2 129.5=3 130=3 350=3"
        ),
        range=_hr("30", "220"),
    ),
    "sbp": Column(
        edges=(
            "0=3 70=3 70.4=3 70.5=2 71=2 80=2 80.4=2 80.5=1 81=1 90=1 100=1 100.4=1 100.5=0 101=0 120=0"
            " 199=0 199.4=0 199.5=2 200=2 350=2"
        ),
        range=Range(unit="mm[Hg]", step="1", possible=("0", "350"), usual=("50", "250")),
    ),
    "temp": Column(edges=_TEMP_EDGES, range=_TEMP),
    "avpu": Column(edges="A=0 C=2 V=1 P=2 U=3"),
    "trauma": _TRAUMA,
}
OLDER_CHILD = {
    "mobility": Column(edges="normal_for_age=0 unable_to_walk_as_normal=2"),
    "rr": Column(
        edges=(
            "0=3 14=3 14.4=3 14.5=2 15=2 16=2 16.4=2 16.5=0 17=0 21=0 21.4=0 21.5=1 22=1 26=1 26.4=1 26.5=2"
            " 27=2 150=2"
        ),
        range=_rr("8", "80"),
    ),
    "hr": Column(
        edges=(
            "0=3 59=3 59.4=3 59.5=2 60=2 79=2 79.4=2 79.5=0 80=0 99=0 99.4=0 99.5=1 100=1 129=1 129.4=1"
            " 129.5=2 130=2 350=2"
        ),
        range=_hr("40", "240"),
    ),
    "temp": Column(edges=_TEMP_EDGES, range=_TEMP),
    "avpu": Column(edges="A=0 C=2 V=1 P=2 U=3"),
    "trauma": _TRAUMA,
}
YOUNGER_CHILD = {
    "mobility": Column(edges="normal_for_age=0 unable_to_move_as_normal=2"),
    "rr": Column(
        edges=(
            "0=3 19=3 19.4=3 19.5=2 20=2 25=2 25.4=2 25.5=0 26=0 39=0 39.4=0 39.5=2 40=2 49=2 49.4=2 49.5=3"
            " 50=3 150=3"
        ),
        range=_rr("10", "100"),
    ),
    # 131-159 is disputed between transcriptions (1 or 2); 2 is the adopted, safer value.
    "hr": Column(
        edges=(
            "0=3 69=3 69.4=3 69.5=2 70=2 79=2 79.4=2 79.5=0 80=0 130=0 130.4=0 130.5=2 131=2 159=2 159.4=2"
            " 159.5=3 160=3 350=3"
        ),
        range=_hr("50", "260"),
    ),
    "temp": Column(edges=_TEMP_EDGES, range=_TEMP),
    "avpu": Column(edges="A=0 V=1 P=2 U=3"),
    "trauma": _TRAUMA,
}
_CHILD_SIGNS = {
    "red": (
        "apnoea breathing_obstructed central_cyanosis_or_spo2_lt_92 respiratory_distress_severe"
        " shock_cold_hands_plus_two bleeding_uncontrolled convulsing_or_post_ictal_not_alert avpu_p_or_u"
        " confusion"
        " dehydration_severe burn_face_inhalation hypoglycaemia purpuric_rash"
    ),
    "orange": (
        "tiny_baby pain_severe more_sleepy poisoning_overdose focal_neurology_acute severe_mechanism"
        " burn_10_or_special eye_injury fracture_open_or_threatened_limb dislocation_large_joint"
    ),
    "yellow": (
        "respiratory_distress_some dehydration_some unable_to_drink malnutrition_wasting malnutrition_oedema"
        " diabetic_unwell burn_other fracture_closed dislocation_finger_toe"
    ),
}
_ADULT_SIGNS = {
    "red": "airway_obstructed cardiac_arrest seizure_current burn_face_inhalation hypoglycaemia",
    "orange": (
        "high_energy_transfer sob_acute chest_pain seizure_post_ictal focal_neurology_acute"
        " reduced_consciousness"
        " coughing_blood stabbed_neck_chest haemorrhage_uncontrolled dislocation_large_joint"
        " fracture_compound"
        " threatened_limb burn_over_20 burn_electrical burn_circumferential burn_chemical poisoning_overdose"
        " aggression eye_injury vomiting_fresh_blood pregnancy_abdominal_trauma pregnancy_abdominal_pain"
        " diabetic_glucose_over_11_ketonuria pain_severe"
    ),
    "yellow": (
        "haemorrhage_controlled dislocation_finger_toe fracture_closed burn_other abdominal_pain"
        " vomiting_persistent pain_moderate pregnancy_trauma pregnancy_pv_bleed diabetic_glucose_over_17"
    ),
}
_GROUPS = ("younger_child", "older_child", "adult")
_CASES = (
    *(
        case
        for group in _GROUPS
        for case in (
            Case(group=group, values="spo2=92", at_least=4, notices=""),
            Case(group=group, values="spo2=91", at_least=1, why="spo2-below-92", notices="give-oxygen"),
            Case(group=group, values="spo2=91 air_or_oxygen=air", at_least=1, notices="give-oxygen"),
            Case(group=group, values="spo2=91 air_or_oxygen=oxygen", at_least=1, notices=""),
            Case(group=group, values="glucose=3.0", at_least=4, notices=""),
            Case(group=group, values="glucose=2.9", at_least=1, why="glucose-below-3", notices=""),
            Case(group=group, values="glucose=11.0", at_least=4, notices=""),
            Case(group=group, values="glucose=11.1", at_least=4, notices="measure-ketones"),
            Case(group=group, values="avpu=A", at_least=4, notices=""),
            Case(group=group, values="avpu=V", notices="measure-glucose"),
            Case(group=group, values="avpu=P", notices="measure-glucose"),
            Case(group=group, values="avpu=U", notices="measure-glucose"),
            Case(group=group, values="avpu=V glucose=5", notices=""),
            Case(group=group, values="hr=80", notices=""),
        )
    ),
    Case(group="younger_child", age_months=1, at_least=2, why="tiny_baby"),
    Case(group="younger_child", age_months=2, at_least=4),
    Case(group="older_child", age_months=1, at_least=4),
    Case(group="adult", age_months=1, at_least=4),
    *(
        Case(group=group, values=f"avpu={answer}", at_least=1, why="avpu_p_or_u")
        for group in ("younger_child", "older_child")
        for answer in "PU"
    ),
    *(Case(group=group, values="avpu=V", at_least=4) for group in ("younger_child", "older_child")),
    Case(group="older_child", values="avpu=C", at_least=1, why="confusion", notices="measure-glucose"),
    *(
        Case(
            group="adult",
            values=f"avpu={answer}",
            at_least=2,
            why="reduced_consciousness",
            notices="measure-glucose",
        )
        for answer in "CVPU"
    ),
    Case(group="adult", values="rr=15", notices="measure-spo2"),
    Case(group="adult", values="rr=8", notices="measure-spo2"),
    Case(group="adult", values="rr=14", notices=""),
    Case(group="adult", values="rr=15 spo2=98", notices=""),
    Case(group="adult", values="hr=130", notices=""),
    Case(group="adult", signs="chest_pain", at_least=2, notices="ecg-at-once"),
    Case(group="adult", signs="sob_acute", at_least=2, notices=""),
    Case(group="adult", signs="seizure_current", notices="measure-glucose"),
    Case(group="adult", signs="seizure_post_ictal", notices="measure-glucose"),
    Case(group="older_child", signs="convulsing_or_post_ictal_not_alert", notices="measure-glucose"),
    Case(group="older_child", signs="diabetic_unwell", notices="measure-glucose"),
    Case(group="older_child", signs="diabetic_unwell", values="glucose=5", notices=""),
)

SATS = Sheet(
    scale="sats",
    columns={"younger_child": YOUNGER_CHILD, "older_child": OLDER_CHILD, "adult": ADULT},
    recorded={
        "spo2": Range(unit="%", step="1", possible=("0", "100"), usual=("70", "100")),
        "sbp": Range(unit="mm[Hg]", step="1", possible=("0", "350"), usual=("40", "250")),
        "dbp": Range(unit="mm[Hg]", step="1", possible=("0", "250"), usual=("20", "150")),
        "glucose": Range(unit="mmol/L", step="0.1", possible=("0.1", "60.0"), usual=("1.0", "40.0")),
        "air_or_oxygen": "air oxygen",
        "spo2_scale": "1 2",
    },
    recorded_group="younger_child",
    ages="0=younger_child 35=younger_child 36=older_child 143=older_child 144=adult 1560=adult",
    lengths=(
        "20=younger_child 94=younger_child 94.4=younger_child 94.5=older_child 95=older_child 150=older_child"
        " 150.4=older_child 150.5=adult 151=adult 250=adult"
    ),
    assumed="adult",
    levels="red=1/0/True orange=2/10/True yellow=3/60/True green=4/240/True blue=5/120/False",
    totals="0=green 1=green 2=green 3=yellow 4=yellow 5=orange 6=orange 7=red 8=red 17=red",
    signs={"adult": _ADULT_SIGNS, "older_child": _CHILD_SIGNS, "younger_child": _CHILD_SIGNS},
    cases=_CASES,
)
