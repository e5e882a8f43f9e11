"""Reads a checkpoint with numpy alone and checks what any safetensors library relies on."""

import json
import struct
import sys

import numpy

DTYPES = {"F16": numpy.float16, "F32": numpy.float32}
CLASSES = ("spherical_oblate,round,elliptical,prolate,streak,bent,asymmetric,newton_rings,"
           "double_rings,layered,empty")

with open(sys.argv[1], "rb") as file:
    content = file.read()
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8:8 + length])
data = content[8 + length:]
metadata = header.pop("__metadata__")

covered = 0
parameters = 0
for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, end = entry["data_offsets"]
    assert begin == covered, f"{name} leaves a hole"
    array = numpy.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    assert numpy.isfinite(array).all(), f"{name} is not finite"
    parameters += array.size if not name.split(".")[-1].startswith("running_") else 0
    covered = end
assert covered == len(data), "bytes after the last tensor"
assert parameters == 11_178_187, parameters
assert header["stem.weight"] == {"dtype": "F16", "shape": [64, 1, 7, 7],
                                 "data_offsets": header["stem.weight"]["data_offsets"]}
assert len(content) <= 25_000_000, len(content)

assert metadata["architecture"] == "resnet18-log"
assert metadata["classes"] == CLASSES
thresholds = [float(text) for text in metadata["thresholds"].split(",")]
assert len(thresholds) == 11 and all(0 <= value <= 1 for value in thresholds)
assert 0 <= float(metadata["input_mean_p01"]) < float(metadata["input_mean_p99"])
assert 0 <= float(metadata["metric.macro_f1"]) <= 1
