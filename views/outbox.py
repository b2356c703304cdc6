"""Demo only: the mails the counter wrote, to read as if they had arrived.

It must not exist outside the demo.
"""

from flask import Blueprint, abort, current_app

from models import Message
from views.answers import render
from views.links import link_of

bp = Blueprint("outbox", __name__)


@bp.get("/demo/berichten")
def index():
    """The fifty newest messages, with the links that go under them."""
    if not current_app.config["DEMO"]:
        abort(404)
    newest = Message.joined().order_by(Message.id.desc()).limit(50)
    return render("outbox/index.html", messages=[(message, link_of(message)) for message in newest])
