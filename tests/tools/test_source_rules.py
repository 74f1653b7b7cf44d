"""The sources keep the house's rules; and each rule's checker finds a planted violation."""

import os
import pathlib
import tempfile
import unittest

from tests.tools import source_rules

ROOT = pathlib.Path(os.environ["ZIPFLENS_SOURCE"])


class SourcesKeepTheRules(unittest.TestCase):
    def assert_none(self, violations):
        self.assertEqual(violations, [], "\n" + "\n".join(violations))

    def test_the_tree_is_seen(self):
        self.assertGreater(len(source_rules.sources(ROOT, ("zipflens",), {".h", ".cc"})), 40)

    def test_layers(self):
        self.assert_none(source_rules.layer_violations(ROOT))

    def test_no_circles(self):
        self.assert_none(source_rules.circle_violations(ROOT))

    def test_library_neither_prints_nor_exits(self):
        self.assert_none(source_rules.printing_violations(ROOT))

    def test_no_shell(self):
        self.assert_none(source_rules.shell_violations(ROOT))

    def test_sources_are_ascii(self):
        self.assert_none(source_rules.ascii_violations(ROOT))

    def test_files_are_short(self):
        self.assert_none(source_rules.length_violations(ROOT))


class CheckersFindPlantedViolations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def assert_layers(self, name, included, allowed):
        self.plant(name, f'#include "{included}"\n')
        violations = source_rules.layer_violations(self.root)
        self.assertEqual(violations == [], allowed, violations)

    def test_layers_refuse_a_room_that_reaches_back(self):
        self.assert_layers("zipflens/corpus/a.cc", "zipflens/study/study.h", allowed=False)

    def test_layers_refuse_a_room_beside(self):
        self.assert_layers("zipflens/model/a.cc", "zipflens/stats/a.h", allowed=False)

    def test_layers_refuse_base_that_includes_anything(self):
        self.assert_layers("zipflens/base/a.h", "zipflens/kernels/a.h", allowed=False)

    def test_layers_refuse_the_cli_in_the_library(self):
        self.assert_layers("zipflens/study/a.cc", "cli/a.h", allowed=False)

    def test_layers_refuse_tests_in_the_library(self):
        self.assert_layers("zipflens/study/a.cc", "tests/study/a.h", allowed=False)

    def test_layers_let_probes_see_only_the_probe_header_of_model(self):
        self.assert_layers("zipflens/probes/a.cc", "zipflens/model/probe.h", allowed=True)
        self.assert_layers("zipflens/probes/a.cc", "zipflens/model/encoder.h", allowed=False)

    def test_layers_let_report_see_only_the_result_of_study(self):
        self.assert_layers("zipflens/report/a.cc", "zipflens/study/study.h", allowed=True)
        self.assert_layers("zipflens/report/a.cc", "zipflens/analysis/findings.h", allowed=False)

    def test_layers_refuse_an_include_without_its_path(self):
        self.assert_layers("zipflens/base/a.cc", "error.h", allowed=False)

    def test_layers_refuse_an_unknown_folder(self):
        self.assert_layers("zipflens/util/a.cc", "zipflens/base/error.h", allowed=False)

    def test_circle_of_files(self):
        self.plant("zipflens/base/a.h", '#include "zipflens/base/b.h"\n')
        self.plant("zipflens/base/b.h", '#include "zipflens/base/c.h"\n')
        self.plant("zipflens/base/c.h", '#include "zipflens/base/a.h"\n')
        self.assertIn("files", source_rules.circle_violations(self.root)[0])

    def test_circle_of_folders(self):
        self.plant("zipflens/base/a.h", '#include "zipflens/stats/b.h"\n')
        self.plant("zipflens/stats/c.h", '#include "zipflens/base/d.h"\n')
        self.assertIn("folders", source_rules.circle_violations(self.root)[0])

    def test_circle_in_the_table(self):
        table = {"base": {"model/probe.h"}, "model": {"base"}}
        self.assertIn("table", source_rules.circle_violations(self.root, table)[0])

    def test_printing_and_exiting(self):
        for code in (
            "std::cout << 1;",
            "std::cerr << 1;",
            'printf("x");',
            'std::printf("x");',
            'std::fprintf(stderr, "x");',
            'fmt::print("x");',
            "std::exit(1);",
            "::_exit(1);",
            "if (x) abort();",
            "std::terminate();",
        ):
            self.plant("zipflens/base/a.cc", f"void F() {{\n  {code}\n}}\n")
            violations = source_rules.printing_violations(self.root)
            self.assertEqual(len(violations), 1, code)
            self.assertIn("zipflens/base/a.cc:2", violations[0])

    def test_words_about_printing_are_free(self):
        self.plant(
            "zipflens/base/a.cc",
            '// abort() and printf("x")\n/* std::cout */ auto s = "exit(1)"; snprintf(b, 1, "");\n'
            "writer.abort(); const char c = '\"'; int n = 1'000'000; Fabort();\n",
        )
        self.assertEqual(source_rules.printing_violations(self.root), [])

    def test_shells_and_processes(self):
        for code in ('system("ls");', 'std::system(text);', 'FILE* f = ::popen(text, "r");', "execvp(a, b);", "if (fork() == 0) {}",
                     "wordexp(text, &words, 0);", "posix_spawnp(&id, name, 0, 0, 0, 0);"):
            self.plant("cli/a.cc", f"void F() {{\n  {code}\n}}\n")
            violations = source_rules.shell_violations(self.root)
            self.assertEqual(len(violations), 1, code)
            self.assertIn("cli/a.cc:2", violations[0])

    def test_words_about_shells_are_free(self):
        self.plant("cli/a.cc", '// system("ls")\nauto s = "popen(x)"; file_system(1); a.system(2); std::system_error e();\n')
        self.assertEqual(source_rules.shell_violations(self.root), [])

    def test_character_that_is_not_ascii(self):
        self.plant("tools/a.py", "# caf\u00e9\n")
        self.assertIn("tools/a.py:1", source_rules.ascii_violations(self.root)[0])

    def test_long_file(self):
        self.plant("cli/a.cc", "\n" * (source_rules.MAX_LINES + 1))
        self.assertEqual(source_rules.length_violations(self.root, {"cli/a.cc": "generated"}), [])
        self.assertIn("cli/a.cc", source_rules.length_violations(self.root, {})[0])

    def test_allowance_no_longer_needed(self):
        violations = source_rules.length_violations(self.root, {"cli/a.cc": "was long"})
        self.assertIn("needs no allowance", violations[0])


if __name__ == "__main__":
    unittest.main()
