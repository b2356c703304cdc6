"""A mentor leaves for good: one page with every recognition that touches, and one answer for each.

It must not change anything before all of them have an answer; models.leave sees to that.
"""

from flask import flash, g, request, url_for

from models import Mentor, MentorApplication, RecognitionMentor, leave, mentoring
from rules import RuleBroken
from views.answers import go_to, load, render
from views.mentor_forms import NOBODY, leaving_form
from views.mentors import bp, mine


@bp.get("/<int:mentor_id>/vertrek")
def ask_leave(mentor_id):
    """What leaving touches; ?alles= fills in the same answer wherever it is offered."""
    mentor = load(mine(), mentor_id)
    rows, everywhere = touched(mentor), request.args.get("alles", "")
    form = leaving_form(rows, **{f"recognition_{link.recognition_id}": everywhere for link, *_ in rows})
    return leaving_page(mentor, rows, form, everywhere=everywhere)


def touched(mentor):
    """[(link, mentors already on it, others who could follow)] for every recognition that leaving touches."""
    links = mentoring.touched_by_leaving(mentor, g.on)
    already = mentoring.stand_ins(links, g.on)
    known = list(Mentor.choosable(g.actor.organisation).where(Mentor.id != mentor.id))
    rows = []
    for link in links:
        here = already[link.recognition_id]
        may_follow = known if link.recognition.accepts_mentors(g.on) else []
        rows.append((link, here, [one for one in may_follow if one not in here]))
    return rows


def leaving_page(mentor, rows, form, status=200, everywhere=""):
    candidates = {str(one.id): str(one) for _, here, others in rows for one in [*here, *others]}
    links = RecognitionMentor.of_mentor(mentor)
    running = MentorApplication.of(g.actor.organisation).where(
        MentorApplication.mentor == mentor, MentorApplication.is_pending()
    )
    return render(
        "mentors/leave.html",
        None,
        status,
        mentor=mentor,
        rows=rows,
        form=form,
        everywhere=everywhere,
        candidates=candidates | {NOBODY: "Nog geen opvolger"},
        applied=[link.recognition for link in links if link.recognition.state not in ("approved", "refused")],
        running=list(running),
    )


@bp.post("/<int:mentor_id>/vertrek")
def take_leave(mentor_id):
    """Everything at once, or nothing: each recognition has an answer."""
    mentor = load(mine(), mentor_id)
    rows = touched(mentor)
    form = leaving_form(rows, request.form)
    try:
        if not form.validate():
            return leaving_page(mentor, rows, form, 422)
        drafts = leave(mentor, g.actor, form.reason.data, chosen(rows, form))
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return leaving_page(load(mine(), mentor_id), rows, form, 422)
    flash(f"{mentor} is geen mentor meer.")
    if drafts:
        flash("Vul de mentoraanvragen voor de opvolgers in en dien ze in.")
    return go_to(url_for("mentors.show", mentor_id=mentor.id, _anchor="opvolgers" if drafts else None))


def chosen(rows, form):
    """{recognition id: Mentor or None}; what is no offered answer is no answer."""
    choices = {}
    for link, here, others in rows:
        typed = form[f"recognition_{link.recognition_id}"].data
        by_id = {str(one.id): one for one in [*here, *others]}
        if typed == NOBODY or typed in by_id:
            choices[link.recognition_id] = by_id.get(typed)
    return choices
