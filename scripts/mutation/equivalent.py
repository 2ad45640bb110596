"""Changes that alter a file but no answer to anybody, each with its reason."""

from __future__ import annotations

from scripts.mutation.changes import OUT, Change

_SAID_ANYWAY = {
    ("min", "null"): "an open end may be left out",
    ("max", "null"): "an open end may be left out",
    ("resolution", "1"): "one is what is meant when nothing is said",
    ("score", "3"): "three is what is meant when nothing is said",  # of the single parameter rule
}
_NOBODY_BELOW = {
    ("sats", "groups[0].select.age_months.min"): "nobody is younger than nought",
    ("sats", "groups[0].select.height_cm.min"): "lengths below 20 cm are refused before the group is chosen",
    ("news2", "groups[0].select.age_months.min"): "those under 16 are refused before the group is chosen",
    ("qsofa", "groups[0].select.age_months.min"): "those under 18 are refused before the group is chosen",
    ("gcs", "groups[0].select.age_months.min"): "those under 5 are refused before the group is chosen",
    ("sats", "score_to_level[0].min"): "no total is below nought",
    ("news2", "score_to_level[0].min"): "no total is below nought",
    ("qsofa", "score_to_level[0].min"): "no total is below nought",
    ("gcs", "score_to_level[0].min"): "no total is below three",
    ("news2", "monitor[0].min"): "no total is below nought",
}
_NOBODY_ABOVE = {
    ("qsofa", "score_to_level[1].max"): "no total is above three",
    ("gcs", "score_to_level[1].max"): "no total is above fifteen",
    **{(scale, "groups[0].select.age_months.max"): "nobody is older" for scale in ("news2", "qsofa", "gcs")},
}


def why_equivalent(scale: str, change: Change) -> str | None:
    """The reason, None when there is none."""
    cell = (scale, change.where)
    if change.after == OUT and (said := _SAID_ANYWAY.get((str(change.path[-1]), str(change.before)))):
        return said
    return _NOBODY_BELOW.get(cell) or _NOBODY_ABOVE.get(cell)
