"""SIGTERM in the middle of a stream: everything taken in is accounted for, the daemon ends
within its budget, and says which stage kept it if not."""

import sys
import threading
import time
import unittest
from collections import Counter

import zmq

from airyd_process import Airyd, Detector, Listener

PROGRAM = sys.argv[1]


class Shutdown(unittest.TestCase):
    def stop_midway(self, settings):
        """Stops while hits stream in; returns (exit status, records, seconds, log)."""
        detector = Detector(zmq.PUSH)
        detector.socket.setsockopt(zmq.SNDTIMEO, 100)
        detector.socket.setsockopt(zmq.SNDHWM, 8)
        with Airyd(PROGRAM, {"source.a.endpoint": detector.endpoint, "source.a.type": "pull",
                             "source.a.high_water_mark": 8, **settings}) as airyd:
            listener = Listener(airyd.results)
            detector.send_until_heard(listener)
            ending = threading.Event()

            def stream():
                while not ending.is_set():
                    try:
                        detector.send(hit=True)
                    except zmq.Again:
                        detector.train -= 1

            streaming = threading.Thread(target=stream)
            streaming.start()
            airyd.wait_for_metrics(
                lambda m: m["airy_frames_received_total{source=a}"] > 100)
            begin = time.monotonic()
            status = airyd.stop()
            seconds = time.monotonic() - begin
            ending.set()
            streaming.join()
            records = listener.finish()
        detector.close()
        return status, records, seconds, airyd.log

    def assert_each_once(self, records):
        """No id twice, and none missing up to the last one that was taken in."""
        seen = Counter(record["train_id"] for record in records)
        self.assertEqual(set(seen.values()), {1})
        self.assertEqual(set(range(min(seen), max(seen) + 1)), set(seen))

    def test_a_stream_is_worked_off_and_the_exit_status_is_0(self):
        status, records, _, log = self.stop_midway({})
        self.assertEqual(status, 0)
        self.assertIn("stopped", log[-1])
        self.assert_each_once(records)

    def test_full_queues_end_within_the_budget_with_every_frame_accounted_for(self):
        status, records, seconds, _ = self.stop_midway(
            {"engine.checkpoint": "slow", "batch.max_size": 1, "source.a.policy": "lossless",
             "server.shutdown_budget_ms": 6000})
        self.assertEqual(status, 0)
        self.assertLess(seconds, 6)
        self.assert_each_once(records)
        drops = [record["drop"] for record in records if record["outcome"] == "dropped"]
        self.assertTrue(drops)
        self.assertEqual({drop["reason"] for drop in drops}, {"shutdown"})

    def test_a_stop_while_warming_up_ends_at_once(self):
        with Airyd(PROGRAM, {"engine.checkpoint": "warming"}, wait=False) as airyd:
            airyd.wait_for_log("threads planned")
            self.assertEqual(airyd.stop(), 0)
            self.assertIn("stopped before it was ready", airyd.log[-1])

    def test_a_stage_that_hangs_is_named_and_the_exit_status_is_not_0(self):
        detector = Detector(zmq.PUSH)
        with Airyd(PROGRAM, {"source.a.endpoint": detector.endpoint, "source.a.type": "pull",
                             "engine.checkpoint": "hanging",
                             "server.shutdown_budget_ms": 2000}) as airyd:
            detector.send(hit=True)
            airyd.wait_for_metrics(lambda m: m["airy_batch_size_count"] == 1)
            self.assertEqual(airyd.stop(), 70)
            self.assertIn("shutdown over budget stage=infer", airyd.log[-1])
        detector.close()

    def test_a_stage_that_throws_stops_the_daemon_with_70(self):
        detector = Detector(zmq.PUSH)
        with Airyd(PROGRAM, {"source.a.endpoint": detector.endpoint, "source.a.type": "pull",
                             "engine.checkpoint": "throwing"}) as airyd:
            detector.send(hit=True)
            self.assertEqual(airyd.wait(), 70)
            self.assertTrue(any("stage failed stage=infer error=boom" in line
                                for line in airyd.log), airyd.log)
        detector.close()

    def test_sigterm_without_any_frame_ends_at_once(self):
        with Airyd(PROGRAM, {}) as airyd:
            begin = time.monotonic()
            self.assertEqual(airyd.stop(), 0)
            self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
