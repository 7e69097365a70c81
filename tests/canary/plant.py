"""Faults that the search must find, written by a process that is watched like the window: a word in every encoding, by other
libraries than the search uses. Some files stay, some are deleted again, one is written through a mapping.

    plant.py WORDS FOLDER [COMMAND...]

WORDS is a JSON file: a word for each file, under the name of its encoding. Afterwards this process becomes COMMAND."""

import base64
import gzip
import json
import mmap
import os
import pathlib
import subprocess
import sys
import zlib


def packed(tool, content):
    """What a tool makes of it."""
    return subprocess.run([*tool, "-c"], input=content, capture_output=True, check=True).stdout


def deflated(content):
    """Without a head, as inside of archives."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def written(how, word):
    """A word as a program would leave it."""
    plain = word.encode()
    escaped = "".join(f"\\u{unit:04x}" for unit in memoryview(word.encode("utf-16-le")).cast("H"))
    # So often that packing pays, and no packer leaves the first one as it is.
    sentence = f"before it {word} after it\n".encode() * 40
    return {
        "utf-8": lambda: b"\0\xff" + plain,
        "utf-16le": lambda: word.encode("utf-16-le"),
        "utf-16be": lambda: word.encode("utf-16-be"),
        "utf-32le": lambda: word.encode("utf-32-le"),
        "hex": lambda: plain.hex().encode(),
        "hex upper": lambda: plain.hex().upper().encode(),
        "percent": lambda: "".join(f"%{byte:02X}" for byte in plain).encode(),
        "percent lower": lambda: "".join(f"%{byte:02x}" for byte in plain).encode(),
        "backslash x": lambda: repr(b"\x80" + plain).encode() if not word.isascii() else "".join(f"\\x{byte:02x}" for byte in plain).encode(),
        "json": lambda: json.dumps({"text": word}).encode() if not word.isascii() else escaped.encode(),
        "json upper": lambda: escaped.upper().replace("\\U", "\\u").encode(),
        "reversed": lambda: word[::-1].encode(),
        "base64 at 0": lambda: base64.b64encode(plain),
        "base64 at 1": lambda: base64.b64encode(b"x" + plain),
        "base64 at 2": lambda: base64.urlsafe_b64encode(b"xy" + plain),
        "gzip utf-8": lambda: b"before" + gzip.compress(sentence),
        "zlib utf-8": lambda: b"before" + zlib.compress(sentence, 6),
        "zstd utf-8": lambda: b"before" + packed(["zstd", "-q"], sentence),
        "brotli utf-8": lambda: packed(["brotli"], sentence),
        "deflate utf-8": lambda: deflated(sentence),
        "gzip zlib utf-8": lambda: gzip.compress(zlib.compress(sentence)),
    }[how]()


def main():
    words, folder = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    for number, (how, word) in enumerate(words["kept"].items()):
        (folder / f".{number}").write_bytes(written(how, word))
    for number, (how, word) in enumerate(words["deleted"].items()):
        passing = folder / f".deleted-{number}"
        passing.write_bytes(written(how, word))
        passing.unlink()
    (folder / words["name"]).mkdir()
    with open(folder / "mapped", "w+b") as file:
        file.truncate(4096)
        with mmap.mmap(file.fileno(), 4096) as pages:
            pages[100 : 100 + len(words["mapped"].encode())] = words["mapped"].encode()
    if sys.argv[3:]:
        os.execvp(sys.argv[3], sys.argv[3:])


main()
