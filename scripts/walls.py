"""The walls between the rooms of Chronicle, checked.

Each check takes what it looks at as values and gives back a list of faults, so that `--plant` can hand it a house with one
fault in it and see that it is found. A file or a tool that is missing is an error, never a pass.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "chronicle-"
BLIND = ["sync", "endpoint"]


# What is looked at.


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def trees():
    return {room: run("cargo", "tree", "-p", PREFIX + room, "-e", "normal", "--prefix", "none") for room in BLIND}


def edges():
    """The rooms that each room names: {room: (normal and build, dev)}."""
    packages = json.loads(run("cargo", "metadata", "--format-version", "1", "--no-deps"))["packages"]
    found = {}
    for package in packages:
        normal, dev = set(), set()
        for dependency in package["dependencies"]:
            if dependency["name"].startswith(PREFIX):
                kind = dev if dependency["kind"] == "dev" else normal
                kind.add(dependency["name"].removeprefix(PREFIX))
        found[package["name"].removeprefix(PREFIX)] = (normal, dev)
    return found


def rooms():
    """The edges that scripts/rooms.txt allows."""
    allowed = {}
    for line in read("scripts/rooms.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            room, _, others = line.partition(":")
            allowed[room.strip()] = set(others.split())
    return allowed


def page_sources():
    files = [path for path in (ROOT / "ui/src").rglob("*") if path.suffix in {".ts", ".js", ".svelte"}]
    if not files:
        raise FileNotFoundError("ui/src has no sources")
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}


def command_sources():
    shell = sorted((ROOT / "src-tauri/src").rglob("*.rs"))
    handlers = [text for path in shell if "generate_handler!" in (text := path.read_text(encoding="utf-8"))]
    if len(handlers) != 1:
        raise FileNotFoundError(f"generate_handler! stands in {len(handlers)} files of src-tauri/src, not in one")
    return {
        "src-tauri/build.rs": read("src-tauri/build.rs"),
        "generate_handler!": handlers[0],
        "src-tauri/capabilities/main.json": read("src-tauri/capabilities/main.json"),
        "ui/src/lib/ipc.ts": read("ui/src/lib/ipc.ts"),
    }


# The checks.


def no_age(trees):
    """The courier and the endpoint can open nothing: no age in their trees."""
    faults = []
    for room, tree in trees.items():
        names = [line.split()[0] for line in tree.splitlines() if line.strip()]
        if PREFIX + room not in names:
            faults.append(f"the tree of {room} was not read")
        faults += [f"{room} has {name} in its tree" for name in names if name in {"age", "age-core"}]
    return faults


def directions(edges, allowed):
    """The rooms call each other as written in scripts/rooms.txt, and no cycle."""
    faults = []
    for room, (normal, dev) in edges.items():
        if room == "tests":
            continue
        if room not in allowed:
            faults.append(f"the room {room} is not in scripts/rooms.txt")
            continue
        faults += [f"{room} calls {other}, which is not allowed" for other in sorted(normal - allowed[room])]
        faults += [f"{room} no longer calls {other}: remove it from the list" for other in sorted(allowed[room] - normal)]
        faults += [f"{room} uses the tests" for other in normal | dev if other == "tests"]
    faults += [f"the room {room} does not exist" for room in allowed if room not in edges]
    return faults + cycles({room: normal | dev for room, (normal, dev) in edges.items()})


def cycles(graph):
    left = {room: set(others) & set(graph) for room, others in graph.items()}
    while free := [room for room, others in left.items() if not others]:
        left = {room: others - set(free) for room, others in left.items() if room not in free}
    return [f"a cycle: {', '.join(sorted(left))}"] if left else []


def one_door(sources):
    """One file of the page imports @tauri-apps."""
    pattern = re.compile(r"""(?:from|import)\s*\(?\s*['"]@tauri-apps/""")
    doors = sorted(path for path, text in sources.items() if pattern.search(text))
    return [] if doors == ["ui/src/lib/ipc.ts"] else [f"@tauri-apps is imported in: {', '.join(doors) or 'no file'}"]


def one_set_of_commands(sources):
    """build.rs, generate_handler!, the capability and ipc.ts name the same commands."""
    readers = [from_build, from_handler, from_capability, from_page]
    sets = {place: reader(text) for (place, text), reader in zip(sources.items(), readers, strict=True)}
    every = set().union(*sets.values())
    faults = [f"{place} names no command" for place, names in sets.items() if not names]
    for place, names in sets.items():
        faults += [f"{place} does not name {name}" for name in sorted(every - names)]
    return faults


def bracketed(text, start, opening, closing):
    """What stands between a bracket and its partner; `start` matches up to and with the opening one."""
    found = re.search(start, text)
    if not found:
        return ""
    depth = 1
    for end in range(found.end(), len(text)):
        depth += (text[end] == opening) - (text[end] == closing)
        if depth == 0:
            return text[found.end() : end]
    return ""


def uncommented(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)


def from_build(text):
    text = uncommented(text)
    given = bracketed(text, r"\.commands\(\s*&?\[", "[", "]") or bracketed(text, r"const\s+\w+\s*:[^=]*=\s*&?\[", "[", "]")
    return set(re.findall(r'"(\w+)"', given))


def from_handler(text):
    given = bracketed(uncommented(text), r"generate_handler!\s*\[", "[", "]")
    return {path.strip().split("::")[-1] for path in given.split(",") if path.strip()}


def from_capability(text):
    permissions = [p if isinstance(p, str) else p["identifier"] for p in json.loads(text)["permissions"]]
    return {p.removeprefix("allow-").replace("-", "_") for p in permissions if p.startswith("allow-")}


def from_page(text):
    text = re.sub(r"^\s*//[^\n]*", "", text, flags=re.M)
    given = bracketed(text, r"(?:type|interface)\s+Commands\s*(?:=\s*)?\{", "{", "}")
    while re.search(r"[{\[(][^{}\[\]()]*[}\])]", given):
        given = re.sub(r"[{\[(][^{}\[\]()]*[}\])]", "", given)
    names = set(re.findall(r"(\w+)\s*:", given))
    # The one command that is no entry of the map opens the channel of events.
    return names | set(re.findall(r"""\binvoke(?:<[^>(]*>)?\(\s*['"](\w+)['"]""", text))


def one_version(lock):
    """Crates that must not come twice, because two of them would not fit together."""
    versions = re.findall(r'name = "(kem|rusqlite|age-core|libsqlite3-sys)"\nversion = "([^"]+)"', lock)
    names = [name for name, _ in versions]
    return [f"Cargo.lock has {name} {names.count(name)} times" for name in sorted(set(names)) if names.count(name) > 1]


def shipped_without_checks(texts):
    """Nothing but the fuzzer sets `cfg(fuzzing)`, which compiles the checks for it into the rooms."""
    faults = [f"{path} was not read" for path in [".cargo/config.toml", "Cargo.toml"] if path not in texts]
    pattern = re.compile(r"--cfg[ =\"',]*fuzzing|cargo::?rustc-cfg=fuzzing|\bcargo[ -]fuzz\b")
    return faults + [f"{path} sets cfg(fuzzing)" for path, text in texts.items() if pattern.search(text) and path != "scripts/fuzz.sh"]


def building():
    """Everything that says how something is built."""
    paths = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    kinds = {"config.toml", "Cargo.toml", "build.rs", "Makefile", "run", "package.json"}
    builds = [p for p in paths if Path(p).name in kinds or p.endswith((".sh", ".yml")) and (ROOT / p).is_file()]
    return {path: read(path) for path in builds if not path.startswith("fuzz/")}


CHECKS = [
    (no_age, lambda: (trees(),)),
    (directions, lambda: (edges(), rooms())),
    (one_door, lambda: (page_sources(),)),
    (one_set_of_commands, lambda: (command_sources(),)),
    (one_version, lambda: (read("Cargo.lock"),)),
    (shipped_without_checks, lambda: (building(),)),
]


# The same checks on a house with a fault.


def planted():
    tree = {room: f"{PREFIX}{room} v0.1.0\nserde v1.0.0\n" for room in BLIND}
    house = {"wire": (set(), set()), "sync": ({"wire"}, set()), "tests": ({"sync"}, set())}
    allowed = {"wire": set(), "sync": {"wire"}}
    page = {"ui/src/lib/ipc.ts": "import { invoke } from '@tauri-apps/api/core';", "ui/src/App.svelte": "<p>hello</p>"}
    commands = {
        "src-tauri/build.rs": 'AppManifest::new().commands(&["lock", "save_draft", "events"])',
        "generate_handler!": "tauri::generate_handler![commands::lock, commands::draft::save_draft, events,]",
        "src-tauri/capabilities/main.json": '{"permissions": ["allow-lock", "allow-save-draft", "allow-events"]}',
        "ui/src/lib/ipc.ts": "export type Commands = { lock: [None, { a: string }]; save_draft: [{ id: string | null }, null]; };"
        " await invoke('events', { channel });",
    }
    lock = '[[package]]\nname = "kem"\nversion = "0.3.0-pre.0"\n'
    builds = {".cargo/config.toml": "[env]\n", "Cargo.toml": 'check-cfg = ["cfg(fuzzing)"]', "scripts/fuzz.sh": "cargo fuzz run"}
    good = {no_age: (tree,), directions: (house, allowed), one_door: (page,), one_set_of_commands: (commands,), one_version: (lock,)}
    good[shipped_without_checks] = (builds,)
    bad = [
        (no_age, (tree | {"sync": tree["sync"] + "age v0.12.1\n"},)),
        (no_age, (tree | {"endpoint": tree["endpoint"] + "age-core v0.12.0\n"},)),
        (no_age, (tree | {"sync": ""},)),
        (directions, (house | {"sync": (set(), set())}, allowed)),
        (directions, (house | {"wire": ({"sync"}, set())}, allowed | {"wire": {"sync"}})),
        (directions, (house | {"wire": (set(), {"sync"})}, allowed)),
        (directions, (house | {"common": (set(), set())}, allowed)),
        (directions, (house, allowed | {"gone": set()})),
        (directions, (house, allowed | {"sync": set()})),
        (directions, (house | {"sync": ({"wire"}, {"tests"})}, allowed)),
        (one_door, (page | {"ui/src/App.svelte": 'import { open } from "@tauri-apps/plugin-dialog";'},)),
        (one_door, (page | {"ui/src/App.svelte": "const x = await import('@tauri-apps/api/event');"},)),
        (one_door, ({"ui/src/App.svelte": "<p>hello</p>"},)),
        (shipped_without_checks, (builds | {".cargo/config.toml": 'rustflags = ["--cfg", "fuzzing"]'},)),
        (shipped_without_checks, (builds | {"src-tauri/build.rs": 'println!("cargo::rustc-cfg=fuzzing");'},)),
        (shipped_without_checks, (builds | {"scripts/run.sh": "RUSTFLAGS='--cfg=fuzzing' cargo build"},)),
        (shipped_without_checks, ({},)),
        (one_version, (lock + '[[package]]\nname = "kem"\nversion = "0.3.0"\n',)),
    ]
    for place, text in commands.items():
        for name in ["lock", "save", "events"]:
            bad.append((one_set_of_commands, (commands | {place: text.replace(name, "other")},)))
        bad.append((one_set_of_commands, (commands | {place: "{\"permissions\": []}"},)))
    return good, bad


def plant():
    good, bad = planted()
    wrong = [f"{check.__name__} finds a fault where there is none: {check(*given)}" for check, given in good.items() if check(*given)]
    wrong += [f"{check.__name__} does not find the planted fault in {given}" for check, given in bad if not check(*given)]
    wrong += [f"{check.__name__} has no planted fault" for check, _ in CHECKS if check not in {c for c, _ in bad}]
    for fault in wrong:
        print(f"walls: {fault}", file=sys.stderr)
    print(f"walls: {len(bad)} planted faults, {len(bad) if not wrong else 'not all'} found")
    return bool(wrong)


def main(arguments):
    if arguments == ["--plant"]:
        return plant()
    if arguments:
        print("usage: walls.sh [--plant]", file=sys.stderr)
        return 2
    failed = False
    for check, given in CHECKS:
        try:
            faults = check(*given())
        except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as error:
            faults = [f"cannot be checked: {error}"]
        print(f"walls: {'ok  ' if not faults else 'FAIL'} {check.__doc__}")
        for fault in faults:
            print(f"       {fault}", file=sys.stderr)
        failed = failed or bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
