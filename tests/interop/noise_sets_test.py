"""`airy-detector noise`: the four noise levels of PRE 99, 063309, section 5.3, of any set."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

from read_set import read_set

DETECTOR = sys.argv.pop(1)
LEVELS = ("none", "mean", "mean-std", "max")


def detector(*arguments):
    return subprocess.run([DETECTOR, *map(str, arguments)], capture_output=True, text=True,
                          timeout=280)


def images(path):
    with h5py.File(path) as file:
        return file["/entry_1/data_1/data"][:].astype(np.float64)


class NoiseSetsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        cls.source = cls.folder / "clean.cxi"
        done = detector("dataset", "--shots", 8, "--seed", 3, "--balance", 1, "--out",
                        cls.source)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def add_noise(self, level, out, *arguments, source=None):
        out = self.folder / out
        done = detector("noise", source or self.source, "--level", level, "--out", out,
                        *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out

    def test_levels_are_bounded_by_the_medians_over_the_set(self):
        clean = images(self.source)
        means, spreads = clean.mean(axis=(1, 2)), clean.std(axis=(1, 2))
        bounds = {"none": 0, "mean": np.median(means),
                  "mean-std": np.median(means + spreads),
                  "max": np.median(clean.max(axis=(1, 2)))}
        expected = read_set(self.source)
        for level in LEVELS:
            with self.subTest(level=level):
                noisy = self.add_noise(level, f"{level}.cxi")
                content = read_set(noisy)
                bound = float(content["attributes"]["noise_bound"])
                self.assertAlmostEqual(bound, bounds[level], delta=1e-6 * bounds[level])
                self.assertEqual(content["attributes"]["noise_level"], level)
                self.assertEqual(content["attributes"]["noise_source"], "clean.cxi")
                self.assertEqual(content["dtype"], np.float32)
                noise = images(noisy) - clean
                rounding = 1e-6 * (clean.max() + bound)
                self.assertGreaterEqual(noise.min(), -rounding)
                self.assertLessEqual(noise.max(), bound + rounding)
                spread = bound / np.sqrt(12)
                self.assertAlmostEqual(noise.mean(), bound / 2,
                                       delta=4 * spread / np.sqrt(noise.size) + rounding)
                self.assertAlmostEqual(noise.std(), spread, delta=0.01 * spread + rounding)

                # All that stands beside the images comes along.
                for name in ("labels", "identifiers", "energy"):
                    np.testing.assert_array_equal(content[name], expected[name])
                self.assertEqual(content["truth"].keys(), expected["truth"].keys())
                for name, column in expected["truth"].items():
                    np.testing.assert_array_equal(content["truth"][name], column)

    def test_leaves_an_unfinished_set_of_that_name_alone(self):
        partial = self.folder / "taken.cxi.partial"
        partial.write_text("hours of work")
        done = subprocess.run([DETECTOR, "noise", self.folder / "clean.cxi", "--level", "max",
                               "--out", self.folder / "taken.cxi"], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("taken.cxi.partial: exists already", done.stderr)
        self.assertEqual(partial.read_text(), "hours of work")

    def test_seed_decides_the_noise(self):
        first = self.add_noise("mean", "first.cxi").read_bytes()
        self.assertEqual(self.add_noise("mean", "again.cxi").read_bytes(), first)
        other = self.add_noise("mean", "other.cxi", "--seed", 2)
        self.assertNotEqual(images(other).tobytes(), images(self.folder / "first.cxi").tobytes())

    def test_takes_frames_of_any_shape_and_file(self):
        """Frames are rescaled first: the bound is that of the 224 x 224 images."""
        rng = np.random.default_rng(1)
        frames = rng.integers(0, 900, (3, 460, 448), np.uint16)
        frames[:, ::2, :] = 0  # area averages have half the largest
        source = self.folder / "frames.h5"
        with h5py.File(source, "w") as file:
            file["run/frames"] = frames
        noisy = self.add_noise("max", "frames.cxi", source=f"{source}:/run/frames")
        middle = frames[:, 6:-6].reshape(3, 224, 2, 224, 2).mean(axis=(2, 4))
        with h5py.File(noisy) as file:
            bound = float(file["/entry_1"].attrs["noise_bound"].decode())
            self.assertEqual(file["/entry_1"].attrs["noise_source"].decode(),
                             "frames.h5:/run/frames")
            self.assertNotIn("note_1", file["/entry_1"])
            self.assertNotIn("source_1", file["/entry_1/instrument_1"])
        self.assertAlmostEqual(bound, np.median(middle.max(axis=(1, 2))), delta=1e-3)
        noise = images(noisy) - middle
        self.assertGreaterEqual(noise.min(), -1e-3)
        self.assertLessEqual(noise.max(), bound + 1e-3)

    def test_several_files_are_one_set(self):
        parts = []
        for seed in (5, 6):
            parts.append(self.folder / f"part{seed}.cxi")
            done = detector("dataset", "--shots", 2, "--seed", seed, "--out", parts[-1])
            self.assertEqual(done.returncode, 0, done.stderr)
        out = self.folder / "both.cxi"
        done = detector("noise", *parts, "--level", "mean", "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(out) as file:
            self.assertEqual(len(file["/entry_1/data_1/data"]), 4)
            photons = file["/entry_1/sample_1/photons"][:]
        expected = [read_set(part)["truth"]["photons"] for part in parts]
        np.testing.assert_array_equal(photons, np.concatenate(expected))


if __name__ == "__main__":
    unittest.main()
