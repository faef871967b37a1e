"""The lightest service there can be: ready at once; `--exit-after N` makes it end by itself with code 3."""

import argparse
import os
import socket
import threading
from functools import partial

from demo.lineage import end_with_parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--exit-after", type=float)
    options = parser.parse_args()
    end_with_parent(partial(os._exit, 1))
    if options.exit_after is not None:
        threading.Timer(options.exit_after, partial(os._exit, 3)).start()
    with socket.create_server(("127.0.0.1", options.port)) as server:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")


if __name__ == "__main__":
    main()
