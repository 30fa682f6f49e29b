"""The check of the routines: sound files pass, and every fault is told with its file, its line and what to do."""

from dataclasses import dataclass

import pytest

from tests.workflows.routine_files import COUNTIES, faults_of, routines, source, spoilt, texts
from workflows.definition_source import Fault, line_of
from workflows.guards import GUARDS, REASONS

SMALL, LARGE = "tva_steg", "vastra_gotaland"
DEVIATION, DISPUTE, FORUM, GROUND = "deviation.v1.toml", "dispute.v1.toml", "forum.v1.toml", "ground.v1.toml"


@dataclass(frozen=True)
class Spoilt:
    """One textual change, and what must be said about it: the line it stands in, and words of the advice."""

    name: str
    old: str
    new: str
    at: str
    says: str
    county: str = SMALL
    file: str = DEVIATION


FORM = [
    Spoilt("unknown key", 'reach = "raising"', 'reaches = "raising"', "reaches =", "unknown key 'reaches'"),
    Spoilt("missing key", 'text = { sv = "Lämna in", en = "Hand in" }\n', "", "[[moves]]", "text is missing"),
    Spoilt("no task", 'task = "submit"\n', "", "[stages.draft]", "an open stage needs its task"),
    Spoilt("one language", 'title = { sv = "Skrivs", en = "Being written" }', 'title = { sv = "Skrivs" }',
           "title =", "both languages"),
    Spoilt("empty text", 'en = "Leave it to the principals themselves"', 'en = " "', "text = ", "both languages"),
    Spoilt("a word instead of a list", 'from = ["replied"]\nto = "council"', 'from = "replied"\nto = "council"',
           "from =", "must be a list of texts"),
    Spoilt("a number as text", "rule = { calendar = 14 }", 'rule = { calendar = "14" }', "rule =", "must be a whole number"),
    Spoilt("a negative number", "rule = { calendar = 14 }", "rule = { calendar = -14 }", "rule =", "write zero or more"),
    Spoilt("an unknown unit", "rule = { calendar = 14 }", "rule = { weeks = 2 }", "rule =", "must say one of working"),
    Spoilt("a meeting of nobody", 'rule = { meeting = "lead"', 'rule = { meeting = "council"', "rule =", "meeting must be"),
    Spoilt("a meeting without fallback", ", within = 90, fallback = { calendar = 40 } }", ", within = 90 }",
           "rule =", "fallback is missing"),
    Spoilt("a flag as text", "before_forum = true\nsource = \"ours\"", 'before_forum = "yes"\nsource = "ours"',
           "before_forum =", "must be true or false"),
    Spoilt("an unknown status", 'status = "ended"', 'status = "finished"', "status =", "must be open, watched or ended"),
    Spoilt("an unknown kind", 'kind = "deviation"', 'kind = "complaint"', "kind =", "must be one of"),
    Spoilt("a choice without options", 'type = "text"\ngoes = "shared"\nmax = 80', 'type = "choice"\ngoes = "shared"\nmax = 80',
           "[inputs.when]", "a choice needs options"),
    Spoilt("an include that is not there", 'includes = ["ground.v1", "forum.v1"]', 'includes = ["ground.v1", "forum.v9"]',
           "includes =", "there is no file forum.v9", LARGE, DISPUTE),
    Spoilt("a part defined twice", "[inputs.question]", "[inputs.reason]", "[inputs.reason]",
           "already defined in an included file", LARGE, DISPUTE),
    Spoilt("another name than the file's", "version = 1", "version = 2", "name =", "must be called deviation.v2.toml"),
    Spoilt("an included file that includes", 'name = "forum"', 'includes = ["ground.v1"]\nname = "forum"',
           "includes =", "an included file includes nothing", LARGE, FORUM),
    Spoilt("a file that nothing includes", 'includes = ["ground.v1", "forum.v1"]\n\n[settings]', "includes = []\n\n[settings]",
           "includes =", "", LARGE, "systemic_issue.v1.toml"),
]  # fmt: skip

WORDS = [
    Spoilt("an unknown move", 'do = "accept"', 'do = "acept"', "do =", "unknown move 'acept'"),
    Spoilt("an unknown stage to come from", 'from = ["arrived", "replied"]', 'from = ["arrived", "replyed"]',
           "from =", "unknown stage 'replyed'"),
    Spoilt("an unknown stage to go to", 'to = "read"', 'to = "red"', "to =", "unknown stage 'red'"),
    Spoilt("an unknown function", 'by = ["both.chief"]', 'by = ["both.cheif"]', "by =", "unknown function 'both.cheif'"),
    Spoilt("a function without a name", 'vice_chair = { sv = "vice ordförande", en = "vice chair" }\n', "",
           "remind =", "'vice_chair' has no name to show"),
    Spoilt("nobody may", 'by = ["forum.chair", "forum.vice_chair"]', "by = []", "by =", "names nobody"),
    Spoilt("an unknown input", 'needs = ["cause", "answer_words"]', 'needs = ["cause", "answer_word"]',
           "needs =", "unknown input 'answer_word'"),
    Spoilt("an input that nobody asks for", 'may = ["consequence"]\n', "", "[inputs.consequence]", "no move asks for it"),
    Spoilt("an unknown sort of input", 'type = "operation"', 'type = "operations"', "type =", "unknown type 'operations'"),
    Spoilt("an unknown compartment", '[inputs.cause]\ntype = "text"\ngoes = "shared"', '[inputs.cause]\ntype = "text"\ngoes = "all"',
           "goes =", "goes must be one of"),
    Spoilt("free text on the cover", '[inputs.cause]\ntype = "text"\ngoes = "shared"', '[inputs.cause]\ntype = "text"\ngoes = "cover"',
           "goes =", "free text may not go to the cover"),
    Spoilt("an input that would be lost", 'then = ["receiver:operation"]\n', "", "needs =", "it would be lost"),
    Spoilt("no source", 'source = "ours: once"\n\n[[moves]]\ndo = "answer"', 'source = ""\n\n[[moves]]\ndo = "answer"',
           "source =", "say where the rule comes from"),
    Spoilt("an unknown guard", 'if = ["own_operation"]', 'if = ["own_operations"]', "if =", "unknown guard 'own_operations'"),
    Spoilt("a guard without words for its no", 'limit_return = { sv', 'limit_returns = { sv', "if =",
           "write its words in [reasons]"),
    Spoilt("a guard that counts nothing", '"below:return=1"', '"below:returns=1"', "if =", "counts the unknown move"),
    Spoilt("a guard without its number", '"below:return=1"', '"below:return"', "if =", "needs a number"),
    Spoilt("a guard with a wrong argument", '"ladder_goes_on:no"]\nneeds', '"ladder_goes_on:maybe"]\nneeds', "if =",
           "takes one of"),
    Spoilt("a guard about a date that is not there", 'if = ["own_operation"]', 'if = ["own_operation", "passed:replies"]',
           "if =", "unknown deadline 'replies'"),
    Spoilt("a guard about an input not asked for", '"other_party:operation"', '"other_party:reasons"', "if =",
           "does not ask for"),
    Spoilt("a guard about a fact nobody keeps", '"fact:met"', '"fact:mett"', "if =", "which no move remembers",
           LARGE, DISPUTE),
    Spoilt("a guard's setting that is not there", "file_read_days = {", "file_days = {", "if =", "unknown setting"),
    Spoilt("a guard about an unknown kind", '"convertible:deviation"', '"convertible:deviations"', "if =",
           "unknown kind 'deviations'", LARGE, DISPUTE),
    Spoilt("an unknown effect", 'then = ["down"]', 'then = ["downwards"]', "then =", "unknown effect 'downwards'"),
    Spoilt("an effect on a date that is not there", '"rearm:late_reply"]\ntell = ["raising.handler"]',
           '"rearm:late"]\ntell = ["raising.handler"]', "then =", "unknown deadline 'late'"),
    Spoilt("an effect on a contribution that is not there", '"owe:agreement"', '"owe:agreements"', "then =",
           "unknown contribution 'agreements'", LARGE, DISPUTE),
    Spoilt("a pause without its end", '"hold:answer=question"]\ntext = { sv = "Fråga den sändande sidan",',
           '"hold:answer"]\ntext = { sv = "Fråga den sändande sidan",', "then =", "needs the deadline that ends it", LARGE),
    Spoilt("a named date that nobody names", '"rearm:measure=next_measure", "ball:measure_owner"',
           '"rearm:measure", "ball:measure_owner"', "then =", "needs to know whose date it is", LARGE),
    Spoilt("a date from an unknown input", '"rearm:measure=next_measure", "ball:measure_owner"',
           '"rearm:measure=next", "ball:measure_owner"', "then =", "neither asked for nor remembered", LARGE),
    Spoilt("a task without words", '"task:meet"', '"task:meets"', "then =", "write its words in [tasks]", LARGE, DISPUTE),
    Spoilt("a routine that the county lacks", 'then = ["down"]', 'then = ["spawn:dispute=split"]', "then =",
           "there is no routine"),
    Spoilt("a stage that the other routine lacks", '"convert:deviation=investigated"', '"convert:deviation=investigation"',
           "then =", "must name a stage of deviation", LARGE, DISPUTE),
    Spoilt("no ball", 'ball = "raising.reporter"', 'ball = ""', "ball =", "an open stage needs its ball"),
    Spoilt("a date that is not there", 'date = "reading"', 'date = "readings"', "date =", "unknown deadline 'readings'"),
    Spoilt("a date that does not cover its stage", 'date = "reading"', 'date = "forum_answer"', "date =",
           "does not cover this stage"),
    Spoilt("an unknown clock", 'clock = "forum"', 'clock = "council"', "clock =", "clock must be"),
    Spoilt("a start that never happens", 'starts = "replied"', 'starts = "answered"', "starts =", "neither a stage nor a move"),
    Spoilt("a date over an unknown stage", 'covers = ["replied"]', 'covers = ["replied", "reply"]', "covers =",
           "unknown stage 'reply'"),
    Spoilt("met by what cannot be done there", 'met_by = ["done", "escalate"]', 'met_by = ["done", "answer"]', "met_by =",
           "no move 'answer' is possible"),
    Spoilt("a default that no clock takes", 'default = [{ move = "expire", after = 0 }]', 'default = [{ move = "answer", after = 0 }]',
           "default =", "is no move of the clock"),
    Spoilt("a default that is not possible there", 'default = [{ move = "expire", after = 0 }]',
           'default = [{ move = "remove", after = 0 }]', "default =", "is not possible in arrived"),
    Spoilt("a named date without an input", "rule = { calendar = 14 }", "rule = { named = true }", "rule =", "needs given_by"),
    Spoilt("a reminder to nobody known", 'remind = [{ at = -5, to = ["ball"] }, { at = 1, to = ["ball"] }]',
           'remind = [{ at = -5, to = ["balls"] }, { at = 1, to = ["ball"] }]', "remind =", "unknown function 'balls'"),
    Spoilt("a contribution nobody can give", 'given_by = ["agree"]\nsilence = { sv = "Tvisten', 'given_by = []\nsilence = { sv = "Tvisten',
           "given_by =", "nobody could give it", LARGE, DISPUTE),
    Spoilt("a contribution nobody asks for", '"silent:agreement", "owe:agreement"', '"silent:agreement"',
           "[contributions.agreement]", "no move asks for it", LARGE, DISPUTE),
    Spoilt("a refusal without words", "stale = { sv", "old = { sv", "[reasons]", "no words for 'stale'"),
]  # fmt: skip

WAYS = [
    Spoilt("an unknown first stage", 'initial = "draft"', 'initial = "written"', "initial =", "not among the stages"),
    Spoilt("a stage nobody reaches", 'to = "read"\nby', 'to = "ended"\nby', "[stages.read]", "no way leads here"),
    Spoilt("a stage that only the clock leaves", 'from = ["read"]\nto = "ended"\nby = ["raising.handler", "raising.chief"]',
           'from = ["read"]\nto = "@same"\nby = ["raising.handler", "raising.chief"]', "[stages.read]",
           "no person can move a case on"),
    Spoilt("a step without a way up", 'do = "forward"\nfrom = ["forum_prepared", "forum_between"]', 'do = "agenda"\nfrom = ["forum_prepared", "forum_between"]',
           "", "", LARGE, FORUM),
    Spoilt("a date lost on the way", '"miss:reply", "ball:receiving.contact_person", "rearm:late_reply"',
           '"miss:reply", "ball:receiving.contact_person"', "then =", "without a date"),
    Spoilt("a stage entered without its date", 'starts = "council"', 'starts = "take_position"', "then =", "without a date"),
    Spoilt("a clock that may be refused", 'if = ["ladder_goes_on:no"]\nthen = ["miss:late_reply"', 'if = ["ladder_goes_on"]\nthen = ["miss:late_reply"',
           "if =", "the clock may be refused in the stage 'arrived'"),
    Spoilt("an automatic step that no date leads to", 'default = [{ move = "remove", after = 0 }]\n', "", "do =",
           "the clock would never take it"),
    Spoilt("a missed date that would count as withdrawn", 'missed_by = ["remove"]\n', "", "default =", "add it to missed_by"),
    Spoilt("a reminder after the default", 'remind = [{ at = -2, to = ["raising.reporter"] }]', 'remind = [{ at = 3, to = ["raising.reporter"] }]',
           "remind =", "after the default has taken over"),
]  # fmt: skip
EVERY = [s for s in (*FORM, *WORDS, *WAYS) if s.says]


@pytest.mark.parametrize("county", COUNTIES)
def test_the_counties_routines_are_sound(county: str) -> None:
    """Lost otherwise: the installation refuses to start, or a case meets the fault."""
    assert routines(county)


@pytest.mark.parametrize("wrong", EVERY, ids=lambda s: s.name)
def test_a_fault_is_found_where_it_stands(wrong: Spoilt) -> None:
    """Lost otherwise: the routine's owner looks for a misspelt word in a thousand lines, or learns of it from a case."""
    text, files = spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))
    found = [f for f in faults_of(files) if wrong.says in f.text]
    assert found, f"not found among {[str(f) for f in faults_of(files)]}"
    assert {f.path for f in found} == {wrong.file}
    line = text.splitlines()[found[0].line - 1]
    assert line.startswith(wrong.at), f"line {found[0].line} is {line!r}"


@pytest.mark.parametrize("wrong", [s for s in EVERY if s.county == SMALL], ids=lambda s: s.name)
def test_one_fault_is_not_told_as_many(wrong: Spoilt) -> None:
    """Lost otherwise: the one real fault drowns in what follows from it."""
    _, files = spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))
    assert len(faults_of(files)) <= 3


def test_thirty_kinds_of_fault_are_tried() -> None:
    """Lost otherwise: the table above could shrink unnoticed."""
    assert len({s.says for s in EVERY}) >= 60


def test_ten_faults_are_told_at_once() -> None:
    """Lost otherwise: mending a file takes ten rounds, each ending in the next fault."""
    ten = [
        ('reach = "raising"', 'reaches = "raising"'),
        ("rule = { calendar = 14 }", 'rule = { calendar = "14" }'),
        ('if = ["own_operation"]', 'if = ["own_operations"]'),
        ('then = ["down"]', 'then = ["downwards"]'),
        ('do = "accept"', 'do = "acept"'),
        ('needs = ["cause", "answer_words"]', 'needs = ["cause", "answer_word"]'),
        ('ball = "raising.reporter"', 'ball = "raising.reporters"'),
        ('clock = "forum"', 'clock = "council"'),
        ('type = "operation"', 'type = "operations"'),
        ("stale = { sv", "old = { sv"),
    ]
    text, files = spoilt(SMALL, DEVIATION, *ten)
    lines = text.splitlines()
    told = {lines[fault.line - 1] for fault in faults_of(files)}
    for _, new in ten[:-1]:
        assert any(new.partition("\n")[0] in line for line in told), new
    assert "[reasons]" in told


def test_a_step_of_the_ladder_needs_a_way_up() -> None:
    """Lost otherwise: a forum that cannot answer keeps the case for ever."""
    text = texts(SMALL)[DEVIATION].replace('do = "escalate"\nfrom = ["read"]', 'do = "close"\nfrom = ["read"]')
    text = text.replace('met_by = ["done", "escalate"]', 'met_by = ["done", "close"]')
    text = text.replace('[[moves]]\ndo = "return"\nfrom = ["council"]\nto = "arrived"', '[[moves]]\ndo = "return"\nfrom = ["council"]\nto = "read"')
    found = faults_of([source(DEVIATION, text)])
    assert ["without a way up" in fault.text for fault in found] == [True, True]
    assert {text.splitlines()[fault.line - 1] for fault in found} == {"[stages.council]", "[stages.read]"}


def test_a_file_that_belongs_to_no_routine_is_told() -> None:
    """Lost otherwise: somebody changes a file that nothing reads, and waits for the change."""
    alone = source("forum.v2.toml", texts(LARGE)[FORUM].replace("version = 1", "version = 2", 1))
    files = [source(name, text) for name, text in texts(LARGE).items()]
    assert [(f.path, f.text) for f in faults_of([*files, alone])] == [
        ("forum.v2.toml", "no routine includes this file, so nothing in it is in force")
    ]


def test_the_same_version_twice_is_told() -> None:
    """Lost otherwise: which of the two is in force would depend on the order of the folder."""
    files = [source(DEVIATION, texts(SMALL)[DEVIATION]), source("copy/" + DEVIATION, texts(SMALL)[DEVIATION])]
    assert ["is also in" in fault.text for fault in faults_of(files)] == [True]


def test_no_file_at_all_is_told() -> None:
    """Lost otherwise: an installation without routines starts, and refuses every case later."""
    assert "no file here describes a whole routine" in faults_of([])[0].text
    assert "no file here describes a whole routine" in faults_of([source(GROUND, texts(LARGE)[GROUND])])[0].text


def test_every_message_says_what_to_do() -> None:
    """Lost otherwise: the owner of a routine, who is no programmer, is told that something is wrong and not what."""
    told: list[Fault] = []
    for wrong in EVERY:
        told += faults_of(spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))[1])
    assert all(len(fault.text.split()) >= 4 for fault in told)
    assert all(str(fault).startswith(f"{fault.path}:{fault.line}: {fault.place}: ") for fault in told)


def test_every_guard_has_reasons() -> None:
    """Lost otherwise: a refusal without words, or a reason that the check does not ask the routine for."""
    assert GUARDS.keys() == REASONS.keys()


def test_a_place_is_found_in_every_way_of_writing_it() -> None:
    """Lost otherwise: a fault points at line 1 when the file is laid out in another way than ours."""
    text = 'name = "x"\n[stages.one]\nid = "1"\n[[moves]]\ndo = "a"\n[[moves]]\ndo = "b"\n[inputs.c]\noptions.yes = 1\n[reasons]\nr = 2'
    assert line_of(text, "name") == 1
    assert line_of(text, "stages.one.id") == 3
    assert line_of(text, "stages.one.ball") == 2
    assert line_of(text, "moves[1].b.do") == 7
    assert line_of(text, "moves[7].b.do") == 1
    assert line_of(text, "inputs.c.options.yes") == 9
    assert line_of(text, "reasons.r") == 11
    assert line_of(text, "nothing.here") == 1
