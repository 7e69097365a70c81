"""Opens a vault without Chronicle and prints what is in it, as JSON: open.py FOLDER SECRET-FILE [sheet].

The file holds the passphrase, or with `sheet` the code of the printed sheet. Exit status 0 when all is well, 1 when
something is amiss, 2 when the vault does not open."""

import hashlib
import json
import sqlite3
import sys

from vault import Refused, Vault


def main(folder, secret_file, by="passphrase"):
    with open(secret_file, encoding="utf-8") as file:
        secret = file.read()
    secret = " ".join(secret.lower().split()) if by == "sheet" else secret.rstrip("\r\n")
    try:
        vault = Vault(folder, secret, "recovery.age" if by == "sheet" else "key.age")
    except (Refused, sqlite3.DatabaseError) as error:
        print(json.dumps({"refused": str(error)}))
        return 2
    told = {
        "vault": vault.id,
        "kind": vault.kind,
        "format": vault.format,
        "generations": len(vault.generations),
        "sheet": vault.sheet,
        "records": vault.records,
        "files": vault.files,
        "identities": {name: hashlib.sha256(text).hexdigest() for name, text in vault.desk_identities.items()},
        "spool": [{"n": entry["n"], "text": entry["text"].decode(errors="replace")} for entry in vault.spool],
        "amiss": vault.amiss,
    }
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
    return 1 if vault.amiss else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
