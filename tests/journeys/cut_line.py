"""A line between browser and clinic that can be cut, and one that swallows answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """A TCP forwarder on a port of its own. Cut: nobody answers and what was open is torn down.

    deaf: what is sent still reaches the clinic, but no answer comes back.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.deaf = False
        self.mend()
        assert self._listener is not None
        self.port = self._listener.getsockname()[1]

    def mend(self) -> None:
        self.deaf = False
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", getattr(self, "port", 0)))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        assert self._listener is not None
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            _end(one)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
            except OSError:  # the clinic is down
                _end(near)
                continue
            far.settimeout(None)
            self._open |= {near, far}
            threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, answers: bool) -> None:
        try:
            while data := source.recv(65536):
                if not (answers and self.deaf):
                    to.sendall(data)
        except OSError:
            pass
        finally:
            for one in (source, to):
                _end(one)
                self._open.discard(one)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def a_line(address: str) -> Iterator[Line]:
    line = Line(int(address.rpartition(":")[2]))
    try:
        yield line
    finally:
        with suppress(OSError):
            line.cut()
