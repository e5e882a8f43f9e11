"""End to end: each id the detector sent is found exactly once among results, misses and
drops, and the metrics and the hit files agree."""

import random
import sys
import unittest
from collections import Counter

import h5py
import zmq

from airyd_process import MISS, Airyd, Detector, Listener

PROGRAM = sys.argv[1]


def dropped(metrics, source, recorder):
    """Frames of a source dropped at the recorder, or before it."""
    return sum(value for series, value in metrics.items()
               if series.startswith("airy_frames_dropped_total")
               and f"source={source}" in series and ("stage=recorder" in series) == recorder)


def saved_ids(folder):
    ids = []
    for path in sorted(folder.glob("*.cxi")):
        if not path.name.endswith(("_index.cxi", "_views.cxi")):
            with h5py.File(path, "r") as file:
                ids += file["/entry_1/train_id"][:].tolist()
    return ids


class Conservation(unittest.TestCase):
    def stream(self, kind, settings, frames, seed=1):
        """Streams, stops the daemon and checks all sums; returns (metrics, records)."""
        detector = Detector(kind)
        settings = {"source.a.endpoint": detector.endpoint, **settings}
        with Airyd(PROGRAM, settings) as airyd:
            listener = Listener(airyd.results)
            first = detector.send_until_heard(listener) + 1
            dice = random.Random(seed)
            for _ in range(frames):
                detector.send(hit=dice.random() < 0.4)
            last = detector.train

            def ended(metrics):
                return (metrics["airy_classified_total{source=a}"]
                        + metrics["airy_misses_total{source=a}"]
                        + dropped(metrics, "a", False) >= last)
            metrics = airyd.wait_for_metrics(ended)
            self.assertEqual(airyd.get("/readyz")[0], 200)
            self.assertEqual(airyd.stop(), 0)
            records = listener.finish()
            saved = saved_ids(airyd.hits)
        detector.close()

        seen = Counter(record["train_id"] for record in records)
        for train in range(first, last + 1):
            self.assertEqual(seen[train], 1, f"train {train}")
        outcomes = {record["train_id"]: record["outcome"] for record in records}
        for train in range(first, last + 1):
            if outcomes[train] != "dropped":
                expected = "classified" if detector.sent[train] else "miss"
                self.assertEqual(outcomes[train], expected, f"train {train}")

        received = metrics["airy_frames_received_total{source=a}"]
        self.assertEqual(received, last)
        self.assertEqual(received, metrics["airy_classified_total{source=a}"]
                         + metrics["airy_misses_total{source=a}"]
                         + dropped(metrics, "a", False))
        self.assertEqual(metrics["airy_id_gaps_total{source=a}"], 0)
        # Saved and lost hits: once the daemon has stopped, the files tell.
        classified = {t for t, outcome in outcomes.items() if outcome == "classified"}
        self.assertEqual(len(saved), len(set(saved)))
        self.assertLessEqual(set(saved), classified)
        self.assertEqual(len(saved) + dropped(metrics, "a", True), len(classified))
        return metrics, records

    def test_a_live_stream_without_pressure_loses_nothing(self):
        metrics, records = self.stream(zmq.XPUB, {"pipeline.frame_queue_capacity": 1000}, 300)
        self.assertEqual(dropped(metrics, "a", False), 0)
        hit = next(record for record in records if record["outcome"] == "classified")
        self.assertEqual(hit["topic"], "hit.a")
        self.assertEqual(hit["model"]["name"], "fake")
        self.assertAlmostEqual(hit["probabilities"]["round"], 0.8, places=5)
        self.assertGreater(metrics["airy_latency_seconds_count{since=detector}"], 0)
        self.assertEqual(metrics["airy_source_connected{source=a}"], 1)

    def test_a_lossless_stream_loses_nothing_under_a_slow_engine(self):
        metrics, _ = self.stream(
            zmq.PUSH, {"source.a.type": "pull", "source.a.policy": "lossless",
                       "engine.checkpoint": "slow", "pipeline.frame_queue_capacity": 4,
                       "batch.frame_capacity": 2, "batch.max_size": 4}, 200)
        self.assertEqual(dropped(metrics, "a", False), 0)
        self.assertEqual(dropped(metrics, "a", True), 0)

    def test_a_live_stream_under_a_slow_engine_accounts_for_every_loss(self):
        metrics, records = self.stream(
            zmq.PUSH, {"source.a.type": "pull", "engine.checkpoint": "slow",
                       "pipeline.frame_queue_capacity": 100, "batch.frame_capacity": 2,
                       "batch.max_size": 4}, 600)
        lost = metrics["airy_frames_dropped_total{reason=queue_full,source=a,stage=batch}"]
        self.assertGreater(lost, 0)
        self.assertTrue(any(record["topic"] == "drop.a"
                            and record["drop"] == {"stage": "batch", "reason": "queue_full"}
                            for record in records))

    def test_two_engines_share_the_stream(self):
        metrics, _ = self.stream(
            zmq.PUSH, {"source.a.type": "pull", "source.a.policy": "lossless",
                       "engine.instances": 2, "pipeline.worker_threads": 2}, 300)
        self.assertEqual(dropped(metrics, "a", False), 0)

    def test_failed_batches_are_counted_and_the_stream_goes_on(self):
        metrics, _ = self.stream(
            zmq.PUSH, {"source.a.type": "pull", "source.a.policy": "lossless",
                       "engine.checkpoint": "failing"}, 200)
        lost = metrics["airy_frames_dropped_total{reason=engine_error,source=a,stage=engine}"]
        self.assertGreater(lost, 0)
        self.assertGreater(metrics["airy_classified_total{source=a}"], 0)

    def test_a_lost_message_is_a_gap(self):
        detector = Detector(zmq.PUSH)
        with Airyd(PROGRAM, {"source.a.endpoint": detector.endpoint,
                             "source.a.type": "pull"}) as airyd:
            for train in range(1, 101):
                if train in (17, 40, 41):
                    detector.message(MISS)  # takes a number and is never sent
                else:
                    detector.send(hit=False)
            metrics = airyd.wait_for_metrics(
                lambda m: m["airy_misses_total{source=a}"] == 97)
            self.assertEqual(metrics["airy_id_gaps_total{source=a}"], 3)
        detector.close()

    def test_two_sources_are_counted_apart(self):
        a, b = Detector(zmq.PUSH), Detector(zmq.PUSH)
        with Airyd(PROGRAM, {"source.a.endpoint": a.endpoint, "source.a.type": "pull",
                             "source.b.endpoint": b.endpoint,
                             "source.b.type": "pull"}) as airyd:
            for i in range(60):
                a.send(hit=True)
                if i % 3 == 0:
                    b.send(hit=False)
            metrics = airyd.wait_for_metrics(
                lambda m: m["airy_classified_total{source=a}"] == 60
                and m["airy_misses_total{source=b}"] == 20)
            self.assertEqual(metrics["airy_frames_received_total{source=a}"], 60)
            self.assertEqual(metrics["airy_frames_received_total{source=b}"], 20)
            self.assertEqual(airyd.stop(), 0)
        a.close()
        b.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
