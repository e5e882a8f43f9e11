"""Writes PNG, TIFF and HDF5 files as other people's programs do: write_images.py FOLDER.
Image i of a stack holds 100 * i, 100 * i + 1, ..."""
import pathlib
import sys

import h5py
import numpy as np

from picture_formats import png, tiff

FOLDER = pathlib.Path(sys.argv[1])


def image(index, dtype, rows=3, cols=5):
    return (np.arange(rows * cols).reshape(rows, cols) + 100 * index).astype(dtype)


def stack(dtype, count=3):
    return [image(index, dtype) for index in range(count)]


files = {
    "8.png": png(image(1, np.uint8)),
    "16.png": png(image(1, np.uint16)),
    "4.png": png(image(0, np.uint8, 3, 5), bits=4),
    "colour.png": png(np.zeros((3, 5, 3), np.uint8), colour=2),
    "complex.tif": tiff(stack(np.complex64)),
    "colour.tif": tiff([np.zeros((3, 5, 3), np.uint8)], samples=3),
    "int64.tif": tiff(stack(np.int64)),
    "big_endian.tif": tiff(stack(np.uint16), order=">"),
    "deflate.tif": tiff(stack(np.int32), deflate=True),
    "tiles.tif": tiff([image(i, np.float32, 20, 37) for i in range(2)], tile=(16, 16)),
    "odd_page.tif": tiff([image(0, np.uint16), image(1, np.uint16, 4, 5)]),
}
for kind in "u1", "i2", "u2", "i4", "u4", "f4", "f8":
    files[f"{kind}.tif"] = tiff(stack(kind))
for number in 1, 2, 9, 10, 11:
    files[f"list/shot_{number}.png"] = png(image(number, np.uint16))
files["list/notes.txt"] = b"no image"
for number in 1, 2:
    files[f"unlike/shot_{number}.png"] = png(image(0, np.uint16, 3, 4 + number))
files["nothing/notes.txt"] = b"no image"
for name, content in files.items():
    (FOLDER / name).parent.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(content)

with h5py.File(FOLDER / "plain.h5", "w") as file:
    file["raw/frames"] = np.array(stack(np.uint16, 4))
    file["raw/none"] = np.zeros((0, 3, 5), np.uint16)
    file["raw/line"] = np.zeros(7, np.uint16)
    file["raw/words"] = np.zeros((2, 2), "S3")
with h5py.File(FOLDER / "not_here.h5", "w") as file:
    file["other"] = 1

# One directory per class, a file per shot, names of datasets unknown: CXIDB-10.
(FOLDER / "nanorice").mkdir()
for number in range(1, 4):
    with h5py.File(FOLDER / f"nanorice/r0{number}.h5", "w") as file:
        file["data/data"] = image(number, np.int16)
        file["odd/place"] = image(10 * number, np.int16)

# All of it: a folder of such folders, of unlike numbers of shots, and what may lie beside.
for number, name in enumerate(("Magnetosomes", "nanorice", "PBCV-1", "T4")):
    (FOLDER / "classes" / name).mkdir(parents=True)
    for shot in range(number + 1):
        with h5py.File(FOLDER / f"classes/{name}/r{shot}.h5", "w") as file:
            file["data/data"] = image(number, np.int16)
            file["odd/place"] = image(10 * number, np.int16)
(FOLDER / "classes/README.txt").write_text("where this is from")
(FOLDER / "twins/A-1").mkdir(parents=True)
(FOLDER / "twins/a_1").mkdir()
for name in "A-1", "a_1":
    with h5py.File(FOLDER / f"twins/{name}/r.h5", "w") as file:
        file["data/data"] = image(1, np.int16)
(FOLDER / "one_bare/full").mkdir(parents=True)
(FOLDER / "one_bare/bare").mkdir()
with h5py.File(FOLDER / "one_bare/full/r.h5", "w") as file:
    file["data/data"] = image(1, np.int16)

# A labelled run in two files, with what airyd puts beside them.
(FOLDER / "run").mkdir()
for number in 1, 2:
    with h5py.File(FOLDER / f"run/ldm_0000{number}.cxi", "w") as file:
        detector = file.create_group("entry_1/instrument_1/detector_1")
        detector["data"] = np.array(stack(np.uint16, 2)) + 1000 * number
        detector["mask"] = np.eye(3, 5, dtype=np.uint32) * 0x80
        detector["distance"] = 0.065
        file["entry_1/note_1/data"] = np.eye(2, 11, number, dtype=np.int32)
        file["entry_1/instrument_1/source_1/energy"] = 3e-18 * number
        file["entry_1/experiment_identifier"] = [f"{number}a", f"{number}b"]
with h5py.File(FOLDER / "run/ldm_index.cxi", "w") as file:
    file["entry_1/data_1/data"] = np.zeros((9, 9))
