"""Opens a bundle by crates/bundle/FORMAT.md alone: bundle.py BUNDLE CREDENTIALS IDENTITY-FILE, or bundle.py --vectors FOLDER...

Each FOLDER holds bundle.age and vector.json. Prints `ok` and what the bundle holds, or the code of the rule that it breaks, one
line of JSON each. Exit status 0 when all are ok. Nothing is written, and of the evidence nothing is kept but hashes."""

import datetime
import hashlib
import json
import re
import sys
from pathlib import Path

from age import Header, Refused, identities, payload
from wire import Organisation, is_count, is_hash, is_hex, is_key, is_text, need, read_credentials, signed, strict, to_day

KIB, MIB, GIB = 1024, 1024**2, 1024**3
SIZES = {2**p for p in range(18, 24)} | {2**p + e * 2 ** (p - 3) for p in range(24, 33) for e in range(8)} | {2**33}
STANZAS, BLOCK, ZEROS = 8, 512, "0" * 64
CAPS = {"report": MIB, "text": 2 * MIB, "people": MIB, "custody": MIB, "evidence": 2 * GIB}
NAMES = {"report": "report.json", "text": "report.txt", "people": "people.json", "custody": "custody.jsonl"}
# What follows a name in a header of ustar: code, first byte, end, and the one content (for None it is looked at by itself).
FIELDS = [
    ("entry-mode", 100, 108, b"0000600\0"),
    ("entry-owner", 108, 116, b"0000000\0"),
    ("entry-group", 116, 124, b"0000000\0"),
    ("entry-size", 124, 136, None),
    ("entry-time", 136, 148, b"00000000000\0"),
    ("entry-type", 156, 157, b"0"),
    ("entry-link", 157, 257, bytes(100)),
    ("entry-magic", 257, 265, b"ustar\x0000"),
    ("entry-owner-name", 265, 297, bytes(32)),
    ("entry-group-name", 297, 329, bytes(32)),
    ("entry-device", 329, 345, bytes(16)),
    ("entry-prefix", 345, 500, bytes(155)),
    ("entry-rest", 500, 512, bytes(12)),
]


def is_small(value):
    return is_count(value) and value < 2**32


MANIFEST = {
    "organisation": is_hash,
    "root": is_hash,
    "recipients": is_hash,
    "report": is_text,
    "revision": is_small,
    "sender": is_text,
    "reply": is_text,
    "mailbox": is_hash,
    "introduction": lambda value: value is None or is_count(value),
    "language": is_text,
    "sealed": to_day,
    "chain": lambda value: has(value, id=is_text, counter=is_count, previous=is_hash_or_null, withdrawn=list_of(is_count)),
    "versions": lambda value: has(value, vocabulary=is_small, consent=is_text, application=is_text),
    "parts": lambda value: list_of(is_hash)(value),
}
PART = {"index": is_small, "kind": lambda value: value in CAPS, "name": is_text, "size": is_count, "sha256": is_hash, "salt": is_hash}
STEP = {"chain": is_text, "seq": is_count, "at": is_text, "action": is_text, "previous": is_text}
PRIVATE = {"organisation"}
NAMES_APART = {
    "actors": ("name", "handles"),
    "affected": ("alias",),
    "witnesses": ("alias",),
    "evidence": ("original_name", "obtained_from"),
    "contact": ("address", "safe_times", "code_phrase"),
}


def has(value, **fields):
    return isinstance(value, dict) and all(name in value and right(value[name]) for name, right in fields.items())


def list_of(right):
    return lambda value: isinstance(value, list) and all(map(right, value))


def is_hash_or_null(value):
    return value is None or is_hash(value)


def read_json(raw, name, codes=("json", "twice", "deep", "many"), **limits):
    """Strict JSON; a code that a document does not have of its own is its first."""
    try:
        return strict(raw, **limits)
    except Refused as error:
        code = str(error) if str(error) in codes else codes[0]
        raise Refused(f"{name}-{code}" if code else name) from error


class Archive:
    """The plaintext, in the order in which it comes."""

    def __init__(self, pieces):
        self.pieces, self.rest = pieces, b""

    def some(self, limit):
        if not self.rest:
            self.rest = next(self.pieces, b"")
        content, self.rest = self.rest[:limit], self.rest[limit:]
        return content

    def exactly(self, size):
        """In pieces, so that no evidence has to fit the memory."""
        while size:
            content = self.some(size)
            need(content, "cut")
            size -= len(content)
            yield content

    def entry(self, name, right_size, large="entry-large"):
        """The content of the next entry, piece by piece; `right_size` is a cap, or a list of the only one."""
        block = b"".join(self.exactly(BLOCK))
        need(block[:100] == name.encode().ljust(100, b"\0"), "entry-name")
        for code, start, end, right in FIELDS:
            if right is not None:
                need(block[start:end] == right, code)
                continue
            need(re.fullmatch(rb"[0-7]{11}\0", block[start:end]), code)
            size = int(block[start : end - 1], 8)
            if isinstance(right_size, list):
                need(size in right_size, code)
            else:
                need(size <= right_size, large)
        total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
        need(block[148:156] == b"%07o\0" % total, "entry-checksum")
        yield from self.exactly(size)
        need(not any(b"".join(self.exactly(-size % BLOCK))), "fill")

    def end(self):
        length, content = 0, self.some(BLOCK)
        while content:
            need(not content.strip(b"\0"), "padding")
            length, content = length + len(content), self.some(64 * KIB)
        need(length >= 2 * BLOCK, "padding-short")


class Bundle:
    """A bundle of which every rule was checked."""

    def __init__(self, path, organisation, known):
        self.organisation, self.small = organisation, {}
        need(Path(path).stat().st_size in SIZES, "size")
        with open(path, "rb") as file:
            header = Header(file)
            self.check_stanzas(header.stanzas)
            header.check_shapes()
            header.mac()
            archive = Archive(payload(file, header.file_key(known)))
            self.read_manifest(archive)
            self.read_parts(archive)
            archive.end()
        self.check_custody()
        self.check_report()

    def check_stanzas(self, stanzas):
        types = [stanza.type for stanza in stanzas if not stanza.type.endswith("-grease")]
        need("scrypt" not in types, "header-passphrase")
        need(set(types) <= self.organisation.types, "header-type")
        need(len(set(types)) <= 1, "header-mixed")
        need(len(types) >= STANZAS, "header-few")
        need(len(types) <= STANZAS, "header-many")
        need(len(stanzas) - len(types) <= 1, "header-grease")

    def read_manifest(self, archive):
        raw = b"".join(archive.entry("manifest.json", MIB))
        manifest = read_json(raw, "manifest")
        need(isinstance(manifest, dict) and is_text(manifest.get("format")), "manifest-format")
        version = re.fullmatch(r"chronicle/bundle/v([1-9][0-9]*)", manifest["format"])
        need(version, "manifest-format")
        need(version[1] == "1", "newer-format")
        need(is_text(manifest.get("purpose")), "manifest-purpose")
        need(manifest["purpose"] == "report", "newer-purpose")
        need(is_key(manifest.get("sender")), "sender-key")
        need(has(manifest, **MANIFEST), "manifest-fields")
        successions = manifest.get("succeeds", [])
        need(list_of(lambda one: has(one, sender=is_text, signature=is_text))(successions), "manifest-fields")
        signature = b"".join(archive.entry("manifest.sig", 128)).decode("latin-1")
        need(is_hex(signature, 128), "signature-form")
        need(signed(manifest["sender"], signature, "chronicle/manifest-report/v1", raw), "signature")
        need(manifest["organisation"] == self.organisation.id, "organisation")
        need(manifest["root"] in self.organisation.roots, "root")
        need(manifest["recipients"] in self.organisation.recipients, "recipients")
        need(is_hex(manifest["report"], 32), "report-id")
        need(manifest["revision"] >= 1, "revision")
        chain = manifest["chain"]
        need(is_hex(chain["id"], 32), "chain-id")
        need(chain["counter"] >= 1, "chain-counter")
        need((chain["counter"] == 1) == (chain["previous"] is None), "chain-previous")
        withdrawn = chain["withdrawn"]
        need(len(withdrawn) <= 1000 and all(1 <= one < chain["counter"] for one in withdrawn), "chain-withdrawn")
        need(re.fullmatch("[A-Za-z0-9-]{0,35}", manifest["language"]), "language")
        need(re.fullmatch("[a-z0-9]{0,2048}", manifest["reply"]), "reply")
        versions = manifest["versions"]
        need(versions["vocabulary"] >= 1, "versions")
        need(all(re.fullmatch("[!-~]{0,64}", versions[name]) for name in ("consent", "application")), "versions")
        self.manifest, self.senders = manifest, [manifest["sender"]]
        need(len(successions) <= 8, "succession")
        for one in successions:
            body = f"{self.organisation.id}\n{self.senders[-1]}".encode()
            need(signed(one["sender"], one["signature"], "chronicle/sender-succession/v1", body), "succession")
            need(one["sender"] not in self.senders, "succession")
            self.senders.append(one["sender"])

    def read_parts(self, archive):
        raw = b"".join(archive.entry("parts.json", MIB))
        self.parts = read_json(raw, "parts", ("json", "twice"))
        need(list_of(lambda part: has(part, **PART))(self.parts), "parts-json")
        commitments = self.manifest["parts"]
        need(len(self.parts) == len(commitments), "parts-count")
        kinds = [part["kind"] for part in self.parts]
        need(re.fullmatch("report text (people )?custody (evidence )*", "".join(f"{kind} " for kind in kinds)), "parts-order")
        self.evidence = [part for part in self.parts if part["kind"] == "evidence"]
        need(len(self.evidence) <= 200, "parts-many")
        for place, (part, commitment) in enumerate(zip(self.parts, commitments)):
            need(part["index"] == place, "part-index")
            need(part["size"] <= CAPS[part["kind"]], "part-size")
            need(part["kind"] == "evidence" or part["name"] == "", "part-name")
            need(len(part["name"].encode()) <= 1024, "part-name-long")
            need(commit(part) == commitment, "commitment")
        files = (f"files/{number:04}" for number in range(1, 201))
        for part in self.parts:
            kind, content, hashed = part["kind"], [], hashlib.sha256()
            for piece in archive.entry(NAMES.get(kind) or next(files), [part["size"]]):
                hashed.update(piece)
                if kind in NAMES:
                    content.append(piece)
            need(hashed.hexdigest() == part["sha256"], "part-content")
            if kind in NAMES:
                self.small[kind] = b"".join(content)

    def check_custody(self):
        raw = self.small["custody"]
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            raise Refused("custody-text") from error
        need(raw.endswith(b"\n"), "custody-end")
        self.chains, last, lines = {}, {}, raw.split(b"\n")[:-1]
        self.steps = len(lines)
        for line in lines:
            need(len(line) <= 4096, "custody-line")
            step = read_json(line, "custody", ("line",))
            need(has(step, **STEP) and is_hash(step.get("sha256", ZEROS)), "custody-line")
            need(not PRIVATE & step.keys(), "custody-private")
            chain = self.chains.setdefault(step["chain"], [])
            need(step["seq"] == len(chain), "custody-seq")
            need(step["previous"] == last.get(step["chain"], ZEROS), "custody-previous")
            need(is_moment(step["at"]), "custody-time")
            need(re.fullmatch("[a-z-]{1,32}", step["action"]), "custody-action")
            chain.append(step)
            last[step["chain"]] = hashlib.sha256(line).hexdigest()
        need(self.manifest["report"] in self.chains, "custody-report")
        self.taken_in = {}
        for name, chain in self.chains.items():
            first = chain[0]
            if name == self.manifest["report"]:
                continue
            need(is_hex(name, 32), "custody-id")
            if first["action"] == "withheld":
                need(len(chain) == 1 and "sha256" not in first, "custody-withheld")
                continue
            need(first["action"] == "imported", "custody-begin")
            need("sha256" in first, "custody-hash")
            self.taken_in[name] = first["sha256"]
        hashes = sorted(part["sha256"] for part in self.evidence)
        need(sorted(self.taken_in.values()) == hashes, "custody-evidence")

    def check_report(self):
        limits = {"deep": 128, "many": 100_000}
        report = read_json(self.small["report"], "report", ("",), **limits)
        need(isinstance(report, dict) and is_without_names(report), "report")
        try:
            self.small["text"].decode()
        except UnicodeDecodeError as error:
            raise Refused("report-text") from error
        people = read_json(self.small.get("people", b"{}"), "people", ("",), **limits)
        need(isinstance(people, dict), "people")
        described = report.get("evidence", [])
        need(list_of(lambda one: has(one, id=is_text, sha256=is_text, size=is_count))(described), "report")
        told = [(one["sha256"], one["size"]) for one in described]
        need(told == [(part["sha256"], part["size"]) for part in self.evidence], "report-evidence")
        need({one["id"]: one["sha256"] for one in described} == self.taken_in, "report-evidence")

    def told(self):
        return {
            "manifest": self.manifest,
            "evidence": [{name: part[name] for name in ("name", "size", "sha256")} for part in self.evidence],
            "senders": self.senders,
            "custody": self.steps,
        }


def commit(part):
    kind, name = part["kind"].encode(), part["name"].encode()
    lengths = [number.to_bytes(8, "big") for number in (part["size"], len(kind), len(name))]
    content = b"chronicle/part/v1" + bytes.fromhex(part["salt"]) + lengths[0] + bytes.fromhex(part["sha256"])
    return hashlib.sha256(content + lengths[1] + kind + lengths[2] + name).hexdigest()


def is_moment(text):
    """RFC 3339 with an offset."""
    second, offset = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}", r"[Zz]|[+-][0-9]{2}:[0-5][0-9]"
    form = re.fullmatch(rf"({second})(\.[0-9]+)?({offset})", text)
    try:
        return form is not None and datetime.datetime.fromisoformat(form[1].upper() + form[3].upper()) is not None
    except ValueError:
        return False


def is_without_names(report):
    for field, names in NAMES_APART.items():
        held = report.get(field)
        for one in held if isinstance(held, list) else [held]:
            if isinstance(one, dict) and any(one.get(name) for name in names):
                return False
    return True


def read(bundle, organisation, known):
    try:
        told = {"result": "ok", **Bundle(bundle, organisation(), known()).told()}
    except Refused as error:
        told = {"result": str(error)}
    print(json.dumps(told, ensure_ascii=False))
    return told["result"] == "ok"


def vector(folder):
    told = json.loads((folder / "vector.json").read_text(encoding="utf-8"))
    return folder / "bundle.age", lambda: Organisation(told["credentials"]), lambda: identities(told["identity"])


def main(first, *rest):
    if first == "--vectors":
        return 0 if all([read(*vector(Path(folder))) for folder in rest]) else 1
    credentials, identity = map(Path, rest)
    known = identities(identity.read_text(encoding="utf-8"))
    return 0 if read(first, lambda: read_credentials(credentials.read_bytes()), lambda: known) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
