"""What the processes of the engine hold: memory, and files that are open for writing."""

import os
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

# Not a disk: memory, devices, pipes.
NOT_A_DISK = ("/dev/", "/proc/", "/sys/", "/memfd:", "pipe:", "socket:", "anon_inode:")
PLAYERS = "org.mpris.MediaPlayer2."


def children():
    """Each process with its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    return found


def below(root):
    parents, known = children(), {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in known} - known
        if not more:
            return known - {root}
        known |= more


def memory(pid):
    """MiB that only this process holds, and its share of what it holds with others."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) // 1024
    return 0


def written(pid):
    """Paths of regular files that the process has open for writing, the removed ones among them."""
    found = []
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(entry.path)
            flags = Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text()
        except OSError:
            continue
        mode = next((int(line.split()[1], 8) for line in flags.splitlines() if line.startswith("flags:")), 0)
        if mode & 3 and target.startswith("/") and not target.startswith(NOT_A_DISK):
            found.append(target)
    return found


def held(root):
    """For each kind of process below `root`: MiB, and the files that it could be writing."""
    found = {"web": 0, "network": 0, "files": []}
    for pid in below(root):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            if name.startswith("WebKitWebProces"):
                found["web"] += memory(pid)
            elif name.startswith("WebKitNetworkPr"):
                found["network"] += memory(pid)
            else:
                continue
            found["files"] += written(pid)
        except OSError:
            continue
    return found


def bus_players():
    """Players that stand on the session bus, each with what it tells about itself."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    call = lambda name, path, interface, method, value: bus.call_sync(  # noqa: E731
        name, path, interface, method, value, None, Gio.DBusCallFlags.NONE, 2000
    ).unpack()
    (names,) = call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None)
    found = {}
    for name in names:
        if name.startswith(PLAYERS):
            asked = GLib.Variant("(s)", (PLAYERS + "Player",))
            try:
                (told,) = call(name, "/org/mpris/MediaPlayer2", "org.freedesktop.DBus.Properties", "GetAll", asked)
                found[name] = {key: str(value) for key, value in told.items()}
            except GLib.Error as error:
                found[name] = {"error": error.message}
    return found
