"""The house as a whole: who may import whom, nothing unused, a word for everything, and a README that is true."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path
from string import Formatter

import peewee
import pytest
from jinja2 import Environment, meta, nodes
from playhouse.migrations import MigrationError, Runner

import models
import rules
from models import RECORDS, db
from models.agreements import PARTY_DUTIES
from models.steps import DUTY_ALLOWS, Stepping
from views.filters import HISTORY, MONTHS

ROOT = Path(__file__).parent.parent
HTMX = "htmx-4.0.1.min.js"
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
ASIDE = {".git", "__pycache__", "node_modules", "instance", "output"}  # and whatever starts with a dot


def files(pattern):
    """The house's own files that match, as {path from the root: Path}."""
    found = {path.relative_to(ROOT): path for path in sorted(ROOT.glob(pattern)) if path.is_file()}
    return {
        place.as_posix(): path
        for place, path in found.items()
        if not ASIDE.intersection(place.parts) and not any(part.startswith(".") for part in place.parts[:-1])
    }


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def modules():
    """Every module that is not empty, as {path from the root: Path}."""
    return {place: path for place, path in files("**/*.py").items() if path.read_text().strip()}


def room_of(place):
    """The room a module stands in: app, views, adapters, models, rules, migrations or tests."""
    first = place.partition("/")[0].removesuffix(".py")
    return "rules" if first.startswith("rules") else first


def imported(path):
    """The names of all modules a module imports, inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"write the whole name of what you import: {path.name}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- who may import whom ----------------------------------------------------------------------------------------------

WEB = {"flask", "werkzeug", "jinja2", "wtforms", "flask_login", "flask_limiter", "flask_compress", "markupsafe"}
BEYOND = {  # what a room must not know
    "rules": WEB | {"app", "views", "adapters", "models", "peewee", "playhouse", "tests"},
    "models": WEB | {"app", "views", "adapters", "tests"},
    "adapters": WEB | {"app", "views", "tests"},
    "views": {"app", "tests", "psycopg", "sqlite3"},
    "migrations": WEB | {"app", "views", "adapters", "models", "rules", "tests"},
    "app": {"tests"},
    "tests": set(),
}


def test_imports_go_one_way():
    wrong = []
    for place, path in modules().items():
        for name in imported(path):
            first = name.partition(".")[0]
            if ("rules" if first.startswith("rules") else first) in BEYOND[room_of(place)]:
                wrong.append(f"{place} imports {name}")
    assert not wrong, "imports go app → views → adapters and models → rules: " + "; ".join(wrong)


def test_every_module_stands_in_a_room():
    strays = sorted(place for place in modules() if room_of(place) not in BEYOND)
    assert not strays, f"which room is this? say in README and in tests/test_house.py: {strays}"


def test_every_module_says_first_what_it_is_for():
    silent = [place for place, path in modules().items() if not ast.get_docstring(tree(path))]
    assert not silent, f"begin with a docstring: {silent}"


def test_every_rule_says_what_it_means():
    silent = []
    for place in (place for place in modules() if room_of(place) == "rules"):
        for node in tree(ROOT / place).body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                silent.append(f"{place}: {node.name}")
    assert not silent, f"the law is read by others: give these a docstring: {silent}"


LONGEST = {"views": 260, "templates": 130}
LONGER = {
    "views/demo.py": 368,
    "views/filters.py": 300,  # a sentence for each event
    "views/guards.py": 312,
}  # one world and one gate; splitting them hides more than it shows


def test_no_module_or_template_is_too_long_to_read():
    long = {}
    for place, path in (files("views/*.py") | files("templates/**/*.html")).items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGER.get(place, LONGEST[place.partition("/")[0]]):
            long[place] = lines
    assert not long, f"divide these along a line a reader would draw too: {long}"


# --- templates --------------------------------------------------------------------------------------------------------

ENVIRONMENT = Environment(autoescape=True)
STEPS_OF_FORMS = {*models.SECTIONS, *models.PARTS, "overview"}  # what f"application/{section}.html" stands for


@cache
def templates():
    """{name: syntax tree} of every template."""
    return {
        place.removeprefix("templates/"): ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
        for place, path in files("templates/**/*.html").items()
    }


def named_in(path):
    """The templates a view names, f-strings with a step of a form filled in."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and re.fullmatch(r"\w+/\w+\.html", str(node.value)):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            pieces = [piece.value if isinstance(piece, ast.Constant) else None for piece in node.values]
            if str(pieces[-1]).endswith(".html"):
                for step in STEPS_OF_FORMS:
                    yield "".join(step if piece is None else piece for piece in pieces)


def test_every_template_is_used():
    ahead = {name for path in files("views/*.py").values() for name in named_in(path)} & set(templates())
    used = set()
    while ahead:
        name = ahead.pop()
        used.add(name)
        ahead |= set(meta.find_referenced_templates(templates()[name])) - used
    unused = sorted(set(templates()) - used)
    assert not unused, f"no view renders these and no template includes them: {unused}"


def test_every_template_that_is_named_exists():
    gone = []
    for place, path in files("views/*.py").items():
        named = {name for name in named_in(path) if name.partition("/")[2].strip("_")[:-5] not in STEPS_OF_FORMS}
        gone += [f"{place}: {name}" for name in sorted(named - set(templates()))]
    for name, parsed in templates().items():
        gone += [f"{name}: {other}" for other in meta.find_referenced_templates(parsed) if other not in templates()]
    assert not gone, f"there is no such template: {gone}"


def imports(parsed):
    """[(name of a macro, what the template calls it)] of every macro a template imports."""
    taken = [one for found in parsed.find_all(nodes.FromImport) for one in found.names]
    return [(one, one) if isinstance(one, str) else one for one in taken]


def called(parsed):
    """The names of the macros a template calls."""
    for call in parsed.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call.node.name
        elif isinstance(call.node, nodes.Getattr):
            yield call.node.attr


def test_every_macro_is_called():
    calls = set()
    for parsed in templates().values():
        taken = dict(reversed(one) for one in imports(parsed))
        calls |= {taken.get(name, name) for name in called(parsed)}
    idle = [
        f"{name}: {macro.name}"
        for name, parsed in templates().items()
        for macro in parsed.find_all(nodes.Macro)
        if macro.name not in calls
    ]
    assert not idle, f"nobody calls these macros: {idle}"


def test_every_macro_that_is_imported_is_called():
    idle = []
    for name, parsed in templates().items():
        idle += [f"{name}: {macro}" for macro, here in imports(parsed) if here not in called(parsed)]
    assert not idle, f"imported for nothing: {idle}"


def tags(path):
    """The opening tags of a template, without what Jinja puts in them."""
    plain = re.sub(r"{%.*?%}|{#.*?#}", "", re.sub(r"{{.*?}}", "x", path.read_text(encoding="utf-8")), flags=re.DOTALL)
    return re.findall(r"<[a-zA-Z][^<>]*>", plain)


def test_no_template_carries_a_style_or_a_script_of_its_own():
    wrong = []
    for place, path in files("templates/**/*.html").items():
        wrong += [f"{place}: {tag}" for tag in tags(path) if re.search(r"\s(style|on[a-z]+)\s*=", tag)]
        wrong += [
            f"{place}: {tag}" for tag in tags(path) if tag.startswith(("<style", "<script")) and "src=" not in tag
        ]
        wrong += [f"{place}: | safe" for _ in re.findall(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8"))]
    assert not wrong, f"the policy forbids it, and so do we: {wrong}"


def test_who_is_refused_something_lands_on_why():
    told = [(place, tag) for place, path in files("templates/**/*.html").items() for tag in tags(path)]
    told = [(place, tag) for place, tag in told if re.search(r'class="[^"]*\bproblems"', tag)]
    assert len(told) > 10
    wrong = [f"{place}: {tag}" for place, tag in told if " autofocus" not in tag]
    assert not wrong, f"add autofocus, or it is told above what is on the screen: {wrong}"


def test_every_element_that_asks_says_where_the_answer_goes():
    asking = [(place, tag) for place, path in files("templates/**/*.html").items() for tag in tags(path)]
    asking = [(place, tag) for place, tag in asking if re.search(r"\shx-(get|post|put|patch|delete)=", tag)]
    assert len(asking) > 10
    wrong = [f"{place}: {tag}" for place, tag in asking if not (" hx-target=" in tag and " hx-swap=" in tag)]
    assert not wrong, f"say hx-target and hx-swap on the element itself: {wrong}"


def test_the_htmx_that_is_checked_in_is_the_one_that_was_read():
    assert hashlib.sha256((ROOT / "static" / HTMX).read_bytes()).hexdigest() == HTMX_SHA256
    assert HTMX in (ROOT / "templates/base.html").read_text()
    assert [path.name for path in files("static/htmx*").values()] == [HTMX]


# --- one label for everything -----------------------------------------------------------------------------------------

LABELS = {  # {kind of file: the Dutch word for each of its states}
    models.Recognition: models.STATES,
    models.MentorApplication: models.MENTOR_STATES,
    models.Sanction: models.SANCTION_STATES,
    models.Appeal: models.APPEAL_STATES,
    models.Agreement: models.AGREEMENT_STATES,
    models.Addendum: models.ADDENDUM_STATES,
}
WORDS = {name: getattr(models, name) for name in ("ROLES", "DUTIES", "TARGET_GROUPS", "TASK_KINDS", "CLOCK_KINDS")}
WORDS |= {name: getattr(models, name) for name in ("SECTIONS", "PARTS", "PARTIES", "GUARDIANS", "ENDINGS")}
WORDS |= {
    name: getattr(models, name)
    for name in ("SANCTION_KINDS", "TEMPLATE_KINDS", "AGREEMENT_ENDINGS", "WORKPLACE_STATES")
}
WORDS |= {name: getattr(models, name) for name in ("PURPOSES", "EXTENTS", "SUBJECTS", "LANGUAGES", "CHORE_KINDS")}
WORDS |= {name: getattr(models, name) for name in ("STATUSES", "ADDENDUM_KINDS", "INITIATIVES", "CHECKLIST", "ALERTS")}
WORDS |= {name: getattr(models, name) for name in ("SUSPENSION_REASONS", "CORRECTABLE", "DUTY_KINDS")}
WORDS |= {"DOCUMENT_KINDS": rules.DOCUMENT_KINDS, "DECISION_MODES": rules.DECISION_MODES}
WORDS |= {file.__name__: labels for file, labels in LABELS.items()}


def label_of(value):
    """The words in a value of a table of labels: the value, or the first text in it."""
    return value if isinstance(value, str) else next(part for part in value if isinstance(part, str))


@pytest.mark.parametrize("name", WORDS)
def test_everything_that_has_a_kind_has_a_dutch_word_for_it(name):
    for key, value in WORDS[name].items():
        label = label_of(value)
        assert label.strip() == label and label[:1].isupper(), f"give {name}[{key!r}] a Dutch label"
        assert label != key and "_" not in label


@pytest.mark.parametrize("file", LABELS, ids=lambda file: file.__name__)
def test_every_state_of_a_file_is_named_and_can_be_reached(file):
    left = {state for step in file.STEPS.values() for state in step.sources}
    reached = {step.target for step in file.STEPS.values()} - {None} | {file.state.default}
    assert left | reached == set(LABELS[file]), "a state without label, or a label nothing leads to"
    duties = {"employer", "committee", "anyone", *PARTY_DUTIES} | {
        duty for some in DUTY_ALLOWS.values() for duty in some
    }
    for name, step in file.STEPS.items():
        assert step.who in duties, f"{name} is for nobody: {step.who}"
        assert step.refusal.endswith("."), f"{name} is refused without a sentence"


def test_every_kind_of_file_is_looked_at_here():
    kinds = {record for record in RECORDS if issubclass(record, Stepping)}
    assert kinds == set(LABELS), "put each kind of file in LABELS of tests/test_house.py"


def literals(function, position, room="models/*.py"):
    """Every text a call of that function passes there: [(module, text or None when it is no plain text)]."""
    for place, path in files(room).items():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function and len(node.args) > position:
                value = node.args[position]
                yield place, value.value if isinstance(value, ast.Constant) else None


def test_every_task_and_clock_that_is_made_has_a_word():
    made = {text for _, text in literals("Task", 0)}
    assert made == set(models.TASK_KINDS), "a kind of task without label, or a label no task has"
    made = {text for _, text in literals("_clock", 0)}
    assert made == set(models.CLOCK_KINDS), "a kind of clock without label, or a label no clock has"


PASSED_ON = {"edge.event": "STEPS", "event": "Mentor._turn"}  # where Event.record gets a name that is no plain text


def events():
    """{name of an event: the facts it is recorded with, or None where that cannot be read from the code}."""
    found = {}
    for path in files("models/*.py").values():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "Event.record":
                what = ast.unparse(node.args[1])
                facts = {one.arg for one in node.keywords}
                if isinstance(node.args[1], ast.Constant):
                    found.setdefault(node.args[1].value, []).append(None if None in facts else facts)
                else:
                    assert what in PASSED_ON, (
                        f"name the event in the call, or say in PASSED_ON where it comes from: {what}"
                    )
            elif name == "self._turn":
                found.setdefault(node.args[1].value, []).append({"reason"})
    for file in LABELS:
        for step in file.STEPS.values():
            found.setdefault(step.event, []).append(None)
    return found


def test_every_event_is_told_in_a_sentence():
    untold, idle = sorted(set(events()) - set(HISTORY)), sorted(set(HISTORY) - set(events()))
    assert not untold, f"say in HISTORY of views/filters.py what these tell: {untold}"
    assert not idle, f"nothing records these events any more: {idle}"


TERM_IN_WORDS = re.compile(
    r"\b(\d+|twee|drie|vier|vijf|zes|tien|twaalf|veertien|dertig) (kalender|opleidings)?(dagen|maanden|jaar)\b"
)
NOT_APPLIED = {"hoogstens 10 dagen per kalenderjaar", "deeltijds tot 18 jaar"}  # told, and nothing reckons with it


def sayings(path):
    """The texts in a module, docstrings aside; of an f-string its fixed pieces."""
    for node in ast.walk(tree(path)):
        documented = isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
        if documented:
            node.body[0].value.told = True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not hasattr(node, "told"):
            yield node.value


def test_a_term_is_told_from_where_it_is_set():
    """Who changes a number in the rules changes every sentence that tells it."""
    told = {}
    for place, path in files("templates/**/*.html").items():
        told[place] = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "x", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for place, path in modules().items():
        if room_of(place) in ("views", "models", "adapters") and "/demo" not in place:
            told[place] = "\n".join(sayings(path))
    for words in NOT_APPLIED:
        told = {place: text.replace(words, "") for place, text in told.items()}
    said = [f"{place}: {found[0]}" for place, text in told.items() for found in TERM_IN_WORDS.finditer(text)]
    assert not said, f"take the number from where it is set: {said}"


def test_no_file_comes_in_around_the_scanner():
    readers = [place for place, path in files("views/*.py").items() if "request.files.get" in path.read_text()]
    assert readers == ["views/uploads.py"], "ask views/uploads.py for the file"


def test_a_sentence_asks_only_facts_that_are_recorded():
    wrong = []
    for name, recorded in events().items():
        asked = {field for _, field, _, _ in Formatter().parse(HISTORY[name]) if field} - {"who", "sections"}
        wrong += [f"{name}: {asked - facts}" for facts in recorded if facts is not None and not asked <= facts]
    assert not wrong, f"these facts are not recorded, so the sentence has a hole: {wrong}"


# --- addresses --------------------------------------------------------------------------------------------------------

PIECE = r"[a-z0-9]+(-[a-z0-9]+)*(\.csv)?|<(int|string|path):[a-z_]+>(\.ics)?"


def test_whoever_asks_what_time_it_is_says_where():
    naive = re.compile(r"datetime\.now\(\)|date\.today\(\)|utcnow\(|time\.localtime|fromtimestamp\([^,()]+\)")
    rooms = ("app.py", "rules*.py", "models/*.py", "adapters/*.py", "views/*.py")
    found = {place for room in rooms for place, path in files(room).items() if naive.search(path.read_text())}
    assert not found, f"datetime.now(UTC) for a moment, datetime.now(BELGIUM).date() for a day: {found}"


def test_every_address_is_kebab_case_and_typed(app):
    odd = [rule.rule for rule in app.url_map.iter_rules() if not re.fullmatch(rf"/|(/({PIECE}))+", rule.rule)]
    assert not odd, f"write addresses in lower case, with dashes and typed parts: {odd}"


def section(title):
    """A chapter of README."""
    return (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title):
    """The cells of the tables in a chapter of README, without heads."""
    lines = [line.strip().strip("|").split("|") for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines[2:]]


def test_readme_says_where_every_module_stands():
    told = section("Where things live")
    own = {path.stem for place, path in modules().items() if room_of(place) in ("rules", "models", "views", "adapters")}
    named = set(re.findall(r"(\w+)\.py", told)) | {"__init__"} | {one for one in own if one.startswith("demo_")}
    assert not sorted(own - named), f"say in README where these stand: {sorted(own - named)}"
    assert not sorted(named - own - {"__init__", "app", "browser", "build"}), "README names modules that are not there"


def test_the_table_of_routes_names_every_route_and_no_other(app):
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    named, unknown = set(), []
    for cells in rows("Routes"):
        first, *others = re.findall(r"`(/[^`]*)`", cells[0])
        base = first[: first.rfind(">") + 1]  # what follows in the row may leave this out
        for address in (first, *others):
            longer = base + address if address != first else address
            if longer not in routes and address not in routes:
                unknown.append(address)
            named.add(longer if longer in routes else address)
    assert not sorted(routes - named), f"name these in the table of routes of README: {sorted(routes - named)}"
    assert not unknown, f"README names routes that are not there: {unknown}"


def test_readme_names_every_setting():
    used = set(re.findall(r'\bsetting\(\s*"(\w+)"', (ROOT / "app.py").read_text()))
    described = {name for cells in rows("Settings") for name in re.findall(r"`([A-Z_]+)`", cells[0])}
    named = set(re.findall(r"`([A-Z_]+)`", section("Settings")))
    assert {"SECRET_KEY", "DEMO", "TODAY"} <= described
    assert used <= named, f"say in Settings of README what these are for: {sorted(used - named)}"
    assert described <= used, f"README names settings that nothing reads: {sorted(described - used)}"


def test_readme_names_every_command(app):
    own = {name for name, command in app.cli.commands.items() if command.callback.__module__.startswith("views")}
    named = set(re.findall(r"flask --app app ([a-z-]+)", section("Settings")))
    assert own == named, f"the commands in README and the commands there are differ: {sorted(own ^ named)}"


STILL_TO_COME = set()  # words of README for what is not built yet


def test_every_english_word_of_readme_is_the_one_the_code_uses():
    code = " ".join(
        path.read_text() for room in ("models", "views", "adapters", ".") for path in ROOT.glob(f"{room}/*.py")
    )
    spoken = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code).replace("_", " ").lower()
    missing = set()
    for cells in rows("Words"):
        for cell in (cells[1], cells[4]):
            for word in re.sub(r"\(.*?\)", "", cell).split(","):
                if not re.search(rf"\b{word.strip()}s?\b", spoken):
                    missing.add(word.strip())
    assert not missing - STILL_TO_COME, f"README names these, the code does not: {sorted(missing - STILL_TO_COME)}"
    assert not STILL_TO_COME - missing, f"these have come, take them out of the list: {sorted(STILL_TO_COME - missing)}"


# --- the register -----------------------------------------------------------------------------------------------------


def on_sqlite(database):
    return isinstance(database, peewee.SqliteDatabase)


def checks_of_sql(sql):
    """The expressions of the CHECKs in a CREATE TABLE, whitespace aside."""
    for found in re.finditer(r"\bCHECK\s*\(", sql):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        yield " ".join(sql[found.end() : end - 1].split())


def own_schema(database):
    return None if on_sqlite(database) else "public"


def checks(database, table, schema):
    if on_sqlite(database):
        query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
        return sorted(checks_of_sql(database.execute_sql(query, (table,)).fetchone()[0]))
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
    return sorted(row[0] for row in database.execute_sql(query, (f'{schema}."{table}"',)).fetchall())


def indexes(database, table, schema):
    """[(name, columns, unique, condition)] of a table."""
    found = []
    for index in database.get_indexes(table, schema):
        condition = " ".join((index.sql or "").split()).partition(" WHERE ")[2]
        name = index.name if index.sql or not on_sqlite(database) else ""  # SQLite numbers those of a primary key
        found.append((name, tuple(index.columns), index.unique, condition))
    return sorted(found)


def anatomy(database, table, schema=None):
    """Everything about a table that two ways of making it must agree on; the order of columns is free."""
    schema = schema or own_schema(database)
    columns = database.get_columns(table, schema)
    return {
        "columns": sorted((one.name, one.data_type.upper(), one.null, one.primary_key) for one in columns),
        "indexes": indexes(database, table, schema),
        "keys": sorted(
            (one.column, one.dest_table, one.dest_column) for one in database.get_foreign_keys(table, schema)
        ),
        "checks": checks(database, table, schema),
    }


def made_of_models(database):
    """{table: anatomy} of the records as create_tables makes them, beside the register of the test."""
    if on_sqlite(database):
        other, schema = peewee.SqliteDatabase(":memory:"), None
    else:
        other, schema = database, "made"
        database.execute_sql("CREATE SCHEMA made")
        database.execute_sql("SET LOCAL search_path TO made")
    with other.bind_ctx(RECORDS, bind_refs=False, bind_backrefs=False):
        other.create_tables(RECORDS)
        made = {one._meta.table_name: anatomy(other, one._meta.table_name, schema) for one in RECORDS}
    if on_sqlite(database):
        other.close()
    else:
        database.execute_sql("SET LOCAL search_path TO public")
    return made


def test_the_migrations_make_what_the_records_say(app, register):
    made = made_of_models(app.database)
    tables = {name for name in app.database.get_tables() if not name.startswith("manual_search")}  # SQLite's own index
    tables -= {"schema_migration", "sqlite_sequence"}
    assert tables == set(made), f"a migration is missing, or a record is: {sorted(tables ^ set(made))}"
    for table, wanted in made.items():
        assert anatomy(app.database, table) == wanted, f"write a migration for {table}"


def test_a_register_that_is_up_to_date_is_left_alone(app, register):
    before = app.database.get_tables()
    runner = Runner(app.database, str(ROOT / "migrations"))
    assert not runner.up() and {row.name for row in runner.status() if row.applied} == set(names_of_migrations())
    assert app.database.get_tables() == before


def names_of_migrations():
    return [path.stem for path in files("migrations/*.py").values()]


def test_migrations_are_numbered_without_gaps_and_never_undone():
    numbers = [int(name[:4]) for name in names_of_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    database = peewee.SqliteDatabase(":memory:")
    runner = Runner(database, str(ROOT / "migrations"))
    assert runner.up() == names_of_migrations()
    with pytest.raises(MigrationError):
        runner.down()
    assert {row.name for row in runner.status() if row.applied} == set(names_of_migrations())
    database.close()


def test_a_register_with_records_is_brought_up_to_date():
    database = peewee.SqliteDatabase(":memory:", pragmas={"foreign_keys": 1})
    runner = Runner(database, str(ROOT / "migrations"))
    runner.up(names_of_migrations()[0])
    database.execute_sql("INSERT INTO user (subject, first_name, last_name, is_blocked) VALUES ('a', 'b', 'c', 0)")
    database.execute_sql("INSERT INTO organisation (number, name, kind) VALUES ('0417390703', 'Mega', 'employer')")
    database.execute_sql(
        "INSERT INTO recognition (organisation_id, state, contact_name, contact_email, contact_phone, confirmed, "
        "created_by_id, touched_on, is_late, decision_reason) "
        "VALUES (1, 'draft', '', '', '', '[]', 1, '2022-01-23', 0, '')"
    )
    database.execute_sql(
        "INSERT INTO membership (user_id, organisation_id, role, source, is_blocked) VALUES (1, 1, 'user', 'acm', 0)"
    )
    runner.up()
    with database.bind_ctx(RECORDS, bind_refs=False, bind_backrefs=False):
        [kept] = models.Recognition.select()
        assert kept.organisation.name == "Mega" and kept.end_reason == "" and kept.end_kind is None
        assert models.Membership.get().duty == "officer"
    database.close()


@pytest.mark.parametrize("table", ["event", "access_log", "journal_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = 999", "DELETE FROM {}"])
def test_the_journal_is_written_once(world, table, change):
    recognition, actor = world.open_draft(), world.actor("mega", world.today)
    models.AccessLog.note(recognition, "insz", actor)
    assert models.seal(actor.at)
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.atomic():
        db.execute_sql(change.format(table))


# --- what lies beside the code ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_is_pinned_and_says_why_it_is_there(place):
    for line in (ROOT / place).read_text(encoding="utf-8").splitlines():
        fits = line.startswith("# ") or re.fullmatch(r"[A-Za-z0-9._-]+(\[\w+\])?==\d[\w.]*\s+# \S.{5,}", line)
        assert fits, f"{place}: pin it with == and say after a # why it is there: {line}"


def pins(place):
    """{package as the index spells it: version} of a readable list; what stands between brackets is not in the name."""
    named = re.findall(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", (ROOT / place).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in named}


def locked(place):
    """[(package, version, for which machines)] of every package of a lock, each with its hashes."""
    text = (ROOT / place).read_text(encoding="utf-8").replace("\\\n", " ")
    assert not re.search(r"://|--(?!hash=)", text), f"{place}: where it comes from is up to who installs"
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    shape = re.compile(r"([a-z0-9-]+)==(\S+)( ; [^\\]+?)?(?: +--hash=sha256:[0-9a-f]{64})+")
    found = [shape.fullmatch(line) for line in lines]
    assert all(found), f"{place}: {[line[:60] for line, one in zip(lines, found, strict=True) if not one]}"
    return [one.groups() for one in found]


@pytest.mark.parametrize(
    ("place", "lists"),
    [
        ("requirements.lock", ["requirements.txt"]),
        ("tests/requirements.lock", ["requirements.txt", "tests/requirements.txt"]),
    ],
)
def test_what_is_installed_is_locked_by_its_hash(place, lists):
    chosen = {name: version for one in lists for name, version in pins(one).items()}
    everywhere = {name: version for name, version, where in locked(place) if not where}
    assert chosen.items() <= everywhere.items(), f"make lock: {chosen.items() - everywhere.items()}"
    roots = re.findall(r"^ +# +(?:via )?-r (\S+)$", (ROOT / place).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(roots) == sum(len(pins(one)) for one in lists), "something is locked that no list asks for: make lock"
    assert set(roots) == set(lists)


def test_the_tests_run_on_what_the_counter_runs_on():
    assert set(locked("requirements.lock")) <= set(locked("tests/requirements.lock"))


def test_nothing_is_installed_that_is_not_locked():
    places = ("Makefile", "deploy/Containerfile", "docs/OPERATIONS.md")
    told = {place: (ROOT / place).read_text(encoding="utf-8") for place in places}
    for place, text in told.items():
        assert "--require-hashes -r" in text, place
        assert not re.findall(r"install[^\n]* (?:tests/)?requirements\.txt", text), f"{place}: install the lock"


def test_nothing_names_a_place_on_somebody_s_machine():
    places = ("/wo" + "rk/", "/tm" + "p/v/", "/ho" + "me/", "C:" + "\\\\")
    wrong = []
    for pattern in ("**/*", ".ci/*", ".gitignore"):
        for place, path in files(pattern).items() if pattern != ".ci/*" else [(".ci/run", ROOT / ".ci/run")]:
            content = path.read_bytes()
            if b"\0" not in content[:2000]:
                wrong += [f"{place}: {one}" for one in places if one.encode() in content]
    assert not wrong, f"this is true on one machine only: {wrong}"


def test_the_changelog_is_dutch_with_the_newest_day_on_top():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    days = []
    for head in heads:
        found = re.match(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}}) – \S", head)
        assert found, f"write the day in words and what it is about: {head}"
        days.append((int(found[3]), MONTHS.index(found[2]), int(found[1])))
    assert days and days == sorted(days, reverse=True)
    english = re.findall(r"\b(?:the|and|with|you|your|added|fixed|removed)\b", text, re.IGNORECASE)
    assert text.startswith("# Wat is nieuw\n") and not english, f"users read this, write Dutch: {english}"
