"""A real mail server on loopback that misbehaves at one point of the conversation, and is polite everywhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HANG, CUT, DRIP, ENDLESS = "hang", "cut", "drip", "endless"
MUCH = b"250-and another thing\r\n" * 40
"""What an ENDLESS answer says before its last line; each line, as each byte of one that drips, takes a tenth of a
second."""
POLITE = {
    "banner": "220 rude.example.invalid", "ehlo": "250 rude.example.invalid", "mail": "250 ok", "rcpt": "250 ok",
    "data": "354 go on", "dot": "250 taken", "quit": "221 bye", "rset": "250 ok", "helo": "250 rude.example.invalid",
}  # fmt: skip
WORDS = {"EHLO": "ehlo", "HELO": "helo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "QUIT": "quit",
         "RSET": "rset", "STARTTLS": "starttls"}  # fmt: skip


@dataclass
class RudeServer:
    """`says` maps a point of the conversation to what happens there: an answer, HANG (silence), CUT (the line is
    closed), DRIP (byte by byte) or ENDLESS (line by line). `heard` counts the letters that it got whole, whatever it
    said to them."""

    says: Mapping[str, str]
    heard: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        while not self.over.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as heard, suppress(ConnectionError):
            if not self._say(line, "banner"):
                return
            for command in iter(heard.readline, b""):
                point = WORDS.get(command[:8].split(b" ")[0].strip().upper().decode("ascii", "replace"), "")
                if not self._say(line, point):
                    return
                if point == "data" and self._answer("data").startswith("354"):
                    self.heard.append(b"".join(iter(heard.readline, b".\r\n")))
                    if not self._say(line, "dot"):
                        return

    def _answer(self, point: str) -> str:
        return self.says.get(point, POLITE.get(point, "500 what"))

    def _say(self, line: socket.socket, point: str) -> bool:
        answer = self._answer(point)
        if answer == HANG:
            self.over.wait(20)
            return False
        if answer == CUT:
            return False
        try:
            for piece in self._pieces(answer, point):
                line.sendall(piece)
        except OSError:
            return False
        return True

    def _pieces(self, answer: str, point: str) -> Iterator[bytes]:
        polite = POLITE.get(point, "").encode() + b"\r\n"
        slowly = {DRIP: [bytes((byte,)) for byte in polite], ENDLESS: [*MUCH.splitlines(keepends=True), polite]}
        for piece in slowly.get(answer, ()):
            self.over.wait(0.1)
            yield piece
        if answer not in slowly:
            yield answer.encode() + b"\r\n"


@contextmanager
def rude_server(says: Mapping[str, str]) -> Iterator[RudeServer]:
    server = RudeServer(says)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        yield server
        server.over.set()
        listener.shutdown(socket.SHUT_RDWR)
