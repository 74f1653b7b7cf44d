"""What goes wrong between zipflens and the hub: each recovers, or ends in a clear error with nothing half-written."""

import email.utils
import os
import shutil
import signal
import subprocess
import time
import unittest

from tests.hub import hub_server
from tests.hub.hub_case import NAME, TOKEN, WEIGHTS, HubCase
from tests.hub.hub_server import Hub, Repo, etag_of


class Failures(HubCase):
    def blob(self, suffix=""):
        return self.cache / "models--org--tiny-bert/blobs" / (etag_of(self.repo.files[WEIGHTS]) + suffix)

    def ranges(self):
        return [headers.get("Range") for _, _, path, headers in self.hub.requests
                if path.startswith("/large/") and WEIGHTS in path]

    def assert_fetched(self):
        self.assertEqual((self.snapshot() / WEIGHTS).read_bytes(), self.repo.files[WEIGHTS])
        self.assertEqual(list(self.cache.glob("*--*/blobs/*.incomplete")), [])
        self.assert_no_half_file()

    # Names and rights

    def test_not_found_with_near_names(self):
        self.hub.repos["models/other/unlike"] = Repo({})
        self.fails(["fetch", "org/tiny-brt"], "no such model", "near: org/tiny-bert", "private")
        self.fails(["fetch", "org/nothing"], "no such model")
        self.fails(["tokenize", "--model", "org/tiny-bertt"], "org/tiny-bertt", "near: org/tiny-bert")

    def test_gated_without_a_token_says_what_to_do(self):
        self.repo.gated, self.hub.token = True, TOKEN
        self.fails(["fetch", NAME], "gated", f"{self.hub.url}/{NAME}", "accept the conditions", "HF_TOKEN")

    def test_gated_with_a_token_that_has_no_access(self):
        self.repo.gated = True
        self.fails(["fetch", NAME], "gated", "your token has no access", f"{self.hub.url}/{NAME}", HF_TOKEN=TOKEN)

    def test_the_token_is_not_shown_where_the_server_says_it(self):
        self.hub.faults["api"] = [hub_server.status(403, X_Error_Message=f"token {TOKEN} may not")]
        self.fails(["fetch", NAME], "403", "token ... may not", HF_TOKEN=TOKEN)

    def test_pickles_are_refused_with_a_word_on_conversion(self):
        del self.repo.files[WEIGHTS]
        self.fails(["fetch", NAME], "pytorch_model.bin", "save_pretrained")
        self.assertFalse(self.hub.paths("resolve"), "something was fetched all the same")

    def test_not_a_hub(self):
        self.hub.faults["api"] = [lambda handler, content: handler.answer(200, b"<html>log in</html>")]
        self.fails(["fetch", NAME], "not JSON", "proxy")

    def test_no_server(self):
        self.hub.close()
        self.hub = Hub()
        url = self.hub.url
        self.hub.close()
        self.fails(["fetch", NAME], "cannot be reached", HF_ENDPOINT=url, ZIPFLENS_HUB_RETRIES="0")
        self.hub = Hub()

    # Busy servers

    def test_rate_limit_and_server_errors_are_waited_for(self):
        self.hub.faults["api"] = [hub_server.status(429, Retry_After="1"), hub_server.status(503)]
        self.hub.faults[WEIGHTS] = [hub_server.status(500)]
        start = time.monotonic()
        self.fetch()
        self.assertGreater(time.monotonic() - start, 1.0, "Retry-After was not honoured")
        self.assert_fetched()

    def test_retry_after_as_a_date(self):
        when = email.utils.formatdate(time.time() + 2, usegmt=True)
        self.hub.faults["api"] = [hub_server.status(503, Retry_After=when)]
        start = time.monotonic()
        self.fetch()
        self.assertGreater(time.monotonic() - start, 0.9)

    def test_a_rate_limit_that_lasts_is_an_error(self):
        self.hub.faults["api"] = [hub_server.status(429, Retry_After="100000")]
        self.fails(["fetch", NAME], "rate limit", "100000 s")
        self.hub.faults["api"] = [hub_server.status(502)] * 2
        self.fails(["fetch", NAME], "status 502", ZIPFLENS_HUB_RETRIES="1")

    # Bodies

    def test_dropped_connections_are_resumed_within_a_run(self):
        self.hub.faults[WEIGHTS] = [hub_server.drop_after(200_000)] * 4  # more than the retries without progress
        self.fetch()
        self.assert_fetched()
        self.assertEqual(self.ranges()[1:], [f"bytes={200_000 * i}-" for i in (1, 2, 3, 4)])
        if_range = [headers.get("If-Range") for _, _, path, headers in self.hub.requests
                    if path.startswith("/large/") and WEIGHTS in path]
        self.assertTrue(all(if_range[1:]), if_range)

    def test_what_a_run_left_is_resumed_by_the_next(self):
        self.hub.faults[WEIGHTS] = [hub_server.drop_after(300_000)]
        self.fails(["fetch", NAME], "bytes", ZIPFLENS_HUB_RETRIES="0", HF_HUB_DOWNLOAD_TIMEOUT="5")
        self.assertEqual(self.blob(".incomplete").stat().st_size, 300_000)
        self.fetch()
        self.assert_fetched()
        self.assertEqual(self.ranges()[-1], "bytes=300000-")

    def test_interrupt_leaves_a_part_that_can_be_resumed(self):
        def stall(handler, content):
            hub_server.drop_after(100_000)(handler, content)
            time.sleep(20)
        self.hub.faults[WEIGHTS] = [stall]
        process = subprocess.Popen([os.environ["ZIPFLENS"], "fetch", NAME], env=self.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not (self.blob(".incomplete").exists() and self.blob(".incomplete").stat().st_size >= 100_000):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130)
        process.communicate()
        self.assertEqual(self.blob(".incomplete").stat().st_size, 100_000)
        self.fetch()
        self.assert_fetched()
        self.assertEqual(self.ranges()[-1], "bytes=100000-")

    def test_a_part_of_another_content_is_fetched_anew(self):
        self.blob().parent.mkdir(parents=True)
        self.blob(".incomplete").write_bytes(b"x" * 5000)
        self.fetch()
        self.assert_fetched()

    def test_a_file_that_changes_between_attempts(self):
        self.hub.faults[WEIGHTS] = [hub_server.drop_after(300_000)]
        self.fails(["fetch", NAME], "bytes", ZIPFLENS_HUB_RETRIES="0")
        self.repo.files[WEIGHTS] = self.repo.files[WEIGHTS][:8] + self.repo.files[WEIGHTS][8:][::-1]
        self.repo.commit = "e" * 40
        self.fetch()
        self.assertEqual((self.snapshot() / WEIGHTS).read_bytes(), self.repo.files[WEIGHTS])
        self.assert_no_half_file()

    def test_a_file_that_changes_within_a_run(self):
        whole = self.repo.files[WEIGHTS]
        def drop_then_change(handler, content):
            self.repo.files[WEIGHTS] = content[::-1]
            hub_server.drop_after(300_000)(handler, content)
        self.hub.faults[WEIGHTS] = [drop_then_change]
        self.fails(["fetch", NAME], "digest", WEIGHTS)
        self.assertFalse((self.snapshot() / WEIGHTS).exists())
        self.repo.files[WEIGHTS] = whole
        self.fetch()
        self.assert_fetched()

    def test_a_server_without_ranges(self):
        self.hub.faults[WEIGHTS] = [hub_server.drop_after(300_000),
                                    lambda handler, content: handler.answer(200, content)]
        self.fetch()
        self.assert_fetched()

    def test_wrong_checksum(self):
        for name in (WEIGHTS, "config.json"):
            self.hub.faults[name] = [hub_server.send_instead(lambda content: content[:-1] + b"?")]
            self.fails(["fetch", NAME], name, "digest", etag_of(self.repo.files[name]))
            self.assertFalse((self.snapshot() / name).exists())
            shutil.rmtree(self.cache)
        self.assertFalse(self.blob(".incomplete").exists())
        self.fetch()
        self.assert_fetched()

    def test_wrong_length(self):
        size = len(self.repo.files[WEIGHTS])
        self.hub.faults[WEIGHTS] = [hub_server.send_instead(lambda content: content[:-1])]
        self.fails(["fetch", NAME], WEIGHTS, f"{size - 1} bytes", f"{size} bytes")
        self.hub.faults[WEIGHTS] = [hub_server.send_instead(lambda content: content + b"?")]
        self.fails(["fetch", NAME], WEIGHTS, f"{size + 1} bytes", f"{size} bytes")
        self.assertFalse(self.blob(".incomplete").exists())

    def test_endless_body(self):
        self.hub.faults[WEIGHTS] = [hub_server.send_endlessly]
        self.fails(["fetch", NAME], WEIGHTS, "more bytes", f"{len(self.repo.files[WEIGHTS])} bytes")
        self.assertFalse(self.blob(".incomplete").exists())

    def test_redirects_in_a_circle_and_to_other_schemes(self):
        def again(handler, content):
            handler.answer(302, Location=handler.path)
        self.hub.faults[WEIGHTS] = [again] * 30
        self.fails(["fetch", NAME], "redirects")
        self.hub.faults[WEIGHTS] = [lambda handler, content: handler.answer(302, Location="file:///etc/passwd")]
        self.fails(["fetch", NAME], "not followed")

    # Attacks

    def test_file_names_that_lead_out_of_the_folder(self):
        for name in ("../evil.json", "a/../../../evil.json", "/evil.json", "a\\..\\evil", "a//b", "evil\x00.json"):
            self.repo.extra_entries = [hub_server.entry_of(name, b"evil")]
            self.fails(["fetch", NAME], "leads out of its folder")
        self.assertEqual([p for p in self.root.rglob("*evil*")], [])

    def test_digests_that_are_paths(self):
        self.repo.extra_entries = [hub_server.entry_of("x", b"") | {"oid": "../../../evil"}]
        self.fails(["fetch", NAME], "digest")

    def test_links_in_the_cache_that_lead_out_of_it(self):
        secret = self.root / "secret"
        secret.mkdir()
        (secret / "file").write_text("untouched")
        repo = self.cache / "models--org--tiny-bert"
        repo.mkdir(parents=True)
        for link, target in ((repo / "blobs", secret), (repo / "snapshots", secret),
                             (self.cache / ".locks", secret), (repo / "refs", secret)):
            link.symlink_to(target)
            done = self.run_program("fetch", NAME)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(f"{link}", done.stderr)
            self.assertIn("symbolic link", done.stderr)
            link.unlink()
            shutil.rmtree(self.cache / ".locks", ignore_errors=True)
        self.assertEqual([p.name for p in secret.iterdir()], ["file"])
        shutil.rmtree(repo)  # because the last link failed after all files were fetched
        (repo / "blobs").mkdir(parents=True)
        self.blob(".incomplete").symlink_to(secret / "file")
        self.fails(["fetch", NAME], self.blob(".incomplete"))
        self.blob(".incomplete").unlink()
        os.link(secret / "file", self.blob(".incomplete"))
        self.fails(["fetch", NAME], "other names")
        self.assertEqual((secret / "file").read_text(), "untouched")

    def test_a_snapshot_that_links_out_of_the_cache_is_not_read(self):
        self.fetch()
        (self.root / "outside.json").write_bytes(self.repo.files["config.json"])
        (self.snapshot() / "config.json").unlink()
        (self.snapshot() / "config.json").symlink_to(self.root / "outside.json")
        self.fails(["tokenize", "--model", NAME], "symbolic link", "outside.json")


class Tls(HubCase):
    def setUp(self):
        super().setUp()
        self.hub.close()
        self.certificate = self.root / "cert.pem"
        key = self.root / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
                        self.certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        self.hub = Hub((self.certificate, key))
        self.hub.repos["models/" + NAME] = self.repo

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        self.fails(["fetch", NAME], "certificate")
        self.assertEqual(self.hub.requests, [])

    def test_a_certificate_that_the_user_vouches_for_is_taken(self):
        self.fetch(SSL_CERT_FILE=str(self.certificate))
        self.assertTrue((self.snapshot() / WEIGHTS).exists())

    def test_no_way_back_from_tls(self):
        self.hub.faults[WEIGHTS] = [lambda handler, content: handler.answer(302, Location="http://127.0.0.1:1/x")]
        self.fails(["fetch", NAME], "not followed", SSL_CERT_FILE=str(self.certificate))


if __name__ == "__main__":
    unittest.main()
