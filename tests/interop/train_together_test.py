"""Several `airy-trainer train` that train one network, as a shell or a launcher starts them."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

TRAINER = sys.argv[1]
OPTIONS = ("--dtype", "fp32", "--validation-share", 0.25, "--test-share", 0.15,
           "--augment", "symmetry=0.5,gain=0.5", "--allow-missing-classes", "--device", "cpu")
LAUNCHERS = {
    "torchrun": ("RANK", "WORLD_SIZE"),
    "mpirun": ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    "srun": ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(rank, size, port, *arguments, launcher="torchrun"):
    rank_name, size_name = LAUNCHERS[launcher]
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("RANK", "WORLD", "OMPI", "PMI", "SLURM"))}
    environment |= {"OMP_NUM_THREADS": "1", "MASTER_PORT": str(port),
                    rank_name: str(rank), size_name: str(size)}
    return subprocess.Popen([TRAINER, "train", *map(str, arguments)], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process):
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def train(size, *arguments, **options):
    """What each of `size` processes ended with: exit code, stdout, stderr."""
    port = free_port()
    processes = [start(rank, size, port, *arguments, **options) for rank in range(size)]
    return [end(process) for process in processes]


def read_weights(path):
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    weights = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        begin, stop = tensor["data_offsets"]
        kind = {"F16": np.float16, "F32": np.float32}[tensor["dtype"]]
        weights[name] = np.frombuffer(content[8 + length:][begin:stop], kind).astype(float)
    return weights


def read_log(model):
    lines = model.with_suffix(".log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


class TrainTogether(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        cls.shots = cls.folder / "shots.safetensors"
        subprocess.run([TRAINER, "render", "--simulate", "5:20", "--balance", "1", "--out",
                        str(cls.shots)], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def train(self, size, name, *more, batch=5, **options):
        out = self.folder / name / "m.safetensors"
        out.parent.mkdir(exist_ok=True)
        return out, train(size, "--data", self.shots, "--out", out, "--batch", batch,
                          *OPTIONS, *more, **options)

    def test_two_equal_one(self):
        more = ("--schedule", "56:2", "--lr", 0.01, "--accumulate", 2)
        one, (alone,) = self.train(1, "one", *more)
        self.assertEqual(alone[0], 0, alone[2])
        expected = read_weights(one)
        log = read_log(one)
        for launcher in LAUNCHERS:
            two, (lead, other) = self.train(2, launcher, *more, launcher=launcher)
            self.assertEqual((lead[0], other[0]), (0, 0), lead[2] + other[2])
            self.assertIn("wrote " + str(two), lead[1])
            self.assertEqual(other[1], "")
            self.assertNotIn("epoch", other[2])
            found = read_weights(two)
            self.assertEqual(found.keys(), expected.keys())
            for name, weights in expected.items():  # of half precision
                apart = np.linalg.norm(found[name] - weights)
                self.assertLess(apart, 1e-3 * np.linalg.norm(weights) + 1e-6, name)
            rows = read_log(two)
            self.assertEqual([row["epoch"] for row in rows], [1, 2])
            for row, expected_row in zip(rows, log):
                self.assertAlmostEqual(row["train_loss"], expected_row["train_loss"], 4)
                self.assertAlmostEqual(row["validation_loss"],
                                       expected_row["validation_loss"], 4)

    def test_a_process_that_dies_ends_the_other_which_can_go_on_alone(self):
        out = self.folder / "dies" / "m.safetensors"
        out.parent.mkdir()
        arguments = ("--data", self.shots, "--out", out, "--batch", 5, *OPTIONS,
                     "--schedule", "56:6")
        port = free_port()
        lead, other = (start(rank, 2, port, *arguments) for rank in range(2))
        for line in lead.stderr:  # until an epoch is done
            if "macro-F1" in line:
                break
        other.kill()
        end(other)
        status, _, err = end(lead)
        self.assertEqual(status, 1)
        self.assertIn("process 0 of 2 lost another, which ended or does not answer", err)
        self.assertTrue(read_weights(out))

        status, printed, err = train(1, *arguments, "--resume")[0]
        self.assertEqual(status, 0, err)
        self.assertIn(" of 6, temperature", printed)
        self.assertNotIn("epoch 1/6", err)

    def test_a_loss_that_is_not_finite_ends_both(self):
        _, both = self.train(2, "diverges", "--schedule", "56:40", "--lr", 10, "--l2", 1,
                             "--momentum", 1, "--warmup", 0)
        for status, _, err in both:
            self.assertEqual(status, 1)
            self.assertIn("no longer finite", err)

    def test_refuses_processes_that_train_different_things(self):
        out = self.folder / "different" / "m.safetensors"
        out.parent.mkdir()
        port = free_port()
        both = [start(rank, 2, port, "--data", self.shots, "--out", out, *OPTIONS,
                      "--schedule", "56:1", "--seed", rank) for rank in range(2)]
        for status, _, err in map(end, both):
            self.assertEqual(status, 1)
            self.assertIn("process 1 of 2 was started with other options or data", err)
        self.assertFalse(out.exists())

    def test_refuses_a_batch_that_leaves_a_process_without_images(self):
        _, both = self.train(2, "small", "--schedule", "56:1", batch=1)
        for status, _, err in both:
            self.assertEqual(status, 2)
            self.assertIn("batch must be at least the number of processes, 2", err)

    def test_leaves_all_but_training_to_one_process(self):
        out = self.folder / "lonely.safetensors"
        environment = os.environ | {"RANK": "0", "WORLD_SIZE": "2"}
        for command in ("render", "pretrain", "evaluate", "study"):
            done = subprocess.run([TRAINER, command, "--simulate", "1:1", "--out", out],
                                  env=environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2)
            self.assertIn("only train runs in several processes; the environment says that this "
                          "is one of 2", done.stderr)
            self.assertFalse(out.exists())

    def test_refuses_an_environment_that_contradicts_itself(self):
        process = start(2, 2, free_port(), "--data", self.shots, "--out",
                        self.folder / "never.safetensors", *OPTIONS)
        status, _, err = end(process)
        self.assertEqual(status, 2)
        self.assertEqual(err.strip().count("\n"), 0)
        self.assertIn("environment variable RANK must be 0..1; was '2'", err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
