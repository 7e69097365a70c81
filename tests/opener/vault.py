"""Reads a vault by crates/vault/FORMAT.md alone: age by pyrage, the table by sqlite3. Nothing of Chronicle is used, and
nothing is written. What is not as the format says is put down in `amiss`, and stops nothing else from being read."""

import hashlib
import hmac
import json
import re
import sqlite3
from pathlib import Path

from pyrage import DecryptError, decrypt, passphrase, x25519

RECORD, HEAD, TERM = "chronicle/record/v1", "chronicle/head/v1", "chronicle/head-term/v1"
KEY_FILES = {"key.age": "# chronicle key 1", "recovery.age": "# chronicle recovery 1"}
TABLES = {"record", "head", "spool", "sqlite_sequence"}
NAME = re.compile(r"[0-9a-fA-F]{32}\Z")
KEY_LIMIT, SPOOL_ROWS, SPOOL_LIMIT, LOG_N, LOG_N_LIMIT = 64 * 1024, 1000, 256 * 1024, 18, 22


class Refused(Exception):
    """The vault does not open, or must not be opened."""


class Vault:
    """An opened vault: what is valid in it, and what is amiss."""

    def __init__(self, folder, secret, by="key.age"):
        self.folder, self.amiss = Path(folder), []
        self.open_ring(self.open_key_file(by, secret))
        self.read_table()
        self.files = [file for record in self.records for file in files(record["body"], record["seq"], self.format)]
        self.check_files()
        self.read_identities()

    def note(self, what, **about):
        self.amiss.append({"what": what, **about})

    def small(self, name):
        path = self.folder / name
        if not path.is_file() or path.stat().st_size > KEY_LIMIT:
            raise Refused(f"{name} is missing or too large")
        return path.read_bytes()

    def open_key_file(self, name, secret):
        sealed = self.small(name)
        factor = work_factor(sealed)
        if factor is None or factor > LOG_N_LIMIT:
            raise Refused(f"{name} is no passphrase file, or its work factor is above 2^{LOG_N_LIMIT}")
        try:
            lines = passphrase.decrypt(sealed, secret).decode().splitlines()
        except DecryptError as error:
            raise Refused(f"{name} does not open: {error}") from error
        if lines[0] != KEY_FILES[name]:
            raise Refused(f"{name} does not begin as it should")
        return x25519.Identity.from_str(next(line for line in lines if not line.startswith("#")))

    def open_ring(self, identity):
        try:
            lines = decrypt(self.small("ring.age"), [identity]).decode().splitlines()
        except DecryptError as error:
            raise Refused(f"ring.age does not open: {error}") from error
        if lines[0] != "# chronicle ring 1":
            raise Refused("ring.age does not begin as it should")
        told, self.generations, waiting = {}, [], {}
        for line in lines[1:]:
            if not line.startswith("# "):
                self.generations.append(Generation(line, waiting["mac"], int(waiting.get("from", 1))))
                waiting = {}
                continue
            word, _, rest = line[2:].partition(" ")
            (waiting if word in ("from", "mac") else told)[word] = rest
        self.id, self.kind, self.changing = told["vault"], told["kind"], "changing" in told
        self.sheet = "recovery" in told
        self.identities = [generation.identity for generation in self.generations]
        for name in ["key.age"] + ["recovery.age"] * self.sheet:
            path = self.folder / name
            if not path.is_file() or work_factor(path.read_bytes()) != LOG_N:
                self.note("key-file", file=name)

    def unseal(self, sealed):
        try:
            return decrypt(sealed, self.identities)
        except DecryptError:
            return None

    def vouched(self, purpose, sealed):
        """The line, and the place of the generation that made its MAC; or why there is none."""
        plain = self.unseal(sealed)
        if plain is None:
            return "unreadable", None
        line, _, rest = plain.partition(b"\n")
        try:
            tag = bytes.fromhex(rest.partition(b"\n")[0].decode())
        except ValueError:
            return "foreign", None
        for place, generation in enumerate(self.generations):
            if hmac.compare_digest(generation.mac(purpose, line), tag):
                return json.loads(line), place
        return "foreign", None

    def may_have_written(self, place, seq):
        return place == 0 or (self.changing and place == 1) or seq < self.generations[place - 1].begins

    def read_table(self):
        table = sqlite3.connect(f"file:{self.folder / 'vault.db'}?mode=ro", uri=True)
        self.format = table.execute("PRAGMA user_version").fetchone()[0]
        if self.format not in (1, 2):
            raise Refused(f"format {self.format} is not known")
        holds = {name for (name,) in table.execute("SELECT name FROM sqlite_schema")}
        if table.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",) or holds != TABLES:
            self.note("table")
        sealed_rows = table.execute("SELECT seq, sealed FROM record ORDER BY seq").fetchall()
        head = table.execute("SELECT sealed FROM head WHERE id = 1").fetchone()
        self.records, rows, damaged = [], {}, 0
        for seq, sealed in sealed_rows:
            line, place = self.vouched(RECORD, sealed)
            ours = place is not None and (line["vault"], line["seq"]) == (self.id, seq)
            if ours and self.may_have_written(place, seq):
                self.records.append(line)
                rows[seq] = sealed
            else:
                self.note(line if place is None else "foreign", record=seq)
                damaged += 1
        self.judge(head, rows, damaged)
        self.read_spool(table)
        table.close()

    def judge(self, sealed, rows, damaged):
        """Compares the head with the valid records."""
        head, place = self.vouched(HEAD, sealed[0]) if sealed else ("unreadable", None)
        if place is None or head["vault"] != self.id or place > (1 if self.changing else 0):
            self.note("head-lost")
            return
        for doubt in head.get("doubts", []):
            self.note(doubt["what"], **{k: v for k, v in doubt.items() if k != "what"})
        by = self.generations[place]
        terms = {seq: by.term(seq, row) for seq, row in rows.items()}
        surplus = (sum(terms.values()) - int(head["sum"], 16)) % 2**256
        lacking = head["live"] - len(rows)
        if lacking == 0 and surplus == 0:
            return
        if lacking > 0:
            number = (head["numbers"] - sum(rows)) % 2**64 if lacking == 1 and "numbers" in head else None
            if lacking > damaged:
                self.note("missing", count=lacking - damaged, number=number)
            return
        once_too_often = [seq for seq, term in terms.items() if lacking == -1 and term == surplus]
        self.note("put-back", number=once_too_often[0] if once_too_often else None)
        self.records = [record for record in self.records if record["seq"] not in once_too_often]

    def read_spool(self, table):
        self.spool = []
        for n, sealed in table.execute("SELECT n, sealed FROM spool ORDER BY n LIMIT ?", [SPOOL_ROWS]):
            text = self.unseal(sealed) if len(sealed) <= 2 * SPOOL_LIMIT else None
            if text is None or len(text) > SPOOL_LIMIT:
                self.note("spool", record=n)
            else:
                self.spool.append({"n": n, "text": text})

    def check_files(self):
        there = {path.name for path in (self.folder / "blobs").iterdir()}
        for file in self.files:
            file["whole"] = file["name"] in there and self.content(file) is not None
            if file["name"] not in there:
                self.note("file-missing", record=file["record"], file=file["name"])
            elif not file["whole"]:
                self.note("file-damaged", record=file["record"], file=file["name"])
        named = {file["name"] for file in self.files}
        for name in sorted(there - named):
            if not name.endswith(".part"):
                self.note("stray", file=name)

    def content(self, file):
        """The content of a file that a record names; None when it is not what the record says."""
        if not NAME.match(file["name"]):
            return None
        content = (self.folder / "blobs" / file["name"]).read_bytes()
        if "key" in file:
            try:
                padded = decrypt(content, [x25519.Identity.from_str(file["key"])])
            except Exception:  # pyrage has an exception of its own for a key that is none
                return None
            content, padding = padded[: file["size"]], padded[file["size"] :]
            if any(padding) or len(padded) != padme(file["size"]):
                return None
        whole = len(content) == file["size"] and hashlib.sha256(content).hexdigest() == file["sha256"]
        return content if whole else None

    def read_identities(self):
        self.desk_identities = {}
        folder = self.folder / "identities"
        told = {r["body"]["identity"]: r["body"]["sha256"] for r in self.records if r["kind"] == "vault.identity"}
        there = {path.stem for path in folder.glob("*.age")} if folder.is_dir() else set()
        for name in sorted(told.keys() | there):
            text = self.unseal((folder / f"{name}.age").read_bytes()) if name in there else None
            if text is None or (name in told and told[name] != hashlib.sha256(text).hexdigest()):
                self.note("identity", file=f"{name}.age")
            else:
                self.desk_identities[name] = text


class Generation:
    """A data identity and its MAC key."""

    def __init__(self, identity, mac, begins):
        self.identity, self.key, self.begins = x25519.Identity.from_str(identity), bytes.fromhex(mac), begins

    def mac(self, purpose, text):
        return hmac.digest(self.key, purpose.encode() + b"\n" + text, "sha256")

    def term(self, seq, sealed):
        return int.from_bytes(self.mac(TERM, seq.to_bytes(8, "big") + hashlib.sha256(sealed).digest()), "big")


def files(value, record, form):
    """Every file that a body names, wherever in it."""
    if isinstance(value, list):
        return [file for item in value for file in files(item, record, form)]
    if not isinstance(value, dict):
        return []
    blob, bundle = ("blob", "bundle") if form > 1 else ("name", "name")
    rest = {"size": value.get("size"), "sha256": value.get("sha256"), "record": record}
    if value.keys() == {blob, "key", "size", "sha256"}:
        return [{"name": value[blob], "key": value["key"], **rest}]
    if value.keys() == {bundle, "size", "sha256"}:
        return [{"name": value[bundle], **rest}]
    return [file for item in value.values() for file in files(item, record, form)]


def padme(size):
    """The length up to which a content of `size` bytes is followed by zeros."""
    size = max(size, 64 * 1024)
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def work_factor(sealed):
    """scrypt's, as the header of an age file tells it; None when that is not its only stanza."""
    header = sealed.partition(b"\n--- ")[0].split(b"\n")
    stanzas = [line.split() for line in header if line.startswith(b"->")]
    if header[0] != b"age-encryption.org/v1" or len(stanzas) != 1 or stanzas[0][1] != b"scrypt":
        return None
    return int(stanzas[0][3])
