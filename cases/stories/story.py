"""A story is played on the record: each step by its people, in their functions, at its time; and it must come out so.

Several stories are told together in the order of time, on one clock that only goes forward, as in a county. Between
two steps the caller's clock does what has fallen due. A step that does not come to what the story expects stops the
telling with StoryDiffers, which says what came instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge

from cases.acting import Refused
from cases.answers import Acted
from cases.contents.forum_files import NoSuchRevision
from cases.contents.kept_in_clear import BadText
from cases.contents.matter import NotAllowed
from cases.functions import NotYourFunction
from cases.record import Record
from cases.sight import CaseUnknown
from cases.stories.story_acts import ACTS
from cases.stories.story_expectations import differences, stage_of
from cases.stories.story_script import Scene, Step, Story
from workflows.nouns import Refusal

PassTime = Callable[[datetime], None]
"""Does all that falls due up to an instant."""


class StoryDiffers(Exception):
    """A step of a story came to something else than the story says. Correct the story, or the routine."""

    def __init__(self, story: Story, step: Step, found: Sequence[str]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join([f"{story.file}, {step.place}: {step.says.en}", *(f"  {text}" for text in found)]))


@dataclass(frozen=True, slots=True)
class Happened:
    """What one step came to: the stage after it, or the refusal. `number` "" for what concerns no case."""

    step: Step
    number: str
    stage: str
    refusal: Refusal | None = None
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A story that was told to its end: its cases by the labels of the file, in the order they began."""

    story: Story
    cases: Mapping[str, str]
    happened: tuple[Happened, ...]


@dataclass(slots=True)
class _Telling:
    """A story under way."""

    story: Story
    cases: dict[str, str] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)


def play(
    record: Record, stories: Iterable[Story], pass_time: PassTime, *,
    progress: Callable[[Story, Step], None] | None = None,
) -> tuple[Told, ...]:  # fmt: skip
    """Tell the stories together; `progress` hears of each step before it is made. Raises StoryDiffers at the first
    step that does not come out as written."""
    tellings = [_Telling(story) for story in stories]
    for _, _, telling, step in merge(*(_in_time(t, place) for place, t in enumerate(tellings))):
        if progress is not None:
            progress(telling.story, step)
        pass_time(step.at)
        telling.happened.append(_take(record, telling, step))
    return tuple(Told(t.story, t.cases, tuple(t.happened)) for t in tellings)


def _in_time(telling: _Telling, place: int) -> list[tuple[datetime, tuple[int, int], _Telling, Step]]:
    return [(step.at, (place, number), telling, step) for number, step in enumerate(telling.story.steps)]


def _take(record: Record, telling: _Telling, step: Step) -> Happened:
    """One step, and what the story expects of it."""
    scene = Scene(record, telling.story.people, telling.cases, step)
    acted: Acted | None = None
    refusal: Refusal | None = None
    unseen = False
    try:
        acted = ACTS[step.does](scene)
    except Refused as refused:
        refusal = refused.refusal
    except CaseUnknown:
        unseen = True
    except (NotYourFunction, NotAllowed, BadText, NoSuchRevision, LookupError, ValueError) as error:
        raise StoryDiffers(telling.story, step, [f"{type(error).__name__}: {error}"]) from error
    found = differences(scene, acted, refusal, unseen)
    if found:
        raise StoryDiffers(telling.story, step, found)
    number = telling.cases.get(step.case, "")
    return Happened(step, number, stage_of(scene), refusal, unseen)
