"""Opens an age file (C2SP age specification, v1) for X25519 and mlkem768x25519 identities: age.py FILE IDENTITY-FILE > PLAINTEXT.

Only the primitives are a library's. The codes of what is refused are those of crates/bundle/FORMAT.md."""

import base64
import hashlib
import hmac
import re
import sys
from collections import namedtuple
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

START, HEADER_LIMIT = b"age-encryption.org/v1\n", 64 * 1024
PIECE, TAG = 64 * 1024, 16
X25519, HYBRID = "X25519", "mlkem768x25519"
SHARES = {X25519: 32, HYBRID: 1088 + 32}
P = 2**255 - 19
HPKE_SUITE = b"HPKE" + bytes.fromhex("647a 0001 0003")  # X-Wing, HKDF-SHA256, ChaCha20Poly1305
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

Stanza = namedtuple("Stanza", "type arguments body")


class Refused(Exception):
    """The file is not read on; the text is the rule's code."""


def extract(salt, secret):
    return hmac.digest(salt, secret, "sha256")


def expand(key, info, length=32):
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def hkdf(secret, salt, info):
    return expand(extract(salt, secret), info)


def base64_of_one_form(text):
    """What the text holds, or None: without padding, and with no bit set that counts for nothing."""
    if not re.fullmatch(r"[A-Za-z0-9+/]*", text) or len(text) % 4 == 1:
        return None
    content = base64.b64decode(text + "=" * (-len(text) % 4))
    return content if base64.b64encode(content).decode().rstrip("=") == text else None


class Header:
    """The stanzas, the bytes under the MAC, and the last line."""

    def __init__(self, file):
        start = file.read(HEADER_LIMIT)
        if not start.startswith(START):
            raise Refused("header-not-age")
        mark = start.find(b"\n---", len(START) - 1) + 1
        end = start.find(b"\n", mark)
        if mark == 0 or end < 0:
            raise Refused("header-long")
        file.seek(end + 1 - len(start), 1)
        self.length, self.under_mac, self.last = end + 1, start[: mark + 3], start[mark:end]
        self.stanzas = list(stanzas(start[len(START) : mark]))

    def check_shapes(self):
        for stanza in self.stanzas:
            if stanza.body is None or stanza.type in SHARES and share(stanza) is None:
                raise Refused("stanza-shape")

    def mac(self):
        content = base64_of_one_form(self.last[4:].decode("latin-1"))
        if not self.last.startswith(b"--- ") or content is None or len(content) != 32:
            raise Refused("header-end")
        return content

    def file_key(self, identities):
        self.check_shapes()
        mac, ours = self.mac(), [stanza for stanza in self.stanzas if stanza.type in SHARES]
        if any(not is_drawn(share(stanza)[-32:]) for stanza in ours):
            raise Refused("stanza-share")
        for identity in identities:
            for stanza in ours:
                key = identity.unwrap(share(stanza), stanza.body) if identity.type == stanza.type else None
                if key is not None:
                    if not hmac.compare_digest(hmac.digest(hkdf(key, b"", b"header"), self.under_mac, "sha256"), mac):
                        raise Refused("header-mac")
                    return key
        raise Refused("not-for-us")


def stanzas(text):
    """A body is None where its base64 has another form than the one."""
    lines = iter(text.decode("latin-1").split("\n")[:-1])
    for line in lines:
        if not re.fullmatch("->( [!-~]+)+", line):
            raise Refused("header-line")
        body = ""
        while len(body) % 64 == 0:
            wrapped = next(lines, None)
            if wrapped is None or not re.fullmatch("[A-Za-z0-9+/]{0,64}", wrapped):
                raise Refused("header-line")
            body += wrapped
            if not wrapped:
                break
        _, kind, *arguments = line.split(" ")
        yield Stanza(kind, arguments, base64_of_one_form(body))


def share(stanza):
    """The encapsulated share, or None when the stanza is not as its type has it."""
    content = base64_of_one_form(stanza.arguments[0]) if len(stanza.arguments) == 1 else None
    right = content is not None and len(content) == SHARES[stanza.type] and len(stanza.body) == 16 + TAG
    return content if right else None


def is_drawn(point):
    """Whether some writer can have drawn this: reduced, and not of small order, where every exchange gives zero."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:
        return False
    return int.from_bytes(point, "little") < P


def opened(key, nonce, sealed):
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, None)
    except InvalidTag:
        return None


class X25519Identity:
    type = X25519

    def __init__(self, secret):
        self.key = X25519PrivateKey.from_private_bytes(secret)
        self.public = self.key.public_key().public_bytes_raw()

    def unwrap(self, point, body):
        secret = self.key.exchange(X25519PublicKey.from_public_bytes(point))
        return opened(hkdf(secret, point + self.public, b"age-encryption.org/v1/X25519"), bytes(12), body)


class HybridIdentity:
    """HPKE in base mode with X-Wing."""

    type = HYBRID

    def __init__(self, seed):
        drawn = hashlib.shake_256(seed).digest(96)
        self.lattice = MLKEM768PrivateKey.from_seed_bytes(drawn[:64])
        self.curve = X25519PrivateKey.from_private_bytes(drawn[64:])

    def unwrap(self, both, body):
        lattice, point = both[:1088], both[1088:]
        parts = self.lattice.decapsulate(lattice), self.curve.exchange(X25519PublicKey.from_public_bytes(point))
        public = self.curve.public_key().public_bytes_raw()
        secret = hashlib.sha3_256(b"".join(parts) + point + public + rb"\.//^" + b"\\").digest()
        info = labeled_extract(b"", b"info_hash", b"age-encryption.org/mlkem768x25519")
        context = b"\0" + labeled_extract(b"", b"psk_id_hash", b"") + info
        secret = labeled_extract(secret, b"secret", b"")
        return opened(labeled_expand(secret, b"key", context, 32), labeled_expand(secret, b"base_nonce", context, 12), body)


def labeled_extract(salt, label, secret):
    return extract(salt, b"HPKE-v1" + HPKE_SUITE + label + secret)


def labeled_expand(key, label, context, length):
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + HPKE_SUITE + label + context, length)


def identities(text):
    """The identities of an identity file."""
    kinds = {"age-secret-key-": X25519Identity, "age-secret-key-pq-": HybridIdentity}
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, secret = bech32(line.strip())
            if name not in kinds or len(secret) != 32:
                raise ValueError("no identity that is known here")
            found.append(kinds[name](secret))
    return found


def bech32(text):
    if text not in (text.lower(), text.upper()):
        raise ValueError("bech32 of two cases")
    name, _, data = text.lower().rpartition("1")
    values = [BECH32.index(letter) for letter in data]
    check = 1
    for value in [ord(c) >> 5 for c in name] + [0] + [ord(c) & 31 for c in name] + values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    bits = "".join(f"{value:05b}" for value in values[:-6])
    if check != 1 or len(bits) % 8 > 4 or "1" in bits[len(bits) // 8 * 8 :]:
        raise ValueError("bech32 with a wrong checksum or rest")
    return name, bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


def payload(file, file_key):
    """The plaintext, piece by piece."""
    nonce = file.read(16)
    key, number, piece = hkdf(file_key, nonce, b"payload"), 0, file.read(PIECE + TAG)
    if len(nonce) < 16 or len(piece) < TAG:
        raise Refused("cut")
    while piece:
        after = file.read(PIECE + TAG)
        counter = number.to_bytes(11, "big")
        content = opened(key, counter + bytes([not after]), piece)
        if content is None:
            whole_but_not_last = not after and opened(key, counter + b"\0", piece) is not None
            raise Refused("cut" if whole_but_not_last or len(piece) < TAG else "ciphertext")
        if number and not content:
            raise Refused("ciphertext")
        yield content
        number, piece = number + 1, after


def main(path, identity_file):
    with open(path, "rb") as file:
        try:
            key = Header(file).file_key(identities(Path(identity_file).read_text(encoding="utf-8")))
            for content in payload(file, key):
                sys.stdout.buffer.write(content)
        except Refused as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
