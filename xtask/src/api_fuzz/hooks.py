"""What the tester cannot know by itself: who asks, which ids there are, and words that must not be answered.

The chore gives everything by the environment: FUZZ_HEADER and FUZZ_VALUE prove who asks; FUZZ_SPARE are further
log-ins (a line each) that requests to log out may end; FUZZ_FORBIDDEN are words that stand only outside of the asker's
lines; FUZZ_KEEP are ids that no request may name in its path, so that the asker is not locked out; FUZZ_IDS (JSON) are
ids that the asker knows, by noun; FUZZ_REPORT is the file that is written at the end.
"""

import atexit
import collections
import json
import os
import zlib

import schemathesis

HEADER = os.environ["FUZZ_HEADER"]
FORBIDDEN = [word.encode() for word in os.environ["FUZZ_FORBIDDEN"].split()]
KEEP = set(os.environ["FUZZ_KEEP"].split())
PROOF = os.environ["FUZZ_VALUE"]
# Ids of each noun that are remembered: enough to meet, few enough to meet twice.
IDS_MAX = 40

spare = os.environ["FUZZ_SPARE"].splitlines()
statuses = collections.Counter()
operations = collections.defaultdict(collections.Counter)
leaks, failed = [], []
known = collections.defaultdict(list, json.loads(os.environ["FUZZ_IDS"]))


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = case.headers or {}
    for name in [name for name in case.headers if name.lower() in ("authorization", "cookie")]:
        del case.headers[name]
    if not case.operation.path.endswith("/auth/logout"):
        case.headers[HEADER] = PROOF
    elif spare:
        case.headers[HEADER] = spare.pop()
    parts = case.operation.path.split("/")
    for at, part in enumerate(parts):
        if not part.startswith("{") or not case.path_parameters:
            continue
        name = part.strip("{}")
        made = str(case.path_parameters.get(name))
        number = zlib.crc32(made.encode("utf-8", "replace"))
        ids = known[parts[at - 1]]
        # Half of the requests are about something that is there.
        if ids and (number % 2 or made in KEEP):
            case.path_parameters[name] = ids[number // 2 % len(ids)]
        elif made in KEEP:
            case.path_parameters[name] = "00000000-0000-0000-0000-000000000000"


def remember(path, body):
    """Ids in answers, under the word before them in a path."""
    parts = [part for part in path.split("/")[3:] if not part.startswith("{")]
    rows = body.get("items") if isinstance(body, dict) else None
    for row in rows if isinstance(rows, list) else [body]:
        if not isinstance(row, dict):
            continue
        take(parts[-1], row)
        for word in ("notes", "files", "regroupings", "roles", "sessions", "user", "token"):
            inner = row.get(word)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    take(word if word.endswith("s") else word + "s", one)


def take(word, row):
    found = row.get("id")
    if isinstance(found, str) and found not in KEEP and found not in known[word] and len(found) < 100:
        known[word].append(found)
        del known[word][:-IDS_MAX]


@schemathesis.hook
def after_call(context, case, response):
    name = f"{case.operation.method.upper()} {case.operation.path}"
    statuses[response.status_code] += 1
    operations[name][response.status_code] += 1
    for word in FORBIDDEN:
        if word in response.content:
            leaks.append({"operation": name, "status": response.status_code, "word": word.decode(),
                          "answer": response.text[:2000], "curl": case.as_curl_command()[:2000]})
    if response.status_code >= 500:
        failed.append({"operation": name, "status": response.status_code, "body": response.text[:300]})
    try:
        body = response.json()
    except ValueError:
        body = None
    if body is not None and response.status_code < 300:
        remember(case.operation.path, body)


@atexit.register
def report():
    told = {
        "requests": sum(statuses.values()),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "operations": {name: {str(status): count for status, count in sorted(counts.items())}
                       for name, counts in sorted(operations.items())},
        "leaks": leaks,
        "failed": failed[:100],
    }
    with open(os.environ["FUZZ_REPORT"], "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
