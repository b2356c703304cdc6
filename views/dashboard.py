"""The first screen and the task list: what waits for the active organisation.

It must not know how a task is found; models.tasks does.
"""

from collections import Counter

from flask import Blueprint, g, request, url_for

from models import TASK_KINDS, Membership, Thread, chores, duties, tasks_of_all
from views.answers import numbered, render
from views.filters import my_tasks
from views.queue import waiting_files

bp = Blueprint("dashboard", __name__)

FIRST = 10  # tasks on the first screen


@bp.get("/")
def index():
    files = waiting_files(g.actor) if g.actor.is_handler else None
    return render(
        "dashboard/index.html",
        found=my_tasks()[:FIRST],
        total=len(my_tasks()),
        tally=tally_of(my_tasks()),
        kinds=TASK_KINDS,
        kind="",
        everyone=False,
        acts_for_several=False,
        number=1,
        pages=1,
        files=files,
        unread=Thread.count_unread(g.actor.organisation),
        chores=my_chores(),
        duties=duties(g.actor) if g.actor.is_handler else [],
        duty_place=duty_place,
    )


def tally_of(waiting):
    """{kind of task: how many}, with all of them under ""."""
    return Counter(task.kind for task in waiting) + Counter({"": len(waiting)})


def my_chores():
    """What the people of this employer look after themselves; who acts by mandate does not."""
    own = g.actor.is_employer and not g.actor.mandate
    return chores(g.actor.organisation, g.on) if own else []


def duty_place(duty):
    """The page on which that kind of work is done."""
    handling, mentors, appeals = "handling.index", "mentor_handling.index", "appeal_handling.index"
    endpoint, query = {
        "check": (handling, {"wachtrij": "ingediend"}),
        "start": (handling, {"wachtrij": "volledig"}),
        "decide": (handling, {"wachtrij": "in-behandeling"}),
        "resume": (handling, {"wachtrij": "wacht", "klok": "onbeantwoord"}),
        "vote": (handling, {"wachtrij": "in-behandeling", "behandelaar": "stem"}),
        "mentors": (mentors, {}),
        "mentors_resume": (mentors, {"wachtrij": "onbeantwoord"}),
        "bereft": ("mentor_handling.missing", {}),
        "moved": ("place_handling.index", {}),
        "places": ("place_handling.index", {}),
        "sanction": ("sanctions.index", {"stand": "prepared"}),
        "admit": (appeals, {"wachtrij": "ontvankelijkheid"}),
        "rule": (appeals, {"wachtrij": "uitspraak"}),
    }[duty.kind]
    return url_for(endpoint, **query)


@bp.get("/taken")
def tasks():
    """All tasks, or those of one kind; ?organisaties=alle shows them for everyone this person acts for."""
    kind, everyone = request.args.get("soort", ""), request.args.get("organisaties") == "alle"
    waiting = tasks_of_all(g.actor.user, g.on) if everyone else my_tasks()
    chosen = [task for task in waiting if not kind or task.kind == kind]
    found, number, pages = numbered(chosen, request.args.get("pagina", "1"))
    return render(
        "dashboard/tasks.html",
        "dashboard/_tasks.html",
        found=found,
        total=len(chosen),
        tally=tally_of(waiting),
        kinds=TASK_KINDS,
        kind=kind,
        number=number,
        pages=pages,
        everyone=everyone,
        acts_for_several=Membership.of(g.actor.user).limit(2).count() > 1,
        chores=my_chores(),
    )
