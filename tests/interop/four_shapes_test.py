"""A softmax on sets of four shapes in CXIDB-10's layout, a folder per class, as people run it."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

DETECTOR, TRAINER = sys.argv[1:3]
SHAPES = ["capsule", "oblate", "sphere", "two_lobed"]  # in the order of their folders


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=600)
    return done.returncode, done.stdout, done.stderr


def metadata_of(path):
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8:8 + length])["__metadata__"]


def train(data, out, epochs, *options):
    return run(TRAINER, "train", "--data", data, "--out", out, "--head", "softmax",
               "--schedule", f"56:{epochs}", "--batch", 8, "--dtype", "fp32", *options)


def write_patterns(folder, shots):
    """Patterns of h5py's own, a file per shot: rings, bands either way, and a spot."""
    y, x = np.mgrid[-50:50, -50:50]
    patterns = {"PBCV-1": 1 + np.cos(np.hypot(x, y) / 3), "T4": np.exp(-x**2 / 80),
                "magnetosomes": np.exp(-y**2 / 80),
                "nanorice": 4 * np.exp(-(x**2 + y**2) / 200)}
    for name, pattern in patterns.items():
        (folder / name).mkdir(parents=True)
        for shot in range(shots):
            with h5py.File(folder / name / f"r{shot}.h5", "w") as file:
                counts = 100 * np.roll(pattern, shot % 3 - 1, (0, 1)) + shot % 4
                file["data/data"] = np.round(counts).astype(np.uint16)
    return folder


class FourShapes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        cls.patterns = write_patterns(cls.folder / "patterns", 10)
        cls.model = cls.folder / "patterns.safetensors"
        status, cls.trained, err = train(cls.patterns, cls.model, 10, "--augment",
                                         "none", "--average", 0.5, "--lr", 0.02,
                                         "--validation-share", 0.2)
        assert status == 0, err

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def test_learns_a_folder_per_class(self):
        classes = "magnetosomes,nanorice,pbcv_1,t4"
        metadata = metadata_of(self.model)
        self.assertEqual(metadata["classes"], classes)
        self.assertEqual(metadata["head"], "softmax")
        self.assertIn("the most probable class is the answer", self.trained)
        status, out, err = run(TRAINER, "evaluate", "--data", f"{self.patterns}:/data/data",
                               "--model", self.model, "--json")
        self.assertEqual(status, 0, err)
        report = json.loads(out)
        self.assertEqual(report["images"], 40)
        model = report["models"][0]
        self.assertEqual(list(model["classes"]), classes.split(","))
        self.assertGreater(model["exact_share"], 0.9)
        self.assertNotIn("threshold", model["classes"]["t4"])
        self.assertNotIn("rule_violation_rate", model)
        self.assertNotIn("broken_rules", model)
        right = sum(row["answers"].get(row["labels"], 0) for row in model["combinations"])
        self.assertAlmostEqual(model["exact_share"], right / 40, 6)
        # A wrong answer is one cell too many and one too few, of four.
        self.assertAlmostEqual(model["accuracy"], 1 - (1 - right / 40) / 2, 5)
        # The constant names one class of four: a quarter is right.
        self.assertEqual(report["constant"]["exact_share"], 0.25)
        self.assertAlmostEqual(report["constant"]["accuracy"], 0.625, 6)

        status, out, err = run(TRAINER, "evaluate", "--data", self.patterns, "--model",
                               self.model)
        self.assertEqual(status, 0, err)
        self.assertIn("The most probable class is the answer", out)
        self.assertNotIn("break a rule", out)

    def test_refuses_sets_of_other_classes_and_names_both(self):
        other = self.folder / "other"
        (other / "up").mkdir(parents=True)
        (other / "down").mkdir()
        for name in "up", "down":
            with h5py.File(other / name / "r.h5", "w") as file:
                file["data/data"] = np.ones((4, 64, 64), np.uint16)
        status, out, err = run(TRAINER, "evaluate", "--data", other, "--model", self.model)
        self.assertEqual((status, out), (1, ""))
        self.assertIn(f"{self.model}: has the classes 'magnetosomes,nanorice,pbcv_1,t4', but "
                      "the set 'other shots 8 bytes ", err)
        self.assertIn("' has 'down,up'", err)
        # And of the eleven, which have several at once.
        with h5py.File(self.folder / "eleven.cxi", "w") as file:
            file["entry_1/data_1/data"] = np.ones((8, 64, 64), np.uint16)
            labels = np.zeros((8, 11), np.int32)
            labels[:, :2] = 1
            file["entry_1/note_1/data"] = labels
        status, _, err = run(TRAINER, "evaluate", "--data", self.folder / "eleven.cxi",
                             "--model", self.model)
        self.assertEqual(status, 1)
        self.assertIn("has 'spherical_oblate,round,", err)
        out = self.folder / "never.safetensors"
        status, _, err = train(self.folder / "eleven.cxi", out, 1)
        self.assertEqual(status, 2)
        self.assertIn("a softmax needs exactly one class per image; image 0 had 2: "
                      "spherical_oblate+round", err)
        self.assertFalse(out.exists())

    def test_learns_what_the_simulator_writes(self):
        shapes = self.folder / "shapes"
        command = [DETECTOR, "dataset", "--class-folders", "--shots", 16, "--seed", 5,
                   "--balance", 1, "--size", 64, "--threads", 1, "--out", shapes]
        status, _, err = run(*command)
        self.assertEqual(status, 0, err)
        for number, shape in enumerate(["sphere", "oblate", None, "capsule", "two-lobed"], 1):
            if shape is None:
                continue
            with h5py.File(shapes / shape / "shots.cxi") as file:
                self.assertEqual(file["/entry_1/instrument_1/detector_1/data"].shape,
                                 (4, 64, 64))
                sample = file["/entry_1/sample_1"]
                self.assertEqual(set(sample["shape"][:]), {number})
                self.assertEqual(set(sample["second_radius_nm"][:]), {0})
                self.assertTrue((sample["photons"][:] > 0).all())
        status, _, err = run(*command)
        self.assertEqual(status, 1)
        self.assertIn(f"{shapes}: exists already", err)
        last = shapes / "two-lobed/shots.cxi"
        last.rename(self.folder / "aside.cxi")
        command[command.index(5)] = 6
        status, _, err = run(*command)
        self.assertEqual(status, 1)
        self.assertIn("sphere/shots.cxi: exists already, and is of another recipe", err)
        (self.folder / "aside.cxi").rename(last)

        model = self.folder / "shapes.safetensors"
        status, out, err = train(shapes, model, 2, "--validation-share", 0.25,
                                 "--test-share", 0.25, "--init", self.model)
        self.assertEqual(status, 0, err)
        self.assertEqual(metadata_of(model)["classes"], ",".join(SHAPES))
        status, out, err = run(TRAINER, "evaluate", "--data", shapes, "--model", model,
                               "--json")
        self.assertEqual(status, 0, err)
        report = json.loads(out)
        self.assertEqual([row["positives"] for row in
                          report["models"][0]["classes"].values()], [4, 4, 4, 4])
        answers = sum(sum(row["answers"].values())
                      for row in report["models"][0]["combinations"])
        self.assertEqual(answers, 16)

    def test_refuses_numbers_of_shots_that_shapes_cannot_share(self):
        status, _, err = run(DETECTOR, "dataset", "--class-folders", "--shots", 6, "--out",
                             self.folder / "six")
        self.assertEqual(status, 2)
        self.assertIn("--shots with --class-folders must be a multiple of its 4 shapes; was 6",
                      err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
