"""A bucket's store for tests: moto's S3, in memory, on a loopback port. Usage: bucket.py PORT NAME [forgetful]

Prints "serving" when the bucket NAME is there, and "put KEY" for each object that is created. A forgetful one writes over
what is there, as some stores do. One request at a time: a real store creates an object if it is absent in
one step, this one looks first and writes then.
"""

import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

PORT, NAME, FORGETFUL = int(sys.argv[1]), sys.argv[2], sys.argv[3:] == ["forgetful"]


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


class OneAtATime:
    def __init__(self, app):
        self.app, self.lock = app, threading.Lock()

    def __call__(self, environ, start):
        said = []

        def tell(status, *rest):
            said.append(status)
            return start(status, *rest)

        if FORGETFUL:
            environ.pop("HTTP_IF_NONE_MATCH", None)
        with self.lock:
            answer = list(self.app(environ, tell))
        place = environ["PATH_INFO"].removeprefix(f"/{NAME}/")
        if environ["REQUEST_METHOD"] == "PUT" and said[0].startswith("200") and place != environ["PATH_INFO"]:
            print("put", place, flush=True)
        return answer


app = OneAtATime(DomainDispatcherApplication(create_backend_app))
server = make_server("127.0.0.1", PORT, app, threaded=True, request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()

import boto3  # noqa: E402  the store is there first

boto3.client(
    "s3",
    endpoint_url=f"http://127.0.0.1:{PORT}",
    region_name="us-east-1",
    aws_access_key_id="id",
    aws_secret_access_key="secret",
).create_bucket(Bucket=NAME)
print("serving", flush=True)
sys.stdin.read()
