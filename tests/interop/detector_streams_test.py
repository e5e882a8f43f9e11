"""Attaches independent Karabo bridge clients to `airy-detector replay`."""

import json
import signal
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
CLIENTS = {"pub": zmq.SUB, "push": zmq.PULL, "rep": zmq.REQ}
SOURCE = "DET/AIRY:daqOutput"
SHOTS = np.random.default_rng(7).integers(0, 60000, (5, 16, 24), dtype=np.uint16)


def receive(socket):
    if socket.type == zmq.REQ:
        socket.send(b"next")
    return kb.parse(socket.recv_multipart())


class DetectorStreamsTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.file = self.path("shots.h5")
        with h5py.File(self.file, "w") as file:
            file["/entry_1/data_1/data"] = SHOTS

    def path(self, name):
        return str(Path(self._folder.name) / name)

    def sent_lines(self):
        return Path(self.path("sent.jsonl")).read_text().splitlines()

    def start(self, *arguments, **options):
        detector = Detector(DETECTOR, "replay", self.file, "--rate", 2000, *arguments,
                            **options)
        self.addCleanup(detector.kill)
        return detector

    def client(self, kind, detector):
        socket, _ = kb.open_socket(CLIENTS[kind], connect=detector.endpoint)
        self.addCleanup(socket.close, 0)
        return socket

    def test_every_client_type_gets_every_shot_as_a_train(self):
        for kind in CLIENTS:
            with self.subTest(type=kind):
                detector = self.start("--type", kind, "--wait-for-subscriber", 20,
                                      "--first-train-id", 100)
                socket = self.client(kind, detector)
                times = []
                for number, shot in enumerate(SHOTS):
                    (source, (meta, arrays)), = receive(socket).items()
                    self.assertEqual(source, SOURCE)
                    self.assertEqual(meta["source"], SOURCE)
                    self.assertEqual(meta["timestamp.tid"], 100 + number)
                    self.assertEqual(len(meta["timestamp.frac"]), 18)
                    whole = int(meta["timestamp.sec"]) + 1e-18 * int(meta["timestamp.frac"])
                    self.assertAlmostEqual(whole, meta["timestamp"], places=5)
                    times.append(whole)
                    self.assertEqual(arrays["image.data"].dtype, np.uint16)
                    np.testing.assert_array_equal(arrays["image.data"], shot[np.newaxis])
                    np.testing.assert_array_equal(arrays["image.pulseId"], [0])
                self.assertEqual(times, sorted(times))
                status, summary = detector.finish()
                self.assertEqual(status, 0)
                self.assertEqual((summary["sent"], summary["trains"]), (5, 5))

    def test_replays_files_of_several_kinds_as_one_set(self):
        more = self.path("more.h5")
        with h5py.File(more, "w") as file:
            file["/raw/frames"] = SHOTS[::-1]
        detector = self.start(more + ":/raw/frames", "--type", "push")
        socket = self.client("push", detector)
        for shot in [*SHOTS, *SHOTS[::-1]]:
            np.testing.assert_array_equal(receive(socket)[SOURCE][1]["image.data"][0], shot)
        self.assertEqual(detector.finish()[1]["sent"], 10)

    def test_connects_as_well(self):
        socket, endpoint = kb.open_socket(zmq.PULL, bind="tcp://127.0.0.1:*")
        self.addCleanup(socket.close, 0)
        self.start("--type", "push", "--connect", endpoint, "--frames", 1, bind=False)
        self.assertEqual(receive(socket)[SOURCE][0]["timestamp.tid"], 1)

    def test_several_frames_per_train_and_looping(self):
        detector = self.start("--type", "push", "--frames-per-train", 4, "--frames", 10,
                              "--loop", "--key", "data.adc", "--pulse-id-key", "data.pulse",
                              "--log", self.path("sent.jsonl"))
        socket = self.client("push", detector)
        trains = [receive(socket)[SOURCE][1] for _ in range(3)]
        sent = np.concatenate([train["data.adc"] for train in trains])
        np.testing.assert_array_equal(sent, SHOTS[[0, 1, 2, 3, 4] * 2])
        self.assertEqual([len(train["data.pulse"]) for train in trains], [4, 4, 2])
        self.assertEqual(detector.finish()[0], 0)
        log = [json.loads(line) for line in self.sent_lines()]
        self.assertEqual([(shot["train_id"], shot["pulse_id"], shot["pool"]) for shot in log],
                         [(1 + n // 4, n % 4, n % 5) for n in range(10)])

    def test_faults_are_logged_as_they_were_sent(self):
        detector = self.start("--type", "push", "--loop", "--frames", 400, "--faults",
                              "drop:0.1,truncate:0.1,duplicate:0.1,reorder:0.1",
                              "--log", self.path("sent.jsonl"))
        socket = self.client("push", detector)
        messages = []
        while socket.poll(kb.PATIENCE_MS if not messages else 500):
            messages.append(socket.recv_multipart())
        self.assertEqual(detector.finish()[0], 0)
        fate = {}
        for line in self.sent_lines():
            shot = json.loads(line)
            fate[shot["train_id"]] = shot["fault"]
        self.assertEqual(len(fate), 400)
        whole, broken = [], 0
        for parts in messages:
            try:
                whole.append(kb.parse(parts)[SOURCE][0]["timestamp.tid"])
            except ValueError:
                broken += 1
        faults = list(fate.values())
        for fault in ("drop", "truncate", "duplicate", "reorder"):
            self.assertIn(fault, faults)
        self.assertEqual(broken, faults.count("truncate"))
        self.assertEqual(sorted(whole), sorted(
            train for train, fault in fate.items() if fault not in ("drop", "truncate")
            for _ in range(2 if fault == "duplicate" else 1)))
        self.assertNotEqual(whole, sorted(whole))

    def test_a_bad_request_is_answered_and_the_train_kept(self):
        detector = self.start("--type", "rep")
        socket = self.client("rep", detector)
        socket.send(b"gimme")
        self.assertEqual(socket.recv_multipart(), [b"Error: bad request gimme"])
        self.assertEqual(receive(socket)[SOURCE][0]["timestamp.tid"], 1)

    def test_signals_end_it_in_order_wherever_it_waits(self):
        for kind, rate, number in [("pub", 0.001, signal.SIGINT), ("push", 100, signal.SIGTERM),
                                   ("rep", 100, signal.SIGINT)]:
            with self.subTest(type=kind):
                detector = self.start("--type", kind, "--rate", rate, "--loop",
                                      "--log", self.path("sent.jsonl"))
                detector.signal(number)
                status, summary = detector.finish()
                self.assertEqual(status, 0)
                self.assertLessEqual(summary["sent"], 1)
                self.assertEqual(len(self.sent_lines()), summary["sent"])

    def test_says_when_nobody_subscribes(self):
        detector = self.start("--wait-for-subscriber", 0.05)
        status, _ = detector.finish()
        self.assertEqual(status, 1)
        self.assertIn("nobody subscribed", detector.errors)

    def test_refuses_what_it_cannot_do(self):
        def errors(*arguments):
            run = subprocess.run([DETECTOR, "replay", "--bind", "tcp://127.0.0.1:*",
                                  *arguments], capture_output=True, text=True)
            self.assertNotEqual(run.returncode, 0)
            return run.stderr
        self.assertIn("no-such-file", errors("no-such-file.h5"))
        not_hdf5 = self.path("text.h5")
        Path(not_hdf5).write_text("hello")
        self.assertIn("text.h5", errors(not_hdf5))
        self.assertIn("--rate must be in (0, 1e6]", errors(self.file, "--rate", "0"))
        self.assertIn("explode", errors(self.file, "--faults", "explode:1"))
        self.assertIn("was tcp://nowhere", errors(self.file, "--bind", "tcp://nowhere"))

    def test_a_wrong_command_line_ends_with_2_and_help_with_0(self):
        for arguments, status, said in [
                ([], 2, "subcommand"), (["frobnicate"], 2, "subcommand"),
                (["replay"], 2, "file"), (["replay", self.file, "--rate", "x"], 2, "--rate"),
                (["replay", self.file, "--type", "dealer"], 2, "--type"),
                (["replay", self.file, "--bind", "foo"], 2,
                 "--bind must be tcp://ADDRESS:PORT"),
                (["--help"], 0, "replay"), (["replay", "--help"], 0, "--bind")]:
            with self.subTest(arguments=arguments):
                run = subprocess.run([DETECTOR, *arguments], capture_output=True, text=True)
                self.assertEqual(run.returncode, status)
                self.assertIn(said, run.stderr if status else run.stdout)


if __name__ == "__main__":
    unittest.main()
