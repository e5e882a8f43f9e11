#!/usr/bin/python3
"""Opens the hit files of a folder, and every view per class, as any h5py user would.

    read_hits.py FOLDER [--plain] [--expect IDS]

Prints one line "source train_id pulse_id" per hit; says what is wrong on standard error
and exits 1 when files, views and each other disagree. --plain opens without swmr=True,
which works once airyd has stopped. --expect compares with a file of such lines.
"""
import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import h5py
import numpy as np

CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]
HIT_FILE = re.compile(r"(.+)_(\d{5,9})\.cxi")
DETECTOR = "/entry_1/instrument_1/detector_1"


class Disagreement(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Disagreement(" ".join(str(w) for w in what))


def read_hit_file(path, swmr):
    """All columns of a hit file up to its number of shots: the ids, which come last."""
    with h5py.File(path, "r", swmr=swmr) as file:
        shots = len(file["/entry_1/train_id"])
        check(file["cxi_version"][()] == 160, path, "is not CXI 1.6")
        check(file["/entry_1/data_1/data"] == file[DETECTOR + "/data"], path, "data link")
        stack = file[DETECTOR + "/data"]
        check(stack.shape[0] >= shots, path, "has", shots, "ids, images", stack.shape[0])
        check(file[DETECTOR + "/mask"].shape == stack.shape[1:], path, "mask shape")
        tags = file[DETECTOR + "/tags"]
        check(list(tags.attrs["headings"].astype(str)) == CLASSES, path, "headings")
        columns = {
            "train_id": file["/entry_1/train_id"][:shots],
            "pulse_id": file["/entry_1/pulse_id"][:shots],
            "probabilities": file["/entry_1/result_1/probabilities"][:shots],
            "identifier": file["/entry_1/experiment_identifier"][:shots].astype(str),
            "lit_pixels": file["/entry_1/result_1/lit_pixels"][:shots],
            "arrival": file["/entry_1/arrival_time_unix_ns"][:shots],
            "model": file["/entry_1/result_1/model_index"][:shots],
        }
        for name, column in columns.items():
            check(len(column) == shots, path, "has", len(column), name, "of", shots)
        check(tags.shape[1] >= shots, path, "has", tags.shape[1], "tags of", shots)
        columns["tags"] = tags[:, :shots].T
        columns["sums"] = np.array([stack[i].sum(dtype=np.float64) for i in range(shots)])
        source = file[DETECTOR + "/description"][()].decode()
        for i, (train, pulse) in enumerate(zip(columns["train_id"], columns["pulse_id"])):
            check(columns["identifier"][i] == f"{source}/{train}/{pulse}", path, "shot", i)
        thresholds = file["/entry_1/process_1/model_thresholds"][:]
        if shots:
            expected = columns["probabilities"] >= thresholds[columns["model"]]
            check((expected == columns["tags"]).all(), path, "tags are not the labels")
        return source, columns


def check_views(index, files):
    """Every view of an index against the rows of the files it is made of."""
    names = [name.decode() for name in index["/files/name"][:]]
    shots = index["/files/shots"][:]
    rows = {}
    for name, count in zip(names, shots):
        _, columns = files[name]
        check(count <= len(columns["train_id"]), index, "counts too much in", name)
        for key, column in columns.items():
            rows.setdefault(key, []).append(column[:count])
    rows = {key: np.concatenate(parts) for key, parts in rows.items()}
    for c, class_name in enumerate(CLASSES):
        view = index["/classes/" + class_name]
        chosen = np.flatnonzero(rows["tags"][:, c]) if rows else []
        check(index[f"/entry_{c + 1}/title"][()].decode() == class_name, index, "title", c)
        check(index[f"/entry_{c + 1}/data_1/data"] == view["data"], index, "entry", c)
        check(len(view["data"]) == len(chosen), index, class_name, "has",
              len(view["data"]), "images, not", len(chosen))
        if len(chosen) == 0:
            continue
        for key in ("train_id", "pulse_id", "probabilities"):
            check((view[key][:] == rows[key][chosen]).all(), index, class_name, key)
        for i, row in enumerate(chosen):
            check(view["data"][i].sum(dtype=np.float64) == rows["sums"][row],
                  index, class_name, "image", i)
    return dict(zip(names, shots))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--expect", type=Path)
    args = parser.parse_args()
    swmr = not args.plain

    # The indexes are opened first: what one counts is in the files from then on.
    indexes = [h5py.File(path, "r", swmr=swmr)
               for path in sorted(args.folder.glob("*_index.cxi"))]
    files = {path.name: read_hit_file(path, swmr)
             for path in sorted(args.folder.glob("*.cxi")) if HIT_FILE.fullmatch(path.name)}
    covered = {}
    for index in indexes:
        covered.update(check_views(index, files))
    ids = Counter()
    for name, (source, columns) in files.items():
        if args.plain:
            check(covered.get(name) == len(columns["train_id"]), name, "is not all indexed")
        for train, pulse in zip(columns["train_id"], columns["pulse_id"]):
            ids[f"{source} {train} {pulse}"] += 1
    twice = [line for line, count in ids.items() if count > 1]
    check(not twice, "saved more than once:", twice[:5])
    if args.expect:
        expected = set(args.expect.read_text().splitlines())
        check(set(ids) == expected, "missing:", sorted(expected - set(ids))[:5],
              "unexpected:", sorted(set(ids) - expected)[:5])
    print("\n".join(ids))


if __name__ == "__main__":
    try:
        main()
    except Disagreement as error:
        sys.exit(f"read_hits: {error}")
