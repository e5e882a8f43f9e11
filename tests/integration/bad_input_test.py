"""Nothing that arrives can stop the stream: each bad message is counted by its reason."""

import sys
import unittest

import numpy as np
import zmq

from airyd_process import HIT, Airyd, Detector, karabo_bridge

PROGRAM = sys.argv[1]


def rejected(reason):
    return f"airy_messages_rejected_total{{reason={reason},source=a}}"


class BadInput(unittest.TestCase):
    def setUp(self):
        self.detector = Detector(zmq.PUSH)
        self.airyd = Airyd(PROGRAM, {"source.a.endpoint": self.detector.endpoint,
                                     "source.a.type": "pull",
                                     "source.a.max_message_bytes": 1_000_000})
        self.addCleanup(self.airyd.__exit__)
        self.addCleanup(self.detector.close)

    def after(self, *messages):
        """The metrics once `messages` and one good hit after them have been handled."""
        for parts in messages:
            self.detector.socket.send_multipart(parts)
        self.detector.send(hit=True)
        metrics = self.airyd.wait_for_metrics(
            lambda m: m["airy_classified_total{source=a}"] == 1)
        self.assertEqual(self.airyd.get("/livez")[0], 200)
        return metrics

    def test_nonsense_is_malformed_or_truncated(self):
        good = self.detector.message(HIT)
        metrics = self.after([b""], [b"\xff" * 100], [b"x"] * 7, good[:-1], good[::-1])
        refused = sum(v for k, v in metrics.items() if k.startswith("airy_messages_rejected"))
        self.assertEqual(refused, 5)
        self.assertGreater(metrics[rejected("malformed")] + metrics[rejected("truncated")], 0)

    def test_a_short_array_is_truncated(self):
        parts = self.detector.message(HIT)
        parts[-1] = parts[-1][:-2]
        self.assertEqual(self.after(parts)[rejected("truncated")], 1)

    def test_a_wrong_dtype_is_a_bad_type(self):
        parts = self.detector.message(HIT.astype(np.complex64))
        self.assertEqual(self.after(parts)[rejected("bad_type")], 1)

    def test_wrong_axes_are_a_bad_shape(self):
        parts = self.detector.message(np.zeros((2, 2, 64, 64), np.uint16))
        self.assertEqual(self.after(parts)[rejected("bad_shape")], 1)

    def test_another_array_is_a_missing_key(self):
        meta = karabo_bridge.metadata("det", 1)
        parts = karabo_bridge.block("det", meta, {"image.gain": HIT})
        self.assertEqual(self.after(parts)[rejected("missing_key")], 1)

    def test_a_message_over_the_limit_is_oversized(self):
        parts = self.detector.message(np.zeros((1, 1000, 1000), np.uint16))
        self.assertEqual(self.after(parts)[rejected("oversized")], 1)

    def test_a_frame_of_nan_is_dropped_as_not_finite(self):
        parts = self.detector.message(np.full((1, 64, 64), np.nan, np.float32))
        metrics = self.after(parts)
        self.assertEqual(metrics["airy_frames_dropped_total{reason=not_finite,source=a,"
                                 "stage=preprocess}"], 1)

    def test_a_flood_of_nonsense_is_logged_once_a_second(self):
        metrics = self.after(*[[b"nonsense"]] * 2000)
        refused = sum(v for k, v in metrics.items() if k.startswith("airy_messages_rejected"))
        self.assertEqual(refused, 2000)
        lines = [line for line in self.airyd.log if line and "message rejected" in line]
        self.assertGreaterEqual(len(lines), 1)
        self.assertLess(len(lines), 60)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
