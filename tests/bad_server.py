"""A server on this machine that misbehaves as the test tells it to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Misbehaving:
    """Answers each request with the next of its answers, the last one again and again, and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()

    def then(self, *answers: Answer) -> None:
        """What it answers from now on."""
        self.answers = list(answers)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address at which it answers."""
        told = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                told.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
                self.close_connection = True
                try:
                    answer(self)
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/file.csv"
        finally:
            self.ended.set()
            server.shutdown()
            server.server_close()


def answer(status: int = 200, body: bytes = b"", cut: int = 0, **headers: str) -> Answer:
    """A whole answer, or one that ends ``cut`` bytes before the length that it states."""

    def give(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        given = {"content-type": "text/csv"} | {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in given.items():
            request.send_header(name, value)
        if status != 304:
            request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) - cut])

    return give


def endless(told: Misbehaving, headers_too: bool = False) -> Answer:
    """A byte now and then, for ever; of the headers already, if so told."""

    def give(request: BaseHTTPRequestHandler) -> None:
        if not headers_too:
            request.send_response(200)
            request.send_header("content-type", "text/csv")
            request.end_headers()
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
        while not told.ended.wait(0.02):
            request.wfile.write(b"a")
            request.wfile.flush()

    return give
