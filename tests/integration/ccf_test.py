"""airyd with a network that sees CCF maps: the maps reach it, the files hold the frames, and
a network that was trained on something else is refused."""

import sys
import unittest

import h5py
import numpy as np
import zmq

from airyd_process import Airyd, Detector, Listener

PROGRAM = sys.argv[1]
EDGE = 224
CLASSES = ("spherical_oblate", "round", "elliptical", "prolate", "streak", "bent", "asymmetric",
           "newton_rings", "double_rings", "layered", "empty")


def droplet(turned, seed):
    """A frame of the network's size, so that rescaling leaves it as it is."""
    y, x = np.mgrid[:EDGE, :EDGE] + 0.5 - EDGE / 2
    radius, phi = np.hypot(x, y), np.arctan2(y, x) - turned
    rings = 1 + 0.8 * np.cos(radius * (1 + 0.08 * np.cos(2 * phi)) / 9)
    counts = 4e6 * (radius + 10) ** -2.5 * rings * (1 + 0.4 * np.cos(8 * phi + radius / 15))
    noise = np.random.default_rng(seed).uniform(0, 40, counts.shape)
    return (counts + noise).astype(np.uint16)[None]


def scale(values):
    """sign(x) log(1 + |x| / median |x|), its 1 % and 99.9 % values brought to 0 and 1."""
    magnitudes = np.sort(np.abs(values[values != 0]))
    median = magnitudes[(len(magnitudes) - 1) // 2]
    logs = np.sign(values) * np.log1p(np.abs(values) / median)
    low, high = np.sort(logs)[[int(q * (len(logs) - 1)) for q in (0.01, 0.999)]]
    return np.clip((logs - low) / (high - low), 0, 1)


def ccf_map(image):
    """The map of PRE 99, 063309, Eq. 13 to 15, in double precision."""
    radius = np.linspace(17, 111, 224)[:, None]
    phi = 2 * np.pi * np.arange(360) / 360
    row, col = 111.5 + radius * np.sin(phi), 111.5 + radius * np.cos(phi)
    i, j = np.minimum(row.astype(int), EDGE - 2), np.minimum(col.astype(int), EDGE - 2)
    down, right = row - i, col - j
    samples = ((1 - down) * ((1 - right) * image[i, j] + right * image[i, j + 1])
               + down * ((1 - right) * image[i + 1, j] + right * image[i + 1, j + 1]))
    amplitude = (samples * np.exp(-8j * phi)).mean(axis=1)
    result = np.empty((224, 224))
    for indices, values in ((np.tril_indices(224, -1), samples @ samples.T / 360),
                            (np.triu_indices(224), np.real(np.conj(amplitude)[:, None]
                                                           * amplitude[None]))):
        result[indices] = scale(values[indices])
    return result


class Ccf(unittest.TestCase):
    def test_the_network_sees_maps_and_the_files_hold_frames(self):
        detector = Detector(zmq.PUSH)
        with Airyd(PROGRAM, {"source.a.endpoint": detector.endpoint, "source.a.type": "pull",
                             "source.a.policy": "lossless", "engine.checkpoint": "ccf",
                             "preprocess.input": "ccf"}) as airyd:
            self.assertTrue(any("input=" in line and "ccf (order 8" in line
                                for line in airyd.log if line and "engine ready" in line))
            listener = Listener(airyd.results)
            first = detector.send_until_heard(listener) + 1
            frames = [droplet(0.3 * i, seed=i) for i in range(12)]
            for frame in frames:
                detector.socket.send_multipart(detector.message(frame))
            listener.wait_for(lambda records: records[-1]["train_id"] == detector.train)
            self.assertEqual(airyd.stop(), 0)
            results = {record["train_id"]: record for record in listener.finish()}
            saved = {}
            for path in airyd.hits.glob("*.cxi"):
                if not path.name.endswith(("_index.cxi", "_views.cxi")):
                    with h5py.File(path, "r") as file:
                        saved.update(zip(file["/entry_1/train_id"][:].tolist(),
                                         file["/entry_1/data_1/data"][:]))
        detector.close()
        for train, frame in enumerate(frames, first):
            expected = ccf_map(frame[0].astype(float))
            probabilities = results[train]["probabilities"]
            for c, name in enumerate(CLASSES):
                self.assertAlmostEqual(probabilities[name], expected[20 * c, 110], delta=2e-4,
                                       msg=f"train {train} {name}")
            np.testing.assert_array_equal(saved[train], frame[0])

    def test_a_network_trained_on_another_input_is_refused_in_one_line(self):
        for checkpoint, shown in (("ccf", "image"), ("quick", "ccf")):
            with Airyd(PROGRAM, {"engine.checkpoint": checkpoint, "preprocess.input": shown},
                       wait=False) as airyd:
                self.assertEqual(airyd.wait(), 78)
                self.assertRegex(airyd.log[-1], "cannot start.*preprocess.input must be what")
                words = ["trained on, image; was ccf (order 8", "trained on, ccf (order 8"]
                self.assertIn(words[checkpoint == "ccf"], airyd.log[-1])

    def test_other_maps_than_the_network_was_trained_on_are_refused(self):
        with Airyd(PROGRAM, {"engine.checkpoint": "ccf", "preprocess.input": "ccf",
                             "preprocess.ccf_scaling": "maximum"}, wait=False) as airyd:
            self.assertEqual(airyd.wait(), 78)
            self.assertIn("scaling log", airyd.log[-1])
            self.assertIn("scaling maximum", airyd.log[-1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
