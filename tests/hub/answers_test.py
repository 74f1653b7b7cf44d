"""Whatever JSON a server answers with, zipflens ends with a clear error, and nothing of it reaches the terminal raw."""

import json
import unittest

from tests.hub.hub_case import NAME, HubCase

DEEP = "[" * 1_000_000
ODD = ["[]", "{}", "5", "null", '"x"', "true", "1e400", "9" * 400, DEEP, '{"a":' * 1_000_000, '{"sha":5}', '{"sha":[]}',
       '"\\ud800"', "[5]", "[null]", "[[]]", '[{"type":"file"}]', '[{"type":"file","path":5}]',
       '[{"type":"file","path":"a\\u001b[31m","oid":"0","size":1}]',
       '[{"type":"file","path":"a","oid":"%s","size":-1}]' % ("0" * 40),
       '[{"type":"file","path":"a","oid":"%s","size":1e30}]' % ("0" * 40),
       '[{"type":"file","path":"a","oid":"%s","size":1,"lfs":5}]' % ("0" * 40),
       '[{"type":"file","path":"a","oid":"%s","lfs":{"oid":5,"size":[]}}]' % ("0" * 40)]


def answer(text):
    return lambda handler, content: handler.answer(200, text.encode())


def refuse(handler, content):
    handler.refuse(404, "RevisionNotFound", "Invalid rev id")


class Answers(HubCase):
    def assert_shown(self, found):
        self.assertNotIn("\x1b", found.stderr)
        self.assertLess(len(found.stderr), 6000)

    def test_commit(self):
        for text in ODD:
            self.hub.faults["api"] = [answer(text)]
            self.assert_shown(self.fails(["fetch", NAME], "the hub's answer"))

    def test_list_of_files(self):
        commit = json.dumps({"sha": self.repo.commit})
        for text in ODD:
            self.hub.faults["api"] = [answer(commit), answer(text)]
            found = self.run_program("fetch", NAME)
            self.assertEqual(found.returncode, 1, text[:80] + found.stderr)
            self.assert_shown(found)

    def test_list_of_files_without_end(self):
        """Every page is empty or small and names another one."""
        commit = json.dumps({"sha": self.repo.commit})

        def page(number, length=0):
            link = f'<{self.hub.url}/api/models/{NAME}/tree/x?cursor={number}{"x" * length}>; rel="next"'
            return lambda handler, content: handler.answer(200, b"[]", Link=link)

        self.hub.faults["api"] = [answer(commit), *(page(number) for number in range(3000))]
        self.assert_shown(self.fails(["fetch", NAME], "an endless list of files"))
        self.assertGreater(len(self.hub.faults["api"]), 900)
        self.hub.faults["api"] = [answer(commit), page(1), page(1)]
        self.assert_shown(self.fails(["fetch", NAME], "an endless list of files"))
        self.hub.faults["api"] = [answer(commit), page(1, length=9000)]
        self.assert_shown(self.fails(["fetch", NAME], "an endless address"))

    def test_near_revisions(self):
        lists = ["[]", "5", "null", "[5]", '[{"name":5}]', '[{"name":"\\u001b[31m"}]', "{}", '{"a":[{"name":"v1"}]}', DEEP]
        for text in [*ODD, *(f'{{"branches":{value}}}' for value in lists)]:
            self.hub.faults["api"] = [refuse, answer(text)]
            self.assert_shown(self.fails(["fetch", NAME, "--revision", "v1.1"], 'no revision "v1.1"'))


if __name__ == "__main__":
    unittest.main()
