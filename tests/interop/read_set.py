#!/usr/bin/python3
"""Opens sets of shots as any h5py user would, and checks all that must agree in one.

    read_set.py [--lit] FILE...

Prints one line per file: shots, shape and type of the images, positives of each class. Says
what is wrong on standard error and exits 1 otherwise. With --lit also how many pixels are
above 28, 40 and 60 counts: the least, 1 %, median, 99 % and most over all shots of all files.
"""
import sys

import h5py
import numpy as np

CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]
DETECTOR = "/entry_1/instrument_1/detector_1"
ELEMENTARY_CHARGE = 1.602176634e-19


class Disagreement(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Disagreement(" ".join(str(w) for w in what))


def read_set(path):
    """All of a set but its images, after checking it: a dict of arrays and of texts."""
    with h5py.File(path) as file:
        check(file["cxi_version"][()] == 160, path, "is not CXI 1.6")
        check(file["number_of_entries"][()] == 1, path, "has not one entry")
        check(file["/entry_1/data_1/data"] == file[DETECTOR + "/data"], path, "data link")
        stack = file[DETECTOR + "/data"]
        shots = len(stack)
        check(stack.attrs["axes"].decode() == "experiment_identifier:y:x", path, "axes")
        check(file["/entry_1/shots_written"][:] == [shots], path, "is not finished")

        tags = file[DETECTOR + "/tags"]
        check(tags.dtype == np.int8 and tags.shape == (11, shots), path, "tags", tags)
        check(list(tags.attrs["headings"].astype(str)) == CLASSES, path, "headings")
        note = file["/entry_1/note_1/data"]
        check(note.dtype == np.int32 and note.shape == (shots, 11), path, "note", note)
        labels = note[:]
        check((tags[:].T == labels).all(), path, "labels differ between tags and note")
        check(np.isin(labels, (0, 1)).all(), path, "labels are not 0 and 1")

        identifiers = file["/entry_1/experiment_identifier"][:].astype(str)
        check(len(set(identifiers)) == shots, path, "identifiers", identifiers)
        truth = {name: column[:] for name, column in file["/entry_1/sample_1"].items()}
        for name, column in truth.items():
            check(column.shape == (shots,), path, name, column.shape)
            check(np.isfinite(column).all(), path, name, "is not finite")
        energy = file["/entry_1/instrument_1/source_1/energy"][:]
        check(np.allclose(energy, truth["photon_energy_ev"] * ELEMENTARY_CHARGE, rtol=1e-12),
              path, "energies in J and eV differ")
        if "distance" in file[DETECTOR]:  # a set that was simulated
            pitch = 0.075 / stack.shape[1]
            for name, expected in (("distance", 0.065), ("x_pixel_size", pitch),
                                   ("y_pixel_size", pitch),
                                   ("basis_vectors", [[0, -pitch, 0], [pitch, 0, 0]]),
                                   ("corner_position", [-0.0375, 0.0375, 0.065])):
                check(np.allclose(file[DETECTOR][name][()], expected, rtol=1e-12), path,
                      name, file[DETECTOR][name][()])
        for index in range(shots):
            check(np.isfinite(stack[index]).all(), path, "shot", index, "is not finite")
            check(stack[index].max() > 0, path, "shot", index, "is dark")
        return {"shots": shots, "shape": stack.shape[1:], "dtype": stack.dtype,
                "labels": labels, "identifiers": identifiers, "truth": truth,
                "energy": energy,
                "attributes": {name: value.decode()
                               for name, value in file["/entry_1"].attrs.items()}}


def print_lit_pixels(paths):
    lit = {counts: [] for counts in (28, 40, 60)}
    for path in paths:
        with h5py.File(path) as file:
            stack = file[DETECTOR + "/data"]
            for index in range(len(stack)):
                image = stack[index]
                for counts, of_shots in lit.items():
                    of_shots.append((image > counts).sum())
    for counts, of_shots in lit.items():
        print(f"above {counts}:", *np.quantile(of_shots, (0, 0.01, 0.5, 0.99, 1)).astype(int))


def main():
    paths = [argument for argument in sys.argv[1:] if argument != "--lit"]
    for path in paths:
        content = read_set(path)
        positives = " ".join(f"{name}={count}" for name, count
                             in zip(CLASSES, content["labels"].sum(axis=0)))
        rows, cols = content["shape"]
        print(f"{path}: {content['shots']} shots of {rows} x {cols} {content['dtype']}; "
              f"{positives}")
    if len(paths) < len(sys.argv) - 1:
        print_lit_pixels(paths)


if __name__ == "__main__":
    try:
        main()
    except (Disagreement, OSError, KeyError) as error:
        sys.exit(f"read_set: {error}")
