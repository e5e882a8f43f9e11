"""`airy-detector simulate` and `dataset`, seen from outside: a bridge client and h5py."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import zmq

import karabo_bridge as kb
from detector_process import Detector

DETECTOR = sys.argv.pop(1)
SOURCE = "DET/AIRY:daqOutput"
SIZE = 64


class DetectorSimulatesTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = Path(self._folder.name)

    def simulate(self, *arguments):
        detector = Detector(
            DETECTOR, "simulate", "--size", SIZE, "--hits", 6, "--misses", 4, "--cache",
            self.folder, "--threads", 1, "--rate", 5000, "--type", "push", *arguments)
        self.addCleanup(detector.kill)
        return detector

    def receive(self, detector, count):
        socket, _ = kb.open_socket(zmq.PULL, connect=detector.endpoint)
        images = {}
        for _ in range(count):
            meta, arrays = kb.parse(socket.recv_multipart())[SOURCE]
            images[meta["timestamp.tid"]] = arrays["image.data"][0]
        socket.close(0)
        return images

    def log(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def test_streams_its_pool_with_the_truth_beside_it(self):
        detector = self.simulate("--frames", 200, "--hit-rate", 0.3, "--log",
                                 self.folder / "first.jsonl")
        images = self.receive(detector, 200)
        self.assertEqual(detector.finish()[0], 0)
        log = self.log("first.jsonl")
        self.assertEqual([shot["train_id"] for shot in log], list(range(1, 201)))
        hits = [shot["hit"] for shot in log]
        for ten in range(0, 200, 10):
            self.assertEqual(sum(hits[ten:ten + 10]), 3)
        self.assertEqual(len({shot["pool"] for shot in log}), 10)

        pool, = self.folder.glob("*.cxi")
        with h5py.File(pool) as file:
            stack = file["/entry_1/data_1/data"][:]
        self.assertEqual(stack.shape, (10, SIZE, SIZE))
        for shot in log:
            np.testing.assert_array_equal(images[shot["train_id"]], stack[shot["pool"]])
            self.assertEqual(shot["hit"], int(shot["labels"] != ["empty"]))
            self.assertEqual(shot["hit"], int(shot["pool"] < 6))

        # The second run finds the pool, and the same seed gives the same order.
        again = self.simulate("--frames", 200, "--hit-rate", 0.3, "--log",
                              self.folder / "again.jsonl")
        self.receive(again, 200)
        self.assertEqual(again.finish()[0], 0)
        self.assertEqual(self.log("again.jsonl"), log)

    def test_zero_frames_prepare_the_pool_only(self):
        detector = self.simulate("--frames", 0)
        status, summary = detector.finish()
        self.assertEqual((status, summary["sent"]), (0, 0))
        self.assertEqual(len(list(self.folder.glob("*.cxi"))), 1)

    def test_writes_data_sets_for_training(self):
        out = self.folder / "train.cxi"
        command = [DETECTOR, "dataset", "--shots", "2", "--seed", "3", "--threads", "1",
                   "--out", str(out)]
        subprocess.run(command, check=True)
        with h5py.File(out) as file:
            data = file["/entry_1/data_1/data"]
            self.assertEqual((data.shape, data.dtype), ((2, 224, 224), np.float32))
            self.assertTrue(np.isfinite(data[:]).all())
            self.assertGreater(data[:].max(), 0)
            self.assertEqual(len(file["/entry_1/sample_1/radius_nm"]), 2)
        again = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(again.returncode, 1)
        self.assertIn("exists already", again.stderr)

    def test_training_cannot_use_the_seeds_of_pools(self):
        run = subprocess.run(
            [DETECTOR, "dataset", "--seed", "20260000", "--out", str(self.folder / "x.cxi")],
            capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("20260000 is kept", run.stderr)
        run = subprocess.run([DETECTOR, "simulate", "--seed", "3"], capture_output=True,
                             text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("--seed must be 20260000..20269999", run.stderr)


if __name__ == "__main__":
    unittest.main()
