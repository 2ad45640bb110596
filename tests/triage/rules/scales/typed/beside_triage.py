"""qSOFA and GCS, typed from their sources: they are scored beside a triage scale, never used as one."""

from __future__ import annotations

from tests.triage.rules.scales.typed.sheet import Case, Column, Range, Sheet

QSOFA = Sheet(
    scale="qsofa",
    columns={
        "adult": {
            "rr": Column(
                edges="0=0 21=0 21.4=0 21.5=1 22=1 150=1",
                range=Range(unit="/min", step="1", possible=("0", "150"), usual=("6", "60")),
            ),
            "sbp": Column(
                edges="0=1 100=1 100.4=1 100.5=0 101=0 350=0",
                range=Range(unit="mm[Hg]", step="1", possible=("0", "350"), usual=("50", "250")),
            ),
            "altered_mentation": Column(
                reads="gcs",
                edges="3=1 14=1 14.4=1 14.5=0 15=0",
                range=Range(unit="{score}", step="1", possible=("3", "15")),
            ),
        }
    },
    recorded={},
    recorded_group="adult",
    ages="216=adult 1560=adult",
    assumed="adult",
    youngest_months=216,
    levels="positive=1/None/True negative=2/None/True",
    totals="0=negative 1=negative 2=positive 3=positive",
    helper=True,
    cases=(
        Case(group="adult", values="rr=22 sbp=100", at_least=1),
        Case(group="adult", values="rr=22 sbp=101 gcs=15", at_least=2),
    ),
)
GCS = Sheet(
    scale="gcs",
    columns={
        "everybody": {
            "eye": Column(edges="'1'=1 '2'=2 '3'=3 '4'=4"),
            "verbal": Column(edges="'1'=1 '2'=2 '3'=3 '4'=4 '5'=5"),
            "motor": Column(edges="'1'=1 '2'=2 '3'=3 '4'=4 '5'=5 '6'=6"),
        }
    },
    recorded={},
    recorded_group="everybody",
    ages="60=everybody 1560=everybody",
    assumed="everybody",
    youngest_months=60,
    levels="lowered=1/None/True full=2/None/True",
    totals="3=lowered 4=lowered 13=lowered 14=lowered 15=full",
    helper=True,
    cases=(
        Case(group="everybody", values="eye='4' verbal='4' motor='6'", at_least=1),
        Case(group="everybody", values="eye='4' verbal='5' motor='6'", at_least=2),
        Case(group="everybody", values="eye='4' motor='6'", at_least=2),
    ),
)
