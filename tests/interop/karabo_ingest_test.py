"""Streams from an independent Karabo bridge server into airy::ingest."""

import json
import subprocess
import sys
import unittest

import msgpack
import numpy as np
import zmq

import karabo_bridge as kb

PROBE = sys.argv.pop(1)
SENDERS = {"sub": zmq.XPUB, "pull": zmq.PUSH, "req": zmq.REP}
JUNGFRAU = "SPB_EXP/DET/JF1:daqOutput"


def receive(messages, count, type="pull", probe_binds=False, **options):
    """What the probe says about `messages`: a list of frames and rejections."""
    options = {"axes": "fyx", "key": "image.data", "source": "", "pulse_id_key": "",
               **options}
    socket = None
    endpoint = "tcp://127.0.0.1:*"
    if not probe_binds:
        socket, endpoint = kb.open_socket(SENDERS[type], bind=endpoint)
    probe = subprocess.Popen(
        [PROBE, f"type={type}", f"endpoint={endpoint}", f"bind={int(probe_binds)}",
         f"count={count}", *(f"{key}={value}" for key, value in options.items())],
        stdout=subprocess.PIPE, text=True)
    try:
        bound = json.loads(probe.stdout.readline())["endpoint"]
        if probe_binds:
            socket, _ = kb.open_socket(SENDERS[type], connect=bound)
        kb.serve(socket, messages)
        lines = [json.loads(line) for line in probe.stdout]
        assert probe.wait(timeout=30) == 0, lines
        return lines
    finally:
        probe.kill()
        probe.wait()
        probe.stdout.close()
        if socket is not None:
            socket.close(linger=0)


class KaraboIngestTest(unittest.TestCase):
    def test_golden_bytes_over_every_socket_type_and_direction(self):
        for kind in SENDERS:
            for probe_binds in (False, True):
                with self.subTest(type=kind, probe_binds=probe_binds):
                    frame, = receive([kb.GOLDEN], 1, kind, probe_binds, key="data.adc",
                                     source=JUNGFRAU)
                    self.assertEqual(frame, {
                        "train_id": 1234567890, "pulse_id": 0,
                        "time_ns": 1_700_000_000_250_000_000, "type": "uint16",
                        "rows": 2, "cols": 3, "pixels": [0, 1, 2, 3, 4, 5]})

    def test_the_serialiser_of_these_tests_writes_the_golden_bytes(self):
        parts = kb.block(JUNGFRAU, kb.metadata(JUNGFRAU, 1234567890),
                         {"data.adc": np.arange(6, dtype=np.uint16).reshape(1, 2, 3)},
                         {"data.frameNumber": 7, "note": "ok", "ok": True, "n": None})
        self.assertEqual(parts, kb.GOLDEN)

    def test_axis_orders_and_types(self):
        image = np.arange(3 * 2 * 4 * 5).reshape(3, 2, 4, 5)  # f m y x
        for axes, dtype in [("fmyx", "uint16"), ("mfyx", "float32"), ("yxmf", "int32"),
                            ("xyfm", "uint8"), ("fmxy", "float64"), ("fymx", "int16"),
                            ("mxyf", "uint32")]:
            with self.subTest(axes=axes, dtype=dtype):
                array = image.transpose(["fmyx".index(a) for a in axes]).astype(dtype)
                parts = kb.block("DET", kb.metadata("DET", 7), {"image.data": array})
                frames = receive([parts], 3, axes=axes)
                for pulse, frame in enumerate(frames):
                    self.assertEqual(frame["pulse_id"], pulse)
                    self.assertEqual(frame["type"], dtype)
                    self.assertEqual((frame["rows"], frame["cols"]), (8, 5))
                    self.assertEqual(frame["pixels"], image[pulse].ravel().tolist())

    def test_gain_axis_takes_the_data(self):
        image = np.arange(2 * 2 * 3 * 4, dtype=np.uint16).reshape(2, 2, 3, 4)  # f g y x
        parts = kb.block("DET", kb.metadata("DET", 7), {"image.data": image})
        frames = receive([parts], 2, axes="fgyx")
        self.assertEqual(frames[1]["pixels"], image[1, 0].ravel().tolist())

    def test_an_agipd_module_train(self):
        pulses = 8
        data = np.random.default_rng(1).integers(0, 9000, (pulses, 32, 16), dtype=np.uint16)
        source = "SPB_DET_AGIPD1M-1/DET/3CH0:xtdf"
        arrays = {"image.data": data,
                  "image.cellId": np.arange(pulses, dtype=np.uint16),
                  "image.gain": data.transpose(0, 2, 1).copy(),
                  "image.pulseId": np.arange(0, 4 * pulses, 4, dtype=np.uint64),
                  "image.trainId": np.full(pulses, 99, dtype=np.uint64)}
        frames = receive([kb.block(source, kb.metadata(source, 99), arrays)], pulses,
                         source=source, pulse_id_key="image.pulseId")
        self.assertEqual([f["pulse_id"] for f in frames], list(range(0, 32, 4)))
        for frame, image in zip(frames, data):
            self.assertEqual(frame["train_id"], 99)
            self.assertEqual(frame["pixels"], image.ravel().tolist())

    def test_several_sources_in_one_message(self):
        camera = np.full((2, 2), 5, dtype=np.uint8)
        detector = np.arange(6, dtype=np.uint16).reshape(1, 2, 3)
        message = (kb.block("A/CAM", kb.metadata("A/CAM", 4), {"data.image": camera})
                   + kb.block("B/SLOW", kb.metadata("B/SLOW", 4), {}, {"actual": 3.5})
                   + kb.block("C/DET", kb.metadata("C/DET", 4), {"image.data": detector}))
        frame, = receive([message], 1)
        self.assertEqual(frame["pixels"], list(range(6)))
        frame, = receive([message], 1, source="A/CAM", key="data.image", axes="yx")
        self.assertEqual(frame["pixels"], [5] * 4)

    def test_whole_number_timestamps_and_raw_keys(self):
        meta = {"timestamp.sec": 1_700_000_000, "timestamp.frac": 125_000_000_000_000_000,
                "timestamp.tid": 3}
        array = np.ones((1, 1, 2), dtype=np.float32)
        parts = kb.block("DET", meta, {"image.data": array})
        parts[0] = msgpack.packb({b"source": b"DET", b"content": b"msgpack",
                                  b"metadata": {k.encode(): v for k, v in meta.items()}},
                                 use_bin_type=False)
        frame, = receive([parts], 1)
        self.assertEqual(frame["time_ns"], 1_700_000_000_125_000_000)

    def test_bad_messages_are_counted_by_reason_and_the_next_is_taken(self):
        good = kb.block("DET", kb.metadata("DET", 5),
                        {"image.data": np.ones((1, 2, 3), dtype=np.uint16)})
        def with_array(array, **meta):
            return kb.block("DET", {**kb.metadata("DET", 5), **meta}, {"image.data": array})
        bad = {
            "server_error": [b"Error: bad request nxt"],
            "truncated": good[:-1],
            "malformed": [b"\xc1", b""],
            "missing_key": kb.block("DET", kb.metadata("DET", 5), {"x": np.ones(3)}),
            "bad_type": with_array(np.ones((1, 2, 3), dtype=">u2")),
            "bad_shape": with_array(np.ones((2, 3), dtype=np.uint16)),
        }
        old_format = [msgpack.packb({"DET": {"metadata": {}}})]
        lines = receive([*bad.values(), old_format, good], len(bad) + 2)
        self.assertEqual([line.get("rejected") for line in lines],
                         [*bad, "malformed", None])

    def test_trains_without_pulses_are_no_error(self):
        empty = kb.block("DET", kb.metadata("DET", 1),
                         {"image.data": np.zeros((0, 2, 3), dtype=np.uint16)})
        no_arrays = kb.block("DET", kb.metadata("DET", 2), {})
        good = kb.block("DET", kb.metadata("DET", 3),
                        {"image.data": np.ones((1, 2, 3), dtype=np.uint16)})
        frame, = receive([empty, no_arrays, good], 1)
        self.assertEqual(frame["train_id"], 3)


if __name__ == "__main__":
    unittest.main()
