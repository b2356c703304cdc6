"""Mails of the demo world: what was told long ago is gone, what is recent can be read at /demo/berichten.

It must not write a mail itself; the steps of the world did.
"""

from datetime import datetime, time, timedelta

from models import Message

RECENT = timedelta(days=14)


def forget_old_mails(on):
    """As if the mails of long ago were delivered and purged, and those of yesterday delivered."""
    today = datetime.combine(on, time())
    Message.delete().where(Message.written_at < today - RECENT).execute()
    recent = Message.update(sent_at=Message.written_at, due_at=None)
    recent.where(Message.written_at < today, Message.due_at.is_null(False)).execute()
