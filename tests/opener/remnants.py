"""Looks for what is left of old texts in a vault's folder, with every key at hand: remnants.py FOLDER SECRET-FILE WORDS-FILE.

WORDS-FILE is a JSON list. Prints where each word that was found stands, how many age headers lie in the table's file and how
many rows it has (a header more is a remnant that a key may open), and how many bytes of its free pages are not zero."""

import json
import sqlite3
import sys
from pathlib import Path

from pyrage import DecryptError, decrypt, x25519

from vault import Vault

# The first bytes of a row that was deleted may be written over: by these the rest of its header is found.
MARK = b"encryption.org/v1\n-> X25519 "
START = b"age-"


def main(folder, secret_file, words_file):
    vault = Vault(folder, Path(secret_file).read_text(encoding="utf-8").rstrip("\r\n"))
    words = json.loads(Path(words_file).read_text(encoding="utf-8"))
    raw = (Path(folder) / "vault.db").read_bytes()
    table = sqlite3.connect(f"file:{Path(folder) / 'vault.db'}?mode=ro", uri=True)
    rows = [row[0] for name in ("record", "head", "spool") for row in table.execute(f"SELECT sealed FROM {name}")]
    texts = {f"row {place}": vault.unseal(row) for place, row in enumerate(rows)}
    texts |= {f"byte {place}": text for place, text in carved(raw, vault.identities)}
    named = {file["name"]: file for file in vault.files}
    for path in (Path(folder) / "blobs").iterdir():
        texts[path.name] = whole(path, named.get(path.name), vault.identities)
    for path in Path(folder).rglob("*"):
        if path.is_file():
            texts[f"as it lies: {path.name}"] = path.read_bytes()
    found = {word: [place for place, text in texts.items() if word.encode() in (text or b"")] for word in words}
    told = {
        "found": {word: places for word, places in found.items() if places},
        "headers": raw.count(MARK),
        "rows": len(rows),
        "opened": sum(text is not None for text in texts.values()),
        "free": unlike_zero(raw),
        "journal": sum(path.stat().st_size for path in Path(folder).glob("vault.db-*")),
    }
    print(json.dumps(told, ensure_ascii=False))


def carved(raw, identities):
    """Whatever opens of what begins with a header, of each length that a record can have."""
    place = raw.find(MARK)
    while place >= 0:
        header = raw.find(b"\n--- ", place) + 49
        for length in [512 << step for step in range(8)]:
            sealed = START + raw[place : header + 16 + length + 16]
            try:
                yield place, decrypt(sealed, identities)
            except DecryptError:
                continue
        place = raw.find(MARK, place + 1)


def whole(path, file, identities):
    """What a file opens to, by its own key or by any other."""
    keys = [x25519.Identity.from_str(file["key"])] if file and "key" in file else identities
    try:
        return decrypt(path.read_bytes(), keys)
    except DecryptError:
        return None


def unlike_zero(raw):
    """How many bytes of the table's free pages are not zero, but for the numbers by which they are listed."""
    size = int.from_bytes(raw[16:18], "big")
    trunk, count = int.from_bytes(raw[32:36], "big"), 0
    while trunk:
        page = raw[(trunk - 1) * size : trunk * size]
        trunk, leaves = int.from_bytes(page[:4], "big"), int.from_bytes(page[4:8], "big")
        count += len(page[8 + 4 * leaves :].replace(b"\0", b""))
        for place in range(8, 8 + 4 * leaves, 4):
            leaf = int.from_bytes(page[place : place + 4], "big")
            count += len(raw[(leaf - 1) * size : leaf * size].replace(b"\0", b""))
    return count


if __name__ == "__main__":
    main(*sys.argv[1:])
