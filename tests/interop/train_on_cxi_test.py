"""`airy-trainer` on what `airy-detector dataset` wrote, both as people run them."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

DETECTOR, TRAINER = sys.argv[1:3]
CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=280)
    return done.returncode, done.stdout, done.stderr


class TrainOnCxi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        cls.shots = cls.folder / "shots.cxi"
        status, _, err = run(DETECTOR, "dataset", "--shots", 8, "--seed", 5, "--balance", 1,
                             "--size", 64, "--threads", 1, "--out", cls.shots)
        assert status == 0, err

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def test_trains_and_evaluates(self):
        model = self.folder / "model.safetensors"
        status, out, err = run(TRAINER, "train", "--data", self.shots, "--schedule", "56:1",
                               "--batch", 4, "--dtype", "fp32", "--validation-share", 0.25,
                               "--allow-missing-classes", "--out", model)
        self.assertEqual(status, 0, err)
        self.assertIn("wrote " + str(model), out)
        header = model.read_bytes()
        length = int.from_bytes(header[:8], "little")
        metadata = json.loads(header[8:8 + length])["__metadata__"]
        size = self.shots.stat().st_size
        self.assertRegex(metadata["data"],
                         f"^shots.cxi shots 8 bytes {size} sha256 [0-9a-f]{{64}}$")
        self.assertEqual(metadata["input_size"], "56")

        status, out, err = run(TRAINER, "evaluate", "--data", self.shots, "--model", model,
                               "--json")
        self.assertEqual(status, 0, err)
        report = json.loads(out)
        self.assertEqual(report["images"], 8)
        classes = report["models"][0]["classes"]
        with h5py.File(self.shots) as file:
            labels = file["/entry_1/note_1/data"][:]
        for name, column in zip(CLASSES, labels.T):
            self.assertEqual(classes[name]["positives"], column.sum(), name)

    def test_trains_alike_from_memory_and_from_the_file(self):
        models = []
        for memory in 2, 0:
            model = self.folder / f"memory_{memory}.safetensors"
            status, _, err = run(TRAINER, "train", "--data", self.shots, "--schedule", "56:1",
                                 "--batch", 2, "--dtype", "fp32", "--validation-share", 0.25,
                                 "--allow-missing-classes", "--memory", memory, "--out", model)
            self.assertEqual(status, 0, err)
            self.assertEqual("reading shots 8 of 8" in err, memory > 0, err)
            models.append(model.read_bytes())
        self.assertEqual(*models)

    def test_names_the_shot_that_cannot_be_read(self):
        file_name = self.folder / "bad.cxi"
        with h5py.File(file_name, "w") as file:
            shots = np.ones((16, 64, 64), np.int32)
            shots[5, 1, 2] = -30
            file["entry_1/data_1/data"] = shots
            file["entry_1/note_1/data"] = np.zeros((16, 11), np.int32)
        out = self.folder / "bad.safetensors"
        for memory in 2, 0:
            status, _, err = run(TRAINER, "train", "--data", file_name, "--out", out, "--memory",
                                 memory, "--allow-missing-classes")
            self.assertEqual(status, 2)
            self.assertIn(f"{file_name} shot 5: counts must be finite and at least 0; was -", err)
            self.assertFalse(out.exists())

    def test_leaves_masked_pixels_out(self):
        """A pixel far too bright changes a set, unless the mask says it measured nothing."""
        for name, mask in ("masked", 0x80), ("unmasked", 0):
            with h5py.File(self.folder / f"{name}.cxi", "w") as file:
                detector = file.create_group("entry_1/instrument_1/detector_1")
                pixels = np.ones((1, 448, 448), np.float32)
                pixels[0, 10, 10] = np.float32(1e6)
                detector["data"] = pixels
                detector["mask"] = np.zeros((448, 448), np.uint32)
                detector["mask"][10, 10] = mask
                file["entry_1/note_1/data"] = np.zeros((1, 11), np.int32)
            out = self.folder / f"{name}.safetensors"
            status, _, err = run(TRAINER, "render", "--data", self.folder / f"{name}.cxi",
                                 "--out", out)
            self.assertEqual(status, 0, err)
            content = out.read_bytes()
            length = int.from_bytes(content[:8], "little")
            begin, end = json.loads(content[8:8 + length])["images"]["data_offsets"]
            images = np.frombuffer(content[8 + length:][begin:end], np.float16)
            self.assertEqual(images.max(), 1 if mask else 65504)

    def test_joins_the_files_of_a_folder(self):
        folder = self.folder / "runs"
        folder.mkdir()
        for name in "run_1.cxi", "run_2.cxi":
            (folder / name).write_bytes(self.shots.read_bytes())
        out = self.folder / "both.safetensors"
        status, _, err = run(TRAINER, "render", "--data", folder, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertIn("writing shots 16 of 16", err)

    def test_refuses_what_has_no_labels_or_bad_ones(self):
        cases = {}
        with h5py.File(self.folder / "bare.cxi", "w") as file:
            file["entry_1/data_1/data"] = np.ones((2, 64, 64), np.uint16)
        cases["bare.cxi"] = "no labels; looked for /entry_1/instrument_1/detector_1/tags"
        with h5py.File(self.folder / "narrow.cxi", "w") as file:
            file["entry_1/data_1/data"] = np.ones((2, 64, 64), np.uint16)
            file["entry_1/note_1/data"] = np.zeros((2, 10), np.int32)
        cases["narrow.cxi"] = ("/entry_1/note_1/data must hold 11 integers for each of 2 "
                               "shots; was 2 x 10 of int32")
        cases["shots.cxi:/nowhere"] = "no dataset at /nowhere"
        cases["gone.cxi"] = "no such file or folder"
        out = self.folder / "never.safetensors"
        for name, message in cases.items():
            status, _, err = run(TRAINER, "train", "--data", self.folder / name, "--out", out)
            self.assertGreater(status, 0)
            self.assertIn(message, err)
            self.assertIn(str(self.folder / name.split(":")[0]), err)
            self.assertEqual(err.count("\n"), 1, err)
            self.assertFalse(out.exists())

    def test_keeps_off_the_seeds_of_pools(self):
        for seed in 20260000, 20269999:
            for command in "render", "train":
                status, _, err = run(TRAINER, command, "--simulate", f"{seed}:2", "--out",
                                     self.folder / "x.safetensors")
                self.assertEqual(status, 2)
                self.assertIn("seeds 20260000..20269999 are kept for the pools of "
                              f"airy-detector; was {seed}", err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
