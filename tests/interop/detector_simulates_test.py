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
TAGS = "/entry_1/instrument_1/detector_1/tags"


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

    def test_a_pool_that_was_spoilt_in_the_cache_is_rendered_anew(self):
        self.simulate("--frames", 0).finish()
        pool, = self.folder.glob("*.cxi")
        good = pool.read_bytes()

        def without_labels():
            pool.write_bytes(good)
            with h5py.File(pool, "a") as file:
                del file[TAGS], file["/entry_1/note_1"]

        def one_shot_less():
            pool.write_bytes(good)
            with h5py.File(pool, "a") as file:
                shots = file["/entry_1/instrument_1/detector_1/data"][:-1]
                del file["/entry_1/instrument_1/detector_1/data"]
                file["/entry_1/instrument_1/detector_1/data"] = shots

        def hits_for_misses():
            pool.write_bytes(good)
            with h5py.File(pool, "a") as file:
                file[TAGS][:] = file[TAGS][:][:, ::-1]

        for spoil, said in [
                (lambda: pool.write_bytes(b""), ""),
                (lambda: pool.write_bytes(good[:len(good) // 2]), "truncated"),
                (without_labels, "labels"),
                (one_shot_less, "must hold 10 shots"),
                (hits_for_misses, "must hold 6 hits, then 4 misses")]:
            with self.subTest(said=said):
                spoil()
                detector = self.simulate("--frames", 0)
                self.assertEqual(detector.finish()[0], 0)
                line, = [line for line in detector.errors.splitlines() if "anew" in line]
                self.assertIn(str(pool), line)
                self.assertIn(said, line)
                with h5py.File(pool) as file:
                    self.assertEqual(len(file["/entry_1/data_1/data"]), 10)
                good_again = self.simulate("--frames", 0)
                self.assertEqual(good_again.finish()[0], 0)
                self.assertEqual(good_again.errors, "")

    def test_wrong_outputs_are_told_before_the_pool_is_rendered(self):
        for option, value, status, said in [
                ("--bind", "foo", 2, "--bind must be tcp://"),
                ("--connect", "foo://bar", 2, "--connect must be tcp://"),
                ("--log", str(self.folder / "none" / "x.jsonl"), 1, "x.jsonl")]:
            with self.subTest(option=option):
                bind = ["--bind", "tcp://127.0.0.1:*"] if option == "--log" else []
                run = subprocess.run([DETECTOR, "simulate", "--cache", str(self.folder),
                                      option, value, *bind], capture_output=True, text=True)
                self.assertEqual(run.returncode, status)
                self.assertIn(said, run.stderr)
                self.assertIn(value, run.stderr)
                self.assertEqual(list(self.folder.iterdir()), [])

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
