"""NEWS2, typed from the columns of chart 1 of the Royal College of Physicians, 2017."""

from __future__ import annotations

from tests.triage.rules.scales.typed.sheet import Case, Column, Range, Sheet

_SPO2 = Range(unit="%", step="1", possible=("0", "100"), usual=("70", "100"))
_ON_AIR = {"spo2_scale": "'2'", "air_or_oxygen": "air"}
_ON_OXYGEN = {"spo2_scale": "'2'", "air_or_oxygen": "oxygen"}
_LOW_END = "0=3 83=3 83.4=3 83.5=2 84=2 85=2 85.4=2 85.5=1 86=1 87=1 87.4=1 87.5=0 88=0 92=0"

COLUMNS = {
    "rr": Column(
        edges=(
            "0=3 8=3 8.4=3 8.5=1 9=1 11=1 11.4=1 11.5=0 12=0 20=0 20.4=0 20.5=2 21=2 24=2 24.4=2 24.5=3 25=3"
            " 150=3"
        ),
        range=Range(unit="/min", step="1", possible=("0", "150"), usual=("6", "60")),
    ),
    "spo2_scale1": Column(
        reads="spo2",
        edges="0=3 91=3 91.4=3 91.5=2 92=2 93=2 93.4=2 93.5=1 94=1 95=1 95.4=1 95.5=0 96=0 100=0",
        range=_SPO2,
    ),
    "air_or_oxygen": Column(edges="air=0 oxygen=2"),
    "sbp": Column(
        edges=(
            "0=3 90=3 90.4=3 90.5=2 91=2 100=2 100.4=2 100.5=1 101=1 110=1 110.4=1 110.5=0 111=0 120=0 219=0"
            " 219.4=0 219.5=3 220=3 350=3"
        ),
        range=Range(unit="mm[Hg]", step="1", possible=("0", "350"), usual=("50", "250")),
    ),
    "hr": Column(
        edges=(
            "0=3 40=3 40.4=3 40.5=1 41=1 50=1 50.4=1 50.5=0 51=0 90=0 90.4=0 90.5=1 91=1 110=1 110.4=1"
            " 110.5=2"
            " 111=2 130=2 130.4=2 130.5=3 131=3 350=3"
        ),
        range=Range(unit="/min", step="1", possible=("0", "350"), usual=("30", "220")),
    ),
    "acvpu": Column(reads="avpu", edges="A=0 C=3 V=3 P=3 U=3"),
    "temp": Column(
        edges=(
            "20.0=3 35.0=3 35.04=3 35.05=1 35.1=1 36.0=1 36.04=1 36.05=0 36.1=0 37.5=0 38.0=0 38.04=0 38.05=1"
            " 38.1=1 39.0=1 39.04=1 39.05=2 39.1=2 46.0=2"
        ),
        range=Range(unit="Cel", step="0.1", possible=("20.0", "46.0"), usual=("32.0", "42.0")),
    ),
}
SCALE_2_ON_AIR = Column(
    reads="spo2", with_=_ON_AIR, edges=f"{_LOW_END} 93=0 94=0 95=0 96=0 97=0 100=0", range=_SPO2
)
SCALE_2_ON_OXYGEN = Column(
    reads="spo2",
    with_=_ON_OXYGEN,
    edges=f"{_LOW_END} 92.4=0 92.5=1 93=1 94=1 94.4=1 94.5=2 95=2 96=2 96.4=2 96.5=3 97=3 100=3",
    range=_SPO2,
)
NORMAL = "rr=16 spo2=97 air_or_oxygen=air sbp=120 hr=70 avpu=A temp=37.0"


def _with(changes: str) -> str:
    changed = {pair.split("=")[0] for pair in changes.split()}
    return " ".join([*(p for p in NORMAL.split() if p.split("=")[0] not in changed), changes])


_CASES = (
    Case(group="adult", values=NORMAL, at_least=4, monitor=720),
    Case(group="adult", values=_with("hr=91"), at_least=4, monitor=240),
    Case(group="adult", values=_with("hr=111 rr=21"), at_least=4, why="total", monitor=240),
    Case(group="adult", values=_with("avpu=C"), at_least=3, why="acvpu", monitor=60),
    Case(group="adult", values=_with("rr=25"), at_least=3, why="rr", monitor=60),
    Case(group="adult", values=_with("rr=21"), at_least=4, monitor=240),
    Case(group="adult", values=_with("hr=111 rr=21 temp=38.1"), at_least=2, why="total", monitor=60),
    Case(group="adult", values=_with("hr=111 rr=25 temp=39.1"), at_least=1, why="total", monitor=0),
    # Which SpO2 scale counts: the first unless the second was chosen.
    Case(group="adult", values=_with("spo2=90"), at_least=3, why="spo2_scale1"),
    Case(group="adult", values=_with("spo2=90 spo2_scale='1'"), at_least=3, why="spo2_scale1"),
    Case(group="adult", values=_with("spo2=90 spo2_scale='2'"), at_least=4),
)

NEWS2 = Sheet(
    scale="news2",
    columns={"adult": COLUMNS},
    recorded={
        "mobility": (
            "walking with_help stretcher normal_for_age unable_to_walk_as_normal unable_to_move_as_normal"
        ),
        "trauma": "no yes",
        "dbp": Range(unit="mm[Hg]", step="1", possible=("0", "250"), usual=("20", "150")),
        "glucose": Range(unit="mmol/L", step="0.1", possible=("0.1", "60.0"), usual=("1.0", "40.0")),
    },
    recorded_group="adult",
    answers={"spo2_scale": "1 2"},
    ages="192=adult 1560=adult",
    assumed="adult",
    youngest_months=192,
    not_pregnant=True,
    levels="high=1/None/True medium=2/None/True low_medium=3/None/True low=4/None/True",
    totals="0=low 1=low 2=low 3=low 4=low 5=medium 6=medium 7=high 8=high 20=high",
    monitor="0=720 1=240 2=240 3=240 4=240 5=60 6=60 7=0 20=0",
    cases=_CASES,
)
