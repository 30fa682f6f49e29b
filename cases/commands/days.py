"""Days and moments as a terminal shows them."""

from __future__ import annotations

from datetime import date, datetime

from rich.text import Text

from cases.commands.phrases import say
from workflows.calendar import Language, spoken
from workflows.office_hours import STOCKHOLM


def moment(at: datetime) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"


def due(day: date, language: Language, today: date) -> Text:
    text = Text(spoken(day, language))
    return text.append(f" ({say('overdue', language)})", "bold red") if day < today else text
