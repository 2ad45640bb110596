"""Commands that no screen can show anything of, and why; the others are done in `doings.py`."""

from __future__ import annotations

_SIGNED = "about what is signed, and nobody there stands on a screen any more"
_PAPERS = "documents, codes and phrases stand on no screen that hangs on a wall"
_ORDERS = "orders have a list of their own, which asks again by itself"
_COPY = "the copy of the record is paper"
_MEDICINES = "medicines stand in the record, and on no screen that others see"
ELSEWHERE = {
    "choose_in_draft": "a draft is on no board",
    **dict.fromkeys(("give", "correct_given", "check_given", "change_medicine", "void_medicine"), _MEDICINES),
    **dict.fromkeys(("bring_standing_orders", "decide_standing_order"), _MEDICINES),
    **dict.fromkeys(("say_none_known", "add_medicine", "answer_medicine"), _MEDICINES),
    "bring_scale": "keeps a file that no unit uses yet",
    **dict.fromkeys(("import_codes", "perform_code", "remove_performed"), _PAPERS),
    **dict.fromkeys(("begin_composition", "save_composition", "discard_composition"), _PAPERS),
    **dict.fromkeys(("renew_composition", "sign_composition", "sign_row"), _PAPERS),
    **dict.fromkeys(("hand_over_composition", "load_composition", "load_draft", "missing_in"), _PAPERS),
    "from_record": _PAPERS,
    **dict.fromkeys(("encounter_for_writing", "keep_aid", "change_aid", "remove_aid"), _PAPERS),
    "expire_hand_overs": "the clock's own work: who is responsible does not change",
    **dict.fromkeys(("correct", "ask_deletion", "decide_deletion"), _SIGNED),
    **dict.fromkeys(
        ("erase", "forget_earlier_wishes"), "what deciding does; a sign that goes is told as such"
    ),
    **dict.fromkeys(("about_copy", "make_copy", "open_copy", "withhold", "lift"), _COPY),
    "prepare_finish": "looks at what signing would do, and writes nothing",
    "bring_back": "a draft is on no board",
    **dict.fromkeys(("place_orders", "progress_order", "revoke_order", "follow_up_order"), _ORDERS),
    **dict.fromkeys(("report_result", "load_order"), _ORDERS),
}
