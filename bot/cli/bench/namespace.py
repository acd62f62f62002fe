"""A network namespace with a loopback device and nothing else (Linux): Ray listens on a machine's outer address, here it has none.

Processes have a namespace of their own, too, so that all that a program has left behind ends with it.
"""

import fcntl
import socket
import struct

UNSHARE = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
HOW = (
    "run it as root, or allow namespaces to this user: "
    "sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
)
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP of linux/sockios.h and linux/if.h


def set_loopback_up() -> None:
    """Set the loopback device up, from within the namespace. Raises OSError."""
    with socket.socket() as asked:
        found = fcntl.ioctl(asked, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack("16xh14x", found)
        fcntl.ioctl(asked, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
