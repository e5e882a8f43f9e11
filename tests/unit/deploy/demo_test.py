"""The demo's book-keeping, on small cases worked out by hand."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "deploy"))
import demo


def record(train_id, outcome, hit=False, labels=(), total_s=0.01, drop=None):
    result = {"train_id": train_id, "pulse_id": 0, "outcome": outcome, "hit": hit,
              "labels": list(labels), "stage_s": {"total": total_s}}
    if drop:
        result["drop"] = {"stage": drop[0], "reason": drop[1]}
    return result


def sent(**hits):
    return {(int(name[1:]), 0): {"hit": bool(labels), "labels": labels}
            for name, labels in hits.items()}


class F1Test(unittest.TestCase):
    def test_is_the_harmonic_mean_of_precision_and_recall(self):
        # precision 2/3, recall 2/4
        self.assertAlmostEqual(demo.f1(2, 1, 2), 2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))

    def test_is_zero_without_any_positive(self):
        self.assertEqual(demo.f1(0, 0, 0), 0.0)


class ProgramTest(unittest.TestCase):
    def fails(self, *command):
        with self.assertRaises(SystemExit) as end:
            demo.run_to_the_end(command)
        return end.exception.code

    def test_hands_on_what_the_program_printed(self):
        self.assertEqual(demo.run_to_the_end(["echo", "batch.max_size = 3"]),
                         "batch.max_size = 3\n")

    def test_ends_with_the_status_of_a_program_that_failed(self):
        self.assertEqual(self.fails("sh", "-c", "exit 78"), 78)
        self.assertEqual(self.fails("sh", "-c", "kill -TERM $$"), 128 + 15)

    def test_names_a_program_that_is_not_there(self):
        self.assertIn("/nowhere/airyd", self.fails("/nowhere/airyd"))


class MacroF1Test(unittest.TestCase):
    def test_leaves_out_rare_classes_and_empty(self):
        pairs = [({"round"}, {"round"})] * 20 + [({"bent"}, set())] * 19
        pairs += [({"empty"}, {"empty"})] * 30
        score, per_class = demo.macro_f1(pairs)
        self.assertEqual(per_class, {"round": 1.0})
        self.assertEqual(score, 1.0)

    def test_scores_a_constant_answer(self):
        pairs = [({"round"}, set())] * 20 + [({"bent"}, {"bent"})] * 20
        score, per_class = demo.macro_f1(pairs, predict={"round"})
        self.assertAlmostEqual(per_class["round"], 2 * 20 / (2 * 20 + 20))
        self.assertEqual(per_class["bent"], 0.0)
        self.assertAlmostEqual(score, per_class["round"] / 2)


class SummariseTest(unittest.TestCase):
    def test_balances_when_everything_arrives(self):
        summary = demo.summarise(
            sent(t1=["round"], t2=[], t3=["bent"]),
            [record(1, "classified", True, ["round"]), record(2, "miss"),
             record(3, "classified", True, ["bent"], total_s=0.03)],
            [(1, 0), (3, 0)], gaps=0, rejected=0)
        self.assertEqual(summary["unaccounted"], 0)
        self.assertEqual((summary["hits_true"], summary["hits_found"], summary["hits_saved"]),
                         (2, 2, 2))
        self.assertTrue(summary["hits_saved_are_hits_found"])
        self.assertEqual((summary["hit_recall"], summary["false_hit_rate"]), (1.0, 0.0))
        self.assertEqual(summary["latency_ms"]["max"], 30.0)

    def test_counts_a_frame_that_vanished_as_unaccounted(self):
        summary = demo.summarise(sent(t1=["round"], t2=[]), [record(2, "miss")], [],
                                 gaps=0, rejected=0)
        self.assertEqual(summary["unaccounted"], 1)
        self.assertEqual(summary["hit_recall"], 0.0)

    def test_counts_a_gap_in_the_ids_as_lost_before_airyd(self):
        summary = demo.summarise(sent(t1=["round"], t2=[]), [record(2, "miss")], [],
                                 gaps=1, rejected=0)
        self.assertEqual((summary["unaccounted"], summary["lost_before_airyd"]), (0, 1))

    def test_names_drops_by_stage_and_reason(self):
        summary = demo.summarise(sent(t1=["round"]),
                                 [record(1, "dropped", drop=("batch", "queue_full"))], [],
                                 gaps=0, rejected=0)
        self.assertEqual(summary["dropped"], {"batch.queue_full": 1})

    def test_sees_a_frame_that_ended_twice_or_was_never_sent(self):
        summary = demo.summarise(sent(t1=[]), [record(1, "miss"), record(1, "miss"),
                                               record(9, "miss")], [], gaps=0, rejected=0)
        self.assertEqual((summary["accounted_twice"], summary["not_sent_but_received"]), (1, 1))

    def test_sees_a_saved_hit_that_was_not_found(self):
        summary = demo.summarise(sent(t1=[]), [record(1, "miss")], [(1, 0)], gaps=0, rejected=0)
        self.assertFalse(summary["hits_saved_are_hits_found"])

    def test_counts_what_the_recorder_could_not_save_as_dropped(self):
        found = [record(t, "classified", True) for t in (1, 2, 3)]
        summary = demo.summarise(sent(t1=["round"], t2=["round"], t3=["round"]), found, [(1, 0)],
                                 gaps=0, rejected=0, recorder_drops={"write_error": 1})
        self.assertEqual(summary["dropped"], {"recorder.write_error": 1})
        self.assertEqual(summary["hits_unaccounted"], 1)

    def test_does_not_miss_files_when_nothing_is_recorded(self):
        summary = demo.summarise(sent(t1=["round"]), [record(1, "classified", True)], [],
                                 gaps=0, rejected=0, recorder_drops=None)
        self.assertEqual(summary["hits_unaccounted"], 0)

    def test_counts_what_never_came_after_the_last_frame_as_lost_before_airyd(self):
        summary = demo.summarise(sent(t1=[], t2=[], t3=[]), [record(1, "miss")], [],
                                 gaps=0, rejected=0)
        self.assertEqual((summary["unaccounted"], summary["lost_before_airyd"]), (0, 2))

    def test_knows_no_recall_without_a_hit(self):
        summary = demo.summarise(sent(t1=[]), [record(1, "miss")], [], gaps=0, rejected=0)
        self.assertIsNone(summary["hit_recall"])

    def test_counts_a_miss_taken_for_a_hit(self):
        summary = demo.summarise(sent(t1=[], t2=[]),
                                 [record(1, "classified", True), record(2, "miss")], [(1, 0)],
                                 gaps=0, rejected=0)
        self.assertEqual(summary["false_hit_rate"], 0.5)


if __name__ == "__main__":
    unittest.main()
