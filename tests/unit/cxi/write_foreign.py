"""Writes CXI and HDF5 files the way other people's programs do: write_foreign.py FOLDER"""
import sys

import h5py
import numpy as np

CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]


def petra(f):
    """What cdtools made of a ptychography at PETRA III, P25 (petra3_p25.cxi): int32 in odd
    chunks with gzip, energy in joules, and basis vectors as columns."""
    f["cxi_version"] = 160
    f["number_of_entries"] = 1
    detector = f.create_group("entry_1/instrument_1/detector_1")
    stack = np.arange(60 * 100 * 100, dtype=np.int32).reshape(60, 100, 100) % 10000
    stack += 10000 * np.arange(60, dtype=np.int32)[:, None, None] - 3
    detector.create_dataset("data", data=stack, chunks=(25, 13, 25), compression="gzip")
    mask = np.zeros((100, 100), np.uint32)
    mask[0, 5:7] = 0x80, 0x1000
    detector["mask"] = mask
    detector["basis_vectors"] = np.array([[0, -5.5e-5], [-5.5e-5, 0], [0, 0]], np.float32)
    detector["distance"] = np.float32(1.12)
    detector["x_pixel_size"] = detector["y_pixel_size"] = np.float32(5.5e-5)
    f["entry_1/instrument_1/source_1/energy"] = np.float32(2.0280385e-15)
    f["entry_1/data_1/data"] = h5py.SoftLink("/entry_1/instrument_1/detector_1/data")


def cxidb94(f):
    """A shot in each entry, with its labels, bunch and energy, as CXIDB-94 keeps them."""
    for number in range(1, 13):
        entry = f.create_group(f"entry_{number}")
        image = np.arange(12, dtype=np.float32).reshape(3, 4) + 100 * number
        entry["instrument_1/detector_1/data"] = image[None] if number == 2 else image
        entry["instrument_1/source_1/energy"] = [(19 + number / 100) * 1.602176634e-19]
        bunch = 123456000 + number
        entry["experimental_identifier"] = np.bytes_(str(bunch)) if number % 2 else bunch
        note = np.zeros((1, 11), int)
        note[0, [10] if number == 10 else [0, 1, 7]] = 1
        entry["note_1/data"] = note if number % 3 else note[0]


def cxidb94_odd_shape(f):
    for number, rows in (1, 3), (2, 4), (3, None):
        entry = f.create_group(f"entry_{number}")
        if rows:
            entry["instrument_1/detector_1/data"] = np.zeros((rows, 4), np.float32)
        entry["note_1/data"] = np.zeros(11 if number == 1 else 10, int)


def types(f):
    stack = np.arange(24).reshape(2, 3, 4)
    for kind in ("int64", "float16", "int8"):
        f[kind] = stack.astype(kind)
    f["one_module"] = stack.astype(np.uint16)[:, None]


def cheetah(f):
    """A mask per shot beside a shared one, pixel sizes alone, texts of variable length."""
    detector = f.create_group("entry_1/instrument_1/detector_1")
    detector["data"] = np.zeros((2, 3, 4), np.int16)
    detector["mask"] = np.ones((2, 3, 4), np.uint16)
    shared = np.zeros((3, 4), np.uint16)
    shared[0, 1], shared[2, 3] = 1, 4
    detector["mask_shared"] = shared
    detector["x_pixel_size"], detector["y_pixel_size"] = [1e-4], 2e-4
    detector["corner_position"] = [0.01, 0.02, 0.5]
    f["entry_1/instrument_1/source_1/energy"] = [3e-18, 4e-18]
    f["entry_1/experiment_identifier"] = ["LCLS_a", "LCLS_b"]


def wrong_setup(f):
    f["entry_1/instrument_1/detector_1/data"] = np.zeros((2, 3, 4), np.uint16)
    f["entry_1/instrument_1/detector_1/mask"] = np.zeros((4, 3), np.uint32)
    f["entry_1/instrument_1/source_1/energy"] = 24.8
    f["entry_1/experiment_identifier"] = 1.5
    labels = np.zeros((2, 11), np.int32)
    labels[1, CLASSES.index("bent")] = 7
    f["entry_1/note_1/data"] = labels


def flags(f):
    f["data/data"] = np.zeros((3, 4), bool)


def stacks_in_entries(f):
    for number in 1, 2:
        f[f"entry_{number}/data_1/data"] = np.zeros((5, 3, 4), np.uint16)


def plain(f):
    f["data/data"] = np.arange(24, dtype=">u2").reshape(2, 3, 4)


def tags_out_of_order(f):
    """Tags in reversed order among others, headings of variable length, EXtra-data ids."""
    f["entry_1/data_1/data"] = np.zeros((2, 3, 4), np.uint16)
    names = ["dark"] + CLASSES[::-1]
    tags = np.zeros((12, 2), np.int8)
    tags[0] = 1
    tags[names.index("bent"), 1] = 1
    tags[names.index("empty"), 0] = 1
    f["entry_1/instrument_1/detector_1/tags"] = tags
    f["entry_1/instrument_1/detector_1/tags"].attrs["headings"] = names
    f["entry_1/trainId"] = np.array([1000, 2**63 + 1], np.uint64)
    f["entry_1/pulseId"] = np.array([7, 9], np.uint16)


def complex_pixels(f):
    f["entry_1/image_1/data"] = np.zeros((2, 3, 4), np.complex64)


def four_dimensions(f):
    f["entry_1/data_1/data"] = np.zeros((2, 3, 4, 5), np.uint16)


def no_rows(f):
    f["entry_1/data_1/data"] = np.zeros((2, 0, 4), np.uint16)


def only_groups(f):
    f.create_group("entry_1/data_1/data")


def dangling_link(f):
    f["entry_1/data_1/data"] = h5py.SoftLink("/entry_1/nowhere")


for kind in (petra, cxidb94, cxidb94_odd_shape, types, cheetah, wrong_setup, flags,
             stacks_in_entries, plain, tags_out_of_order, complex_pixels, four_dimensions,
             no_rows, only_groups, dangling_link):
    with h5py.File(f"{sys.argv[1]}/{kind.__name__}.cxi", "w") as file:
        kind(file)
