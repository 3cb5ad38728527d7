"""Gives a submission in Gradescope the mark that it has got elsewhere: the `run_autograder` of a zip of marks.

It runs no student code, and in any Python 3.7 or newer, alone. Without a mark for a submission there is no
results.json and the exit status is 1: Gradescope then says that the autograder failed, and invents no mark.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Writes results.json in the container's folder, by the submission's number, or else by who handed it in."""
    place = Path(os.environ.get("AUTOGRADER_PLACE", "/autograder"))
    marks = json.loads((place / "source" / "marks.json").read_text("utf-8"))
    submission = json.loads((place / "submission_metadata.json").read_text("utf-8"))
    number = str(submission.get("id", ""))
    emails = [str(user.get("email", "")).strip().lower() for user in submission.get("users", [])]
    found = [marks["by_number"][number]] if number in marks["by_number"] else []
    found = found or [marks["by_email"][email] for email in emails if email in marks["by_email"]]
    if not found:
        print(f"no mark is known for submission {number!a}: it came after the others were collected")
        sys.exit(1)
    if any(other != found[0] for other in found):
        print(f"submission {number!a} is of several students who have no common mark: give it by hand")
        sys.exit(1)
    (place / "results" / "results.json").write_text(json.dumps(found[0]), "utf-8")


if __name__ == "__main__":
    main()
