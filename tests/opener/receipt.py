"""Verifies an endpoint's stored receipt by crates/wire/PROTOCOL.md: receipt.py RECEIPT CREDENTIALS SHA256 SIZE SEALED.

Prints the result as JSON: `ok`, `receipt`, or `receipt-day` when nothing but the day is wrong. Exit status 0 for ok."""

import json
import sys
from pathlib import Path

from age import Refused
from wire import GRACE, WINDOW, is_count, need, read_credentials, signers, strict, to_day

FORMAT = "chronicle/receipt-stored/v1"


def check(raw, organisation, sha256, size, sealed):
    """The day on which it was stored, and whether that day lies in the key's window and not before the sealing."""
    try:
        document = strict(raw)
        body = strict(document["body"].encode())
        key, day = body["key"], to_day(body["day"])
        _, found = signers(document, FORMAT, [key])
    except (Refused, AttributeError, KeyError, TypeError) as error:
        raise Refused("receipt") from error
    told = (body.get("format"), body.get("organisation"), body.get("sha256"), body.get("size"))
    need(found and day and is_count(body.get("size")) and told == (FORMAT, organisation.id, sha256, size), "receipt")
    windows = [
        (to_day(one["from"]), min(to_day(one["until"]), to_day(one["from"]) + WINDOW))
        for one in organisation.profile["keys"]
        if (one["key"], one["role"]) == (key, "endpoint-receipt")
    ]
    need(windows, "receipt")
    in_window = any(start - day <= GRACE and day - end <= GRACE for start, end in windows)
    return body["day"], in_window and sealed - day <= GRACE


def main(receipt, credentials, sha256, size, sealed):
    try:
        organisation = read_credentials(Path(credentials).read_bytes())
        day, right = check(Path(receipt).read_bytes(), organisation, sha256, int(size), to_day(sealed))
        told = {"result": "ok" if right else "receipt-day", "day": day}
    except Refused as error:
        told = {"result": str(error)}
    print(json.dumps(told))
    return 0 if told["result"] == "ok" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
