"""Says what is to be played, and judges what came of it.

    judge.py --query MEDIA_FOLDER RUN      the address of the test page for a run
    judge.py --judge ROOM RUN...           a table; ends with 1 if a run has a fault, or if a planted fault is not found
"""

import copy
import json
import re
import sys
from pathlib import Path

PLAYED = {
    "streamed": "h264-moov-first.mp4 h264-moov-last.mp4 h264-fragmented.mp4 h264-only-picture.mp4 h264.mov upright.mov hevc.mov "
    "hevc.mp4 hevc-ten-bit.mov vp8-vorbis.webm vp9-opus.webm vp9-opus-live.webm h264-aac.mkv cbr.mp3 vbr.mp3 voice.m4a "
    "voice.aac vorbis.ogg opus.ogg voice.opus sound.flac sound.wav voice-8k.wav cut.mp4",
    "whole": "av1-opus.webm voice.amr old-phone.3gp old-camera.avi",
}
WAY = {name: way for way, names in PLAYED.items() for name in names.split()}
# Refused when they are opened, or reported after all that is there was played.
CODES = {
    "cut.mp4": "play-cut",
    "cut-moov-gone.mp4": "play-cut",
    "noise.mp4": "play-unsupported",
    "playlist.m3u8": "play-unsupported",
}
PICTURE = {name: (320, 240) for name in WAY if re.search(r"\.(mp4|mov|webm|mkv|avi)$", name)} | {"old-phone.3gp": (384, 288)}
RUNS = {
    "small": sorted(set(WAY) | set(CODES)),
    "none": ["h264-moov-first.mp4", "cbr.mp3", "old-camera.avi"],
    "base": ["h264-moov-first.mp4", "cbr.mp3", "old-camera.avi", "vorbis.ogg"],
    "short": ["short.mp4"],
    "long": ["long.mp4"],
}
# No plugins of the engine, and only those that it cannot be installed without.
BARE = ("none", "base")
SEEKS = {"long": "300,20,500,100,540,10", "short": "15,3"}
DWELL = {"long": 30, "short": 10}
# What playing a long video may take more than the beginning of the same video, in MiB.
GROWTH = 150
# What a process of the engine, of the session bus or of the portals writes besides; none of it knows the content. The
# plugin registry, locks and sockets of the session, code made at run time, shaders; and the reports of the test itself, which the engine inherits.
HARMLESS = re.compile(
    r"^(/dev/|/proc/|/sys/)|/\.cache/gstreamer-1\.0/registry|/\.cache/(mesa_shader_cache|fontconfig)|/run/orcexec\.|/run/dconf/user$"
    r"|/run/webkitgtk/|/run/\.flatpak/.*/bwrapinfo\.json$|^/var/lib/xkb/|^/tmp/\.t?X\d+-lock|^/newroot/|^/?bindfile|/chronicle-playing\.\w+/[a-z]+\.(json|errors)$"
)


def query(media, run):
    files = RUNS[run]
    sizes = "".join(f"&size:{name}={(Path(media) / name).stat().st_size}" for name in files)
    return f"files={','.join(files)}&seeks={SEEKS.get(run, '15,3')}&dwell={DWELL.get(run, 0)}{sizes}"


def traced(text):
    """Files that were opened for writing and connections that were made, the harmless ones left out."""
    found = set()
    for line in text.splitlines():
        call = re.search(r"(?:^|\s)(openat|open|creat|rename|renameat|renameat2|connect)\((.*)", line)
        if not call or " = -1 " in line:
            continue
        name, rest = call.groups()
        if name == "connect":
            address = re.search(r'sin6?_addr=\w+\("([^"]+)"', rest) or re.search(r'inet_pton\(AF_INET6?, "([^"]+)"', rest)
            if address:
                found.add(f"connection to {address.group(1)}")
        elif name.startswith("rename") or name == "creat" or re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", rest):
            for path in re.findall(r'"([^"]*)"', rest):
                if not HARMLESS.search(path):
                    found.add(path)
    return sorted(found)


def open_files(report):
    return [path for path in report.get("held", {}).get("files", []) if not HARMLESS.search(path)]


def judge(run, reports, written):
    """The faults of one run."""
    faults = [f"{run}: written or reached: {path}" for path in written]
    by_name = {report["name"]: report for report in reports if "name" in report}
    faults += [f"{run}: {json.dumps(report)}" for report in reports if {"stray", "died", "late"} & set(report)]
    faults += [f"{run}: a file is open for writing: {path}" for report in reports for path in open_files(report)]
    last = next((report for report in reports if report.get("end")), None)
    if not last or not last.get("frozen"):
        faults.append(f"{run}: did not come to its end, or Object.prototype was not frozen")
    for player, told in (last or {}).get("players", {}).items():
        if told.get("Metadata") != "{}":
            faults.append(f"{run}: {player} tells {told}")
    for name in RUNS[run]:
        report = by_name.get(name)
        faults += [f"{run}: {name}: {fault}" for fault in (judge_file(run, name, report) if report else ["no report"])]
    return faults


def judge_file(run, name, report):
    faults = []
    if not report.get("closed"):
        faults.append("not given back after closing")
    code = "play-unsupported" if run in BARE else CODES.get(name)
    if report.get("code") != code:
        faults.append(f"says {report.get('code')} and not {code}: {report.get('fault', '')}")
    way = None if run in BARE else WAY.get(name, "streamed" if run in SEEKS else None)
    if report.get("way") != way:
        faults.append(f"way {report.get('way')} and not {way}")
    if way is None:
        return faults
    if "error" in report or "ended" not in report:
        faults.append(f"{report.get('error', 'does not reach its end')}")
    if tuple(report.get("picture", ())) != PICTURE.get(name, (1280, 720) if run in SEEKS else (0, 0)):
        faults.append(f"picture {report.get('picture')}")
    if report.get("turn") != (90 if name == "upright.mov" else 0):
        faults.append(f"to be turned by {report.get('turn')}")
    if name != "cut.mp4" and (abs(report.get("duration", 0) - (600 if run == "long" else 24)) > 0.2 or len(report.get("seeks", [])) < 2):
        faults.append(f"duration {report.get('duration')}, seeks {report.get('seeks')}")
    return faults


def peak(reports):
    return max((report["held"]["web"] for report in reports if "held" in report), default=0)


def planted(reports):
    """Copies with one fault each."""
    for change in (
        lambda found: found["noise.mp4"].update(way="streamed", code=None),
        lambda found: found["h264.mov"].pop("ended"),
        lambda found: found["hevc.mov"].update(code="play-unsupported"),
        lambda found: found["voice.amr"].update(way=None),
        lambda found: found["cbr.mp3"]["held"]["files"].append("/var/tmp/WebKit-Media-planted (deleted)"),
        lambda found: found["upright.mov"].update(turn=0),
        lambda found: found["sound.wav"].update(closed=False),
    ):
        other = copy.deepcopy(reports)
        change({report["name"]: report for report in other if "name" in report})
        yield other


def table(reports):
    print(f"{'file':24} {'way':9} {'says':17} {'opened':>7} {'seeks, ms':>12} {'web MiB':>8} {'net MiB':>8}")
    for report in (report for report in reports if "name" in report):
        seeks = " ".join(map(str, report.get("seeks", [])))
        print(
            f"{report['name']:24} {report.get('way', '-'):9} {report.get('code', '-'):17} {report.get('opened', '-'):>7} {seeks:>12}"
            f" {report['held']['web']:>8} {report['held']['network']:>8}"
        )


def main(room, runs):
    faults, peaks = [], {}
    for run in runs:
        reports = [json.loads(line) for line in (room / f"{run}.json").read_text().splitlines() if line.startswith("{")]
        written = traced((room / f"{run}.trace").read_text(errors="replace"))
        print(f"\n{run}: {next((report['seconds'] for report in reports if 'seconds' in report), '?')} s")
        table(reports)
        faults += judge(run, reports, written)
        peaks[run] = peak(reports)
        if run == "small" and not faults:
            faults += [f"a planted fault was not found: {number}" for number, other in enumerate(planted(reports)) if not judge(run, other, [])]
            fake = 'x openat(AT_FDCWD, "/var/tmp/WebKit-Media-1", O_RDWR|O_CREAT|O_EXCL, 0600) = 5'
            faults += [] if traced(fake) else ["a planted file was not found"]
    if "long" in peaks:
        grown = peaks["long"] - peaks["short"]
        print(f"\nweb process at most: {peaks['short']} MiB for the beginning, {peaks['long']} MiB for all of it")
        if grown > GROWTH:
            faults.append(f"a long video takes {grown} MiB more than its beginning")
    left = [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if holds(path, f"{room}/".encode())]
    faults += [f"left running: process {pid}" for pid in left]
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def holds(path, text):
    try:
        return b"XDG_RUNTIME_DIR=" + text in path.read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    if sys.argv[1] == "--query":
        print(query(sys.argv[2], sys.argv[3]))
    else:
        sys.exit(main(Path(sys.argv[2]), sys.argv[3:]))
