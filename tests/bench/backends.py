"""What a PostgreSQL server used of the processor, to the nanosecond, so that a page can be charged for it."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "instance" / "bench"


def backends():
    """A function that gives the nanoseconds all processes of the server have run."""
    postmaster = int((FOLDER / "postgresql" / "postmaster.pid").read_text().split()[0])

    def used():
        spent = 0
        for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            try:
                spent += int(Path(f"/proc/{child}/schedstat").read_text().split()[0])
            except FileNotFoundError:
                continue
        return spent

    return used
