"""A server for tests that answer pages from a thread of their own: it says nothing about what it answers."""

from werkzeug.serving import WSGIRequestHandler


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """A journey's own assertions say what went wrong."""
