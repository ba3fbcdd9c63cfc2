"""Ports for servers of the tests."""

import random
import socket

#: Below the range from which systems take ports for connections (Linux: net.ipv4.ip_local_port_range): a port from that
#: range may be gone before its server has started, or somebody who waits for it may connect to themselves.
FIRST, BEHIND = 15_000, 30_000
_chance = random.SystemRandom()


def free_port() -> int:
    while True:
        port = _chance.randrange(FIRST, BEHIND)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
