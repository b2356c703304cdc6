"""The first screen and the task list: what waits for the active organisation.

It must not know how a task is found; models.tasks does.
"""

from flask import Blueprint, g, request

from models import TASK_KINDS
from views.answers import render
from views.filters import my_tasks
from views.handling import waiting_files

bp = Blueprint("dashboard", __name__)


@bp.get("/")
def index():
    files = waiting_files(g.actor) if g.actor.is_handler else None
    return render("dashboard/index.html", found=my_tasks(), kinds=TASK_KINDS, kind="", files=files)


@bp.get("/taken")
def tasks():
    """All tasks, or those of one kind."""
    kind = request.args.get("soort", "")
    found = [task for task in my_tasks() if not kind or task.kind == kind]
    return render("dashboard/tasks.html", "dashboard/_tasks.html", found=found, kinds=TASK_KINDS, kind=kind)
