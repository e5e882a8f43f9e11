"""Reads airyd's result stream as a stranger would, from server/sinks/README.md alone.

Ends with 0 and the topics seen once every kind has come; with 1 and the fault otherwise.
"""
import json
import sys

import zmq

CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]
STAGES = ["decode", "queue", "preprocess", "batch", "infer", "total"]
ALWAYS = {"source": str, "train_id": int, "pulse_id": int, "sequence": int, "missed": int,
          "detector_time_unix_ns": int, "arrival_unix_ns": int, "outcome": str, "hit": bool,
          "lit_pixels": int, "stage_s": dict}
ONLY = {"classified": {"probabilities": dict, "labels": list, "model": dict},
        "miss": {},
        "dropped": {"drop": dict}}


def check(topic, result):
    fields = ALWAYS | ONLY[result["outcome"]]
    assert set(result) == set(fields), set(result) ^ set(fields)
    for name, kind in fields.items():
        assert type(result[name]) is kind, (name, result[name])
    kind = ("drop" if result["outcome"] == "dropped" else
            "hit" if result["hit"] else "miss")
    assert topic == f"{kind}.{result['source']}", (topic, result)
    assert list(result["stage_s"]) == STAGES
    assert all(seconds >= 0 for seconds in result["stage_s"].values())
    if result["outcome"] == "classified":
        assert list(result["probabilities"]) == CLASSES
        assert all(0 <= p <= 1 for p in result["probabilities"].values())
        assert set(result["labels"]) <= set(CLASSES)
        assert set(result["model"]) == {"name", "version", "sha256"}
        assert len(result["model"]["sha256"]) == 64
    if result["outcome"] == "dropped":
        assert set(result["drop"]) == {"stage", "reason"}


def main(endpoint):
    socket = zmq.Context().socket(zmq.SUB)
    socket.setsockopt(zmq.RCVTIMEO, 20_000)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(endpoint)
    seen = set()
    while len(seen) < 3:
        parts = socket.recv_multipart()
        assert len(parts) == 2, parts
        topic = parts[0].decode()
        check(topic, json.loads(parts[1]))
        seen.add(topic)
    print(*sorted(seen))


main(sys.argv[1])
