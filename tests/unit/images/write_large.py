"""Writes sets of 500 and 5,000 images whose files are far smaller than their pixels:
write_large.py FOLDER KIND"""
import pathlib
import sys
import zlib

import h5py
import numpy as np

from picture_formats import tiff

FOLDER, KIND = pathlib.Path(sys.argv[1]), sys.argv[2]
SIZE = 64


def chunked(f, count, per_chunk):
    """Compressed chunks of `per_chunk` images, all the same bytes."""
    data = f.create_dataset("data/data", (count, SIZE, SIZE), np.uint16, compression="gzip",
                            chunks=(per_chunk, SIZE, SIZE))
    chunk = zlib.compress(np.ones((per_chunk, SIZE, SIZE), np.uint16).tobytes(), 1)
    for first in range(0, count, per_chunk):
        data.id.write_direct_chunk((first, 0, 0), chunk)


def entry_per_image(f, count):
    for number in range(1, count + 1):
        f[f"entry_{number}/instrument_1/detector_1/data"] = np.ones((16, 16), np.uint16)


for count in 500, 5000:
    path = FOLDER / str(count)
    if KIND == "tiff":
        page = np.ones((SIZE, SIZE), np.uint16)
        path.write_bytes(tiff([page] * count, deflate=True, strip=SIZE))
        continue
    with h5py.File(path, "w") as file:
        if KIND == "entry_per_image":
            entry_per_image(file, count)
        else:
            chunked(file, count, {"chunk_per_image": 1, "chunks_of_25": 25}[KIND])
