#!/usr/bin/python3
"""Checks who includes whom: layering.py ROOT exits 1 and names every include that the
tables below do not list. They are the one place where the arrows between rooms stand."""

import pathlib
import re
import sys

# Rooms from the bottom up, and what each may include: rooms above it in this table, or
# single headers of them. A room includes itself freely. A path is the longest match.
ROOMS = {
    "preprocess/frame": [],
    "preprocess/transform/rescale": ["preprocess/frame"],  # see ROOM_FILES
    "preprocess/transform/ccf": ["preprocess/frame", "preprocess/transform/simd.h"],
    "preprocess/transform": ["preprocess/frame", "preprocess/transform/rescale",
                             "preprocess/transform/ccf"],
    "proto/rpc": ["preprocess/frame"],
    "proto/wire": ["preprocess/frame"],
    "proto/cxi": ["preprocess/frame"],
    "proto/images": ["preprocess/frame", "proto/cxi"],
    "proto/plot": ["preprocess/frame"],
    "model": ["preprocess/frame", "preprocess/transform/rescale",
              "preprocess/transform/ccf"],
    "model/simulation": ["preprocess/frame", "preprocess/transform/simd.h"],
    "model/studies": ["preprocess/frame", "preprocess/transform/ccf", "proto/plot", "model",
                      "model/simulation"],
    "model/trainer": ["preprocess/frame", "preprocess/transform/rescale",
                      "preprocess/transform/ccf", "proto/cxi", "proto/images", "proto/plot",
                      "model", "model/simulation", "model/studies"],
    "server/telemetry": ["preprocess/frame"],
    "server/pipeline": ["preprocess/frame", "preprocess/transform",
                        "preprocess/transform/rescale", "preprocess/transform/ccf",
                        "model/engine.h", "server/telemetry"],
    "server/ingest": ["preprocess/frame", "proto/wire", "server/telemetry",
                      "server/pipeline"],
    "server/sinks": ["preprocess/frame", "proto/cxi", "model/engine.h",
                     "server/telemetry", "server/pipeline"],
    "server/services": ["preprocess/frame", "preprocess/transform",
                        "preprocess/transform/rescale", "preprocess/transform/ccf",
                        "proto/rpc", "model/engine.h", "server/telemetry",
                        "server/pipeline", "server/sinks"],
    "server/web": ["preprocess/frame", "preprocess/transform",
                   "preprocess/transform/rescale", "server/telemetry", "server/pipeline",
                   "server/sinks"],
    "server": ["preprocess/frame", "preprocess/transform", "preprocess/transform/rescale",
               "preprocess/transform/ccf", "proto/rpc", "proto/wire", "proto/cxi",
               "model", "server/telemetry", "server/pipeline", "server/ingest",
               "server/sinks", "server/services", "server/web"],
    "client": ["preprocess/frame", "proto/rpc"],
    "client/cli": ["preprocess/frame", "proto/images", "client"],
    "client/detector": ["preprocess/frame", "preprocess/transform/rescale",
                        "preprocess/transform/ccf", "proto/wire", "proto/cxi",
                        "proto/images", "proto/plot", "model/torch_engine.h",
                        "model/simulation"],
}

# Targets that share a folder with another: their files.
ROOM_FILES = {
    "preprocess/transform/rescale": {
        f"preprocess/transform/{stem}.{ending}"
        for stem in ("area_weights", "calibration", "counts_row", "pixel_types",
                     "rescale", "simd")
        for ending in ("h", "cc")
    },
    "preprocess/transform/ccf": {
        f"preprocess/transform/{stem}.{ending}"
        for stem in ("ccf_map", "ccf_options", "ccf_scaling", "polar_grid",
                     "ring_products", "ring_samples", "value_ranks")
        for ending in ("h", "cc")
    },
}

# How the includes of each third party begin.
THIRD_PARTIES = {
    "torch": r"torch/|ATen/|c10/",
    "cuda": r"cuda_\w+\.h$",
    "opencv": r"opencv2/",
    "hdf5": r"hdf5|H5",
    "png": r"png",
    "tiff": r"tiff",
    "zmq": r"zmq",
    "json": r"nlohmann/",
    "protobuf": r"google/protobuf/|.*(?<!grpc)\.pb\.h$",
    "grpc": r"grpcpp/|grpc/|.*\.grpc\.pb\.h$",
    "cbor": r"cbor",
    "lz4": r"lz4",
    "spdlog": r"spdlog/",
    "fmt": r"fmt/",
    "prometheus": r"prometheus/",
    "civetweb": r"civetweb|CivetServer",
    "toml++": r"toml\+\+/",
    "cli11": r"CLI/",
}
STANDARD = re.compile(
    r"[a-z_0-9]+$|(sys|net|netinet|arpa|linux)/\w+\.h$|"
    r"(dirent|dlfcn|errno|fcntl|malloc|netdb|poll|pthread|sched|semaphore|signal|stdlib|string|time|unistd)\.h$")

# Which third parties the files of a room may include.
MAY_USE = {
    "proto/rpc": ["grpc", "protobuf"],
    "proto/wire": ["json", "cbor", "lz4"],
    "proto/cxi": ["hdf5"],
    "proto/images": ["png", "tiff"],
    "proto/plot": ["opencv", "png"],
    "model": ["torch", "json", "cuda"],
    "model/simulation": ["torch"],
    "model/studies": ["opencv"],
    "model/trainer": ["torch", "json"],
    "server/telemetry": ["spdlog", "fmt", "prometheus"],
    "server/ingest": ["zmq"],
    "server/sinks": ["zmq", "json"],
    "server/services": ["grpc", "protobuf"],
    "server/web": ["civetweb", "json"],
    "server": ["toml++", "cli11"],
    "client": ["grpc", "protobuf"],
    "client/cli": ["cli11", "fmt", "json"],
    "client/detector": ["zmq", "cli11"],
}
# No third party shows in a header which another room includes. But metrics are what
# prometheus counts, and proto/rpc is there to be gRPC's.
SHOWS_ANYWHERE = {"prometheus"}
SHOWS_THIRD_PARTIES = {"proto/rpc"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")')


def room_of(path):
    for room, files in ROOM_FILES.items():
        if path in files:
            return room
    rooms = [room for room in ROOMS if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def third_party_of(include):
    for name, pattern in THIRD_PARTIES.items():
        if re.match(pattern, include):
            return name
    return None


def read_includes(root):
    """{file: [(line, include, quoted)]} of every source below a room's top folder."""
    files = {}
    for top in sorted({room.split("/")[0] for room in ROOMS}):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cc", ".cu", ".inc"):
                continue
            found = []
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if match:
                    found.append((number, match[1][1:-1], match[1][0] == '"'))
            files[path.relative_to(root).as_posix()] = found
    return files


def check_table():
    rooms = list(ROOMS)
    for room, uses in ROOMS.items():
        for used in uses:
            used_room = used if used in ROOMS else room_of(used)
            if used_room is None or rooms.index(used_room) >= rooms.index(room):
                yield f"table: {room} may not list {used}, which does not stand above it"


def check_edges(files):
    for path, includes in files.items():
        room = room_of(path)
        if room is None:
            yield f"{path}: no room in the table holds this file"
            continue
        for line, include, quoted in includes:
            place = f'{path}:{line}: includes "{include}"'
            third_party = third_party_of(include)
            if third_party and include not in files:
                if third_party not in MAY_USE.get(room, []):
                    yield f"{place}: {room} may not use {third_party}"
                if include.endswith(".pb.h") and "proto/rpc" not in ROOMS[room]:
                    yield f"{place}: {room} may not include proto/rpc"
            elif quoted and include not in files:
                yield f"{place}: no such file below the repository root"
            elif quoted:
                used = room_of(include)
                if used != room and not {used, include} & set(ROOMS[room]):
                    yield f"{place}: {room} may not include {used}"
            elif not STANDARD.match(include):
                yield f"{place}: neither standard nor a third party of the table"


def hidden_third_parties(files, header, seen):
    """(third party, chain of files) for everything that `header` drags in."""
    if header in seen:
        return
    seen.add(header)
    for _, include, _ in files[header]:
        third_party = third_party_of(include)
        if include in files:
            for name, chain in hidden_third_parties(files, include, seen):
                yield name, [header] + chain
        elif third_party and third_party not in SHOWS_ANYWHERE:
            yield third_party, [header, include]


def check_public_headers(files):
    public = {include
              for path, includes in files.items()
              for _, include, _ in includes
              if include in files and room_of(include) != room_of(path)}
    told = set()
    for header in sorted(public):
        if room_of(header) in SHOWS_THIRD_PARTIES:
            continue
        for name, chain in hidden_third_parties(files, header, set()):
            if tuple(chain[-2:]) in told:
                continue
            told.add(tuple(chain[-2:]))
            yield (f"{header}: another room includes it, so {name} may not show in it: "
                   + " -> ".join(chain))


def check(root):
    files = read_includes(pathlib.Path(root))
    if not files:
        return [f"{root}: no sources found"]
    return [*check_table(), *check_edges(files), *check_public_headers(files)]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: layering.py ROOT")
    problems = check(sys.argv[1])
    print("\n".join(problems) or "every include is in the table")
    sys.exit(1 if problems else 0)
