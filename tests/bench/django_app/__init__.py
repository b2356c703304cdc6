"""The dashboard and the overview of agreements once more, in Django with its ORM and templates: idiomatic, not tuned.

Somebody who signed in at the counter is recognised by the same cookie and sees the same tasks, rows, filters and
counters. It reads the register as it is and stands in nobody's way: no task here is put off or left out.
"""
