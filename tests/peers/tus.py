"""A journal made of tuspy and PROTOCOL.md: draws a capability, exchanges the token that stands on the standard input, uploads
FILE in pieces, stops halfway and goes on with another object from the upload's address. Usage: tus.py ADDRESS FILE
Prints {"resumed": offset, "status": of the receipt, "receipt": its text}."""

import base64
import hashlib
import json
import secrets
import sys

import requests
from tusclient.client import TusClient

address, file = sys.argv[1:]
secret = secrets.token_bytes(32)
digest = hashlib.sha256(b"chronicle/capability/v1\n" + secret).hexdigest()
token = sys.stdin.read().strip()
exchanged = requests.post(
    f"{address}/v1/capability",
    headers={"Authorization": f"Bearer {token}"},
    json={"capability": digest},
    timeout=30,
)
exchanged.raise_for_status()

with open(file, "rb") as content:
    sha256 = hashlib.sha256(content.read()).hexdigest()
bearer = base64.urlsafe_b64encode(secret).decode().rstrip("=")
client = TusClient(f"{address}/v1/upload", headers={"Authorization": f"Bearer {bearer}"})
of = {
    "chunk_size": 100_000,
    "metadata": {"filename": "a-name-that-says-too-much.pdf", "sha256": sha256},
    # tuspy announces SHA-1 of each piece.
    "upload_checksum": True,
}
first = client.uploader(file, **of)
first.upload(stop_at=200_000)
again = client.uploader(file, url=first.url, **of)
resumed = again.offset
again.upload()
answer = requests.get(
    f"{address}/v1/receipt/{sha256}",
    headers={"Authorization": f"Bearer {bearer}", "Tus-Resumable": "1.0.0"},
    timeout=30,
)
print(json.dumps({"resumed": resumed, "status": answer.status_code, "receipt": answer.text}))
