"""What the KBO publishes of an enterprise the register did not know, handed from one to the other.

It must not know why the register takes it over.
"""

import adapters.kbo as kbo
from models import Published


def published(number):
    """What the KBO has of the enterprise with that number, or None."""
    found = kbo.enterprise(int(number))
    if not found:
        return None
    reach = kbo.reach(found.number)
    return Published(found.name, *reach, tuple(kbo.establishments(found.number, limit=None)))
