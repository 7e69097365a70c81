"""What journal, endpoint and desk sign, by crates/wire/PROTOCOL.md alone: strict JSON, strict Ed25519, who an organisation is."""

import datetime
import hashlib
import ipaddress
import json
import re
import unicodedata
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from age import HYBRID, X25519, Refused

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
# The second coordinate of the points whose order divides 8; whatever has one of these is one of them.
EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
SMALL_ORDER = {0, 1, P - 1, EIGHTH, P - EIGHTH}
ROOT_LIMIT, PROFILE_LIMIT, SIGNATURES, WAY = 4 * 1024, 64 * 1024, 16, 16
# Days around the window of a receipt key, and of the window at most.
GRACE, WINDOW = datetime.timedelta(days=30), datetime.timedelta(days=90)


def strict(raw, deep=16, many=5000):
    """JSON with every name once. Refuses with the second half of a code: json, twice, deep or many."""
    names = []

    def once(pairs):
        names.append(len(pairs) != len(dict(pairs)))
        return dict(pairs)

    def finite(text):
        if abs(float(text)) == float("inf"):
            raise ValueError(text)
        return float(text)

    def constant(text):
        raise ValueError(text)

    try:
        value = json.loads(raw.decode(), object_pairs_hook=once, parse_float=finite, parse_constant=constant)
        depth, count = extent(value)
    except RecursionError as error:
        raise Refused("deep") from error
    except ValueError as error:
        raise Refused("json") from error
    for broken, code in ((any(names), "twice"), (depth > deep, "deep"), (count > many, "many")):
        if broken:
            raise Refused(code)
    return value


def extent(value):
    """How deep it nests and how many values it has. Half of a surrogate pair cannot be encoded, and is no text."""
    if isinstance(value, str):
        value.encode()
    inner = value if isinstance(value, list) else []
    if isinstance(value, dict):
        "".join(value).encode()
        inner = value.values()
    extents = [extent(one) for one in inner]
    depth = max((depth for depth, _ in extents), default=0) + isinstance(value, (list, dict))
    return depth, 1 + sum(count for _, count in extents)


def is_text(value):
    return isinstance(value, str)


def is_hex(value, digits):
    return is_text(value) and re.fullmatch(f"[0-9a-f]{{{digits}}}", value) is not None


def is_hash(value):
    return is_hex(value, 64)


def is_count(value):
    return type(value) is int and 0 <= value < 2**64


def is_key(value):
    """Whether it is a point of the curve in its one encoding, and not of small order."""
    if not is_hash(value):
        return False
    y = int.from_bytes(bytes.fromhex(value), "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return y < P and y not in SMALL_ORDER and pow(square, (P - 1) // 2, P) == 1


def to_day(value):
    try:
        return datetime.date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except (TypeError, ValueError):
        return None


def signed(key, signature, purpose, body):
    """Strict Ed25519: the scalar reduced, neither point of small order, and the equation without the cofactor."""
    if not is_key(key) or not is_hex(signature, 128):
        return False
    content = bytes.fromhex(signature)
    point = int.from_bytes(content[:32], "little") % 2**255
    if int.from_bytes(content[32:], "little") >= L or point % P in SMALL_ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(content, purpose.encode() + b"\n" + body)
    except InvalidSignature:
        return False
    return True


def signers(document, purpose, among):
    """The body's bytes, and which of the keys signed it."""
    if not isinstance(document, dict) or not is_text(document.get("body")) or not isinstance(document.get("signatures"), list):
        raise Refused("credentials")
    body = document["body"].encode()
    found = {
        one["key"]
        for one in document["signatures"][:SIGNATURES]
        if isinstance(one, dict) and one.get("key") in among and signed(one["key"], one.get("signature"), purpose, body)
    }
    return body, found


def need(right, code="credentials"):
    if not right:
        raise Refused(code)


def read_body(document, kind, limit):
    need(isinstance(document, dict) and is_text(document.get("body")) and len(document["body"].encode()) <= limit)
    try:
        body = strict(document["body"].encode())
    except Refused as error:
        raise Refused("credentials") from error
    need(isinstance(body, dict) and is_text(body.get("format")))
    later = re.fullmatch(rf"chronicle/{kind}/v([1-9][0-9]*)", body["format"])
    need(later)
    need(later[1] == "1", "credentials-newer")
    return body


def keys_of(root, kind):
    """The keys that sign roots or profiles, and how many of them must."""
    keys, threshold = root.get(f"{kind}_keys"), root.get(f"{kind}_threshold")
    need(isinstance(keys, list) and 1 <= len(keys) <= 8 and all(map(is_key, keys)) and len(set(keys)) == len(keys))
    need(is_count(threshold) and 1 <= threshold <= len(keys))
    return keys, threshold


def read_credentials(raw):
    try:
        return Organisation(strict(raw))
    except Refused as error:
        raise Refused(error if str(error).startswith("credentials") else "credentials") from error


class Organisation:
    """Who the credentials say that it is; every signature on the way is verified."""

    def __init__(self, credentials):
        need(isinstance(credentials, dict))
        way = credentials.get("earlier", [])
        need(isinstance(way, list) and len(way) <= WAY)
        self.roots, before = [], None
        for version, document in enumerate([*way, credentials.get("root")], 1):
            root = read_body(document, "root", ROOT_LIMIT)
            for by in (root, before) if before else (root,):
                keys, threshold = keys_of(by, "root")
                body, found = signers(document, "chronicle/root/v1", keys)
                need(len(found) >= threshold)
            keys_of(root, "profile")
            need(root.get("version") == version and type(root["version"]) is int)
            need(to_day(root.get("expires")) and is_hex(root.get("nonce"), 32))
            self.roots.append(hashlib.sha256(body).hexdigest())
            self.id = self.roots[0]
            need("organisation" not in root if version == 1 else root.get("organisation") == self.id)
            before = root
        self.profile = read_body(credentials.get("profile"), "profile", PROFILE_LIMIT)
        keys, threshold = keys_of(before, "profile")
        need(len(signers(credentials["profile"], "chronicle/profile/v1", keys)[1]) >= threshold)
        check_profile(self.profile, self.id, self.roots[-1])
        self.types = {self.profile["recipient_type"]}
        lines = sorted(one["recipient"] + "\n" for one in self.profile["recipients"])
        self.recipients = {hashlib.sha256("".join(lines).encode()).hexdigest()}


def check_profile(profile, organisation, root):
    need(profile.get("organisation") == organisation and profile.get("root") == root)
    need(is_count(profile.get("version")) and profile["version"] >= 1 and to_day(profile.get("expires")))
    name = profile.get("name")
    need(is_text(name) and 1 <= len(name) <= 100 and not any(unicodedata.category(c) == "Cc" for c in name))
    newer = [is_newer(profile, "transport", ("any", "onion-only")), is_newer(profile, "recipient_type", (X25519, HYBRID))]
    need(is_count(profile.get("padding")))
    newer.append(profile["padding"] != 1)
    need(isinstance(profile.get("formats"), list) and all(map(is_count, profile["formats"])))
    newer.append(1 not in profile["formats"])
    addresses = profile.get("addresses")
    need(isinstance(addresses, list) and 1 <= len(addresses) <= 8 and all(map(is_text, addresses)))
    newer += [is_later_address(address, profile["transport"]) for address in addresses]
    recipients = profile.get("recipients")
    need(isinstance(recipients, list) and 1 <= len(recipients) <= 8)
    for one in recipients:
        need(isinstance(one, dict) and is_text(one.get("label")) and is_text(one.get("recipient")))
        need(re.fullmatch("[A-Za-z0-9]{1,2048}", one["recipient"]) and isinstance(one.get("archive", False), bool))
    need(isinstance(profile.get("keys"), list) and len(profile["keys"]) <= 64)
    for one in profile["keys"]:
        need(isinstance(one, dict) and is_key(one.get("key")) and is_text(one.get("role")) and is_text(one.get("label")))
        need(to_day(one.get("from")) and to_day(one.get("until")))
    release = profile.get("release")
    need(release is None or isinstance(release, dict) and is_text(release.get("version")) and is_hash(release.get("sha256")))
    need(isinstance(profile.get("closed", False), bool))
    need(not any(newer), "credentials-newer")


def is_newer(profile, field, known):
    need(is_text(profile.get(field)))
    return profile[field] not in known


def is_later_address(address, transport):
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("credentials") from error
    need(parts.scheme and "?" not in address and "#" not in address)
    if parts.scheme not in ("http", "https"):
        return True
    onion = host.endswith(".onion")
    need(host and "@" not in parts.netloc)
    need(parts.scheme == "https" or onion or is_loopback(host))
    need(onion or transport != "onion-only")
    return False


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
