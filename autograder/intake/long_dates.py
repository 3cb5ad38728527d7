"""Times as Moodle writes them out, `Saturday, 28 November 2026, 1:00 AM`, in the languages of many sites."""

from __future__ import annotations

import re
from datetime import datetime

# From January to December, language by language.
_MONTHS = """
    january february march april may june july august september october november december
    januar februar märz april mai juni juli august september oktober november dezember
    jänner februar märz april mai juni juli august september oktober november dezember
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    januari februari maart april mei juni juli augustus september oktober november december
    januari februari mars april maj juni juli augusti september oktober november december
    januar februar marts april maj juni juli august september oktober november december
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
"""
_NUMBERS = {name: at % 12 + 1 for at, name in enumerate(_MONTHS.split())}
_DATE = re.compile(
    r"\b(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,})\.?\s+(?:de\s+)?(?P<year>\d{4})"
    r"\D{1,12}?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:\s*(?P<half>[ap])\.?\s?m\b)?",
    re.IGNORECASE,
)


def read(text: str) -> datetime | None:
    """A time that is written out, taken for this machine's zone; None where there is none to read."""
    found = _DATE.search(text)
    if not found or not (month := _NUMBERS.get(found["month"].casefold())):
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "p")
    try:
        naive = datetime(int(found["year"]), month, int(found["day"]), hour, int(found["minute"]))
    except ValueError:
        return None
    return naive.astimezone()
