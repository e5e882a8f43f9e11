"""Writes CXI and HDF5 files the way other people's programs do: write_foreign.py FOLDER"""
import sys

import h5py
import numpy as np

CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]


def cdtools(f):
    """Ptychography data as cdtools writes it: int32, odd chunks, gzip, transposed basis."""
    f["cxi_version"] = 160
    f["number_of_entries"] = 1
    detector = f.create_group("entry_1/instrument_1/detector_1")
    stack = np.arange(5 * 6 * 7, dtype=np.int32).reshape(5, 6, 7) - 3
    detector.create_dataset("data", data=stack, chunks=(2, 3, 4), compression="gzip")
    detector["basis_vectors"] = np.zeros((3, 2), np.float32)
    detector["distance"] = np.float32(2.0)
    f["entry_1/data_1/data"] = h5py.SoftLink("/entry_1/instrument_1/detector_1/data")


def cxidb94(f):
    """One image and its labels as CXIDB-94 keeps them."""
    entry = f.create_group("entry_1")
    entry["experimental_identifier"] = np.bytes_("123456789")
    entry["instrument_1/detector_1/data"] = np.arange(12, dtype=np.float32).reshape(3, 4)
    entry["note_1/data"] = np.array([[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]])


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


for kind in (cdtools, cxidb94, plain, tags_out_of_order, complex_pixels, four_dimensions,
             no_rows, only_groups, dangling_link):
    with h5py.File(f"{sys.argv[1]}/{kind.__name__}.cxi", "w") as file:
        kind(file)
