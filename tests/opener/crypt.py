"""Seals to recipients, or opens with an identity file, by pyrage alone: crypt.py seal SIZE RECIPIENT... | crypt.py open FILE; from standard
input to standard output. Sealed is what was given and as many zeros as make the whole SIZE bytes."""

import sys
from collections import Counter
from pathlib import Path

from pyrage import decrypt, encrypt, x25519


PIECE, TAG, NONCE = 65_536, 16, 16


def seal(given, size, recipients):
    # What grease adds to the header is drawn each time: the length that comes most often is waited for.
    def header(made, plain):
        return len(made) - NONCE - plain - TAG * max(1, -(-plain // PIECE))

    draws = Counter(header(encrypt(given, recipients), len(given)) for _ in range(200))
    for length, _ in draws.most_common():
        payload = size - length - NONCE
        plain = payload - TAG * -(-payload // (PIECE + TAG))
        # Sixteen lengths of each piece are none that a payload can have.
        if plain + TAG * max(1, -(-plain // PIECE)) == payload:
            break
    given += bytes(plain - len(given))
    for _ in range(5_000):
        made = encrypt(given, recipients)
        if len(made) == size:
            return made
    raise SystemExit("the length did not come")


def main(verb, *rest):
    given = sys.stdin.buffer.read()
    if verb == "seal":
        made = seal(given, int(rest[0]), [x25519.Recipient.from_str(one) for one in rest[1:]])
    else:
        lines = Path(rest[0]).read_text(encoding="utf-8").split()
        made = decrypt(given, [x25519.Identity.from_str(one) for one in lines if one.startswith("AGE-SECRET-KEY-1")])
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
