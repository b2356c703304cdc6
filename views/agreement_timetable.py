"""The timetable of an agreement: shown, counted while it is typed, and saved.

It must not know how a grid is read; agreement_grid.py does.
"""

import json

from flask import g, request

import rules_agreements as law
from rules import RuleBroken
from views.agreement_grid import (
    CHOSEN_RHYTHMS,
    WEEKS,
    kinds_of,
    read_rhythm,
    read_timetable,
    rows_of_blocks,
    typed_timetable,
)
from views.agreement_parts import after, part_page, revision_seen
from views.agreements import bp, mine
from views.answers import is_fragment, load


@bp.get("/<int:agreement_id>/uurrooster")
def timetable(agreement_id):
    agreement = load(mine(), agreement_id)
    return timetable_page(agreement, typed_timetable(agreement), {})


def timetable_page(agreement, typed, wrong, status=200, piece=None):
    weeks, full_time, _ = read_timetable(typed)
    rhythm, blocks, _ = read_rhythm(typed, weeks)
    agreement.timetable, agreement.full_time = json.dumps(weeks), full_time  # shown, not saved
    agreement.rhythm, agreement.blocks = rhythm, blocks
    work, lessons = law.average_minutes(agreement.weeks)
    return part_page(
        "timetable",
        agreement,
        status,
        piece,
        typed=typed,
        wrong=wrong,
        labels=WEEKS,
        weeks=dict(zip(WEEKS, agreement.weeks, strict=False)),
        rhythms=CHOSEN_RHYTHMS,
        rows=rows_of_blocks(typed),
        week_kinds=kinds_of(agreement.weeks),
        in_blocks=law.block_minutes(agreement.weeks, agreement.periods) if agreement.periods else None,
        totals=[law.week_minutes(week) for week in agreement.weeks],
        average=(work, lessons, work + lessons),
        derived=agreement.derived_kind(),
        weekdays=law.WEEKDAYS,
        counting=piece is not None and is_fragment(),
    )


@bp.post("/<int:agreement_id>/uurrooster/totalen")
def totals(agreement_id):
    """The totals of what is typed so far, and what of it is wrong; keeps nothing.

    With ?typend=1, while somebody types, the totals alone: what is half typed is not wrong yet.
    """
    agreement, typed = load(mine(), agreement_id), request.form.to_dict()
    if "typend" in request.args:
        return timetable_page(agreement, typed, {}, piece="agreements/_totals.html")
    weeks, _, wrong = read_timetable(typed)
    if (seen := revision_seen()) is not None:
        agreement.revision = seen  # counting shows nothing of what another saved meanwhile: saving must still tell
    return timetable_page(agreement, typed, wrong | read_rhythm(typed, weeks)[2])


@bp.post("/<int:agreement_id>/uurrooster")
def save_timetable(agreement_id):
    agreement, typed = load(mine(), agreement_id), request.form.to_dict()
    weeks, full_time, wrong = read_timetable(typed)
    rhythm, blocks, wrong_too = read_rhythm(typed, weeks)
    if wrong := wrong | wrong_too:
        return timetable_page(agreement, typed, wrong, 422)
    facts = {"timetable": json.dumps(weeks), "full_time": full_time, "rhythm": rhythm, "blocks": blocks}
    try:
        agreement.edit(g.actor, revision_seen(), **facts)
    except RuleBroken as broken:
        return timetable_page(agreement, typed, {"full_time": str(broken)}, 422)
    return after("timetable", agreement_id)
