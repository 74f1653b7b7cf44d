"""The comparison of encoders measures errors rightly, refuses what is too far off, and shows each at its best."""

import unittest

import numpy as np

from bench.peers import encoder_accuracy, encoder_table


def process(seconds, sequences=2, error=(1e-6, 1e-7), **more):
    return {"pass_seconds": seconds, "sequences": sequences, "peak_memory_bytes": 5e6,
            "error": None if error is None else {"largest": error[0], "rms": error[1]}, **more}


def contender(name, processes, ours=False, precision="float32", **more):
    return {"name": name, "batch": 1, "streams": 1, "ours": ours, "threads": 2, "precision": precision, "isa": None,
            "processes": processes, **more}


def zipflens(listeners, seconds, peak=100.0, **more):
    error = (1e-6, 1e-7) if listeners == "none" or "+output" in listeners else None
    return contender(f"zipflens, {listeners}", [process([seconds], error=error, instruction_set="AVX3", gflop=80.0,
                                                        fma_peak_gflops=[peak])], ours=True, streams=2, **more)


OURS = [zipflens("none", 1.0), zipflens("notebook", 0.8), zipflens("notebook+output", 1.1),
        zipflens("study+output", 1.5)]


class Errors(unittest.TestCase):
    def test_are_the_largest_and_the_root_of_the_mean_square(self):
        error = encoder_accuracy.error_of(np.array([1, 2, 3, 4], dtype=np.float32), np.array([1.0, 2.0, 6.0, 0.0]))
        self.assertEqual((error.largest, error.rms), (4.0, 2.5))

    def test_are_taken_in_float64(self):
        error = encoder_accuracy.error_of(np.array([1], dtype=np.float32), np.array([1 + 2.0**-40]))
        self.assertEqual(error.largest, 2.0**-40)

    def test_of_an_output_of_another_size_are_refused(self):
        with self.assertRaisesRegex(ValueError, "3 elements where 4"):
            encoder_accuracy.error_of(np.zeros(3, dtype=np.float32), np.zeros(4))


class Violations(unittest.TestCase):
    def names(self, *contenders):
        return [violation.split(" (")[0] for violation in encoder_accuracy.violations(contenders)]

    def test_there_are_none_where_float32_is_float32(self):
        self.assertEqual(self.names(contender("a", [process([1], error=(7e-6, 1e-6))])), [])

    def test_float32_must_not_be_two_bfloat16_numbers(self):
        self.assertEqual(self.names(contender("a", [process([1], error=(9e-5, 6e-6))])), ["a"])

    def test_one_process_is_enough(self):
        processes = [process([1]), process([1], error=(1e-3, 1e-4)), process([1])]
        self.assertEqual(self.names(contender("a", processes)), ["a"])

    def test_an_output_that_is_not_finite_is_one(self):
        nan = encoder_accuracy.error_of(np.array([np.nan, 1], dtype=np.float32), np.zeros(2))
        processes = [process([1], error=(nan.largest, nan.rms)), process([1])]
        self.assertEqual(self.names(contender("a", processes), contender("b", processes[::-1])), ["a", "b"])

    def test_bfloat16_may_be_bfloat16_but_no_other_function(self):
        self.assertEqual(self.names(contender("a", [process([1], error=(4e-2, 9e-3))], precision="bfloat16"),
                                    contender("b", [process([1], error=(4.0, 1.4))], precision="bfloat16")), ["b"])

    def test_who_gives_no_output_is_not_judged(self):
        self.assertEqual(self.names(contender("a", [process([1], error=None)])), [])

    def test_say_what_was_found_and_what_is_allowed(self):
        self.assertEqual(
            encoder_accuracy.violations([contender("OpenVINO", [process([1], error=(3e-3, 1e-4))], batch=4)]),
            ["OpenVINO (batch 4, streams 1) differs from the answer in float64 by up to 3.0e-03; float32 may by 3e-05"])


class Table(unittest.TestCase):
    def cells(self, contenders, name):
        for line in encoder_table.table_lines(contenders, threads=2):
            if line.startswith(f"| {name} |"):
                return [cell.strip() for cell in line.split("|")[1:-1]]
        return None

    def test_a_row_is_the_median_of_all_passes_of_all_processes(self):
        peer = contender("A", [process([4.0, 2.0]), process([20.0], error=(5e-6, 2e-6))])
        # 80 GFLOP of two sequences, 40 of one, in 2 s: 20 GFLOP/s of 100; and 2 s over 0.8 s / 2 sequences.
        self.assertEqual(self.cells([*OURS, peer], "A"),
                         ["A", "1", "2.0000 (1.0000-10.0000)", "20", "20%", "5.00", "5", "5.0e-06", "2.0e-06"])

    def test_a_contender_is_shown_at_its_best_batch_and_streams(self):
        slow, best = contender("A", [process([4.0])], batch=4), contender("A", [process([3.0])], streams=2)
        self.assertEqual(self.cells([*OURS, slow, best], "A")[1:3], ["1 x 2", "1.5000 (1.5000-1.5000)"])

    def test_who_gives_no_output_has_no_error(self):
        self.assertEqual(self.cells(OURS, "zipflens, notebook")[-2:], ["", ""])

    def test_one_thread_and_a_forced_instruction_set_are_held_against_their_own_peak(self):
        one = zipflens("none, 1 thread", 2.0, peak=50.0, threads=1)
        forced = zipflens("none, ZIPFLENS_ISA=avx2", 2.0, peak=60.0, isa="avx2")
        contenders = [*OURS, one, forced]  # each 40 GFLOP in 1 s
        shares = [self.cells(contenders, row["name"])[4] for row in (OURS[0], one, forced)]
        self.assertEqual(shares, ["80%", "80%", "67%"])

    def test_a_share_of_the_float32_peak_is_not_claimed_of_bfloat16(self):
        self.assertEqual(self.cells([*OURS, contender("A", [process([1.0])], precision="bfloat16")], "A")[4], "")


class Ratios(unittest.TestCase):
    def test_are_to_the_fastest_peer_of_the_same_precision(self):
        peers = [contender("A", [process([1.6])]), contender("B", [process([1.2])]),
                 contender("C", [process([0.2])], precision="bfloat16"),
                 contender("PyTorch, hooks", [process([1.0])])]  # captures, and so is no such peer
        lines = list(encoder_table.ratio_lines([*OURS, zipflens("study", 1.0), *peers], threads=2))
        self.assertEqual(lines, [
            "float32: zipflens, with the notebook's capture, is 1.50 times as fast as the fastest peer, B, which "
            "captures nothing; at equal work 1.09",
            "float32: and 1.25 times as fast as PyTorch with hooks for the same",
            "cost of capture, notebook: 10.0% of the run without",
            "cost of capture, study: 50.0% of the run without"])


if __name__ == "__main__":
    unittest.main()
