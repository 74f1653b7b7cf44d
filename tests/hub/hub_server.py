"""A server that behaves like the hub, on the loopback interface, over repositories in memory; it can misbehave."""

import dataclasses
import hashlib
import http.server
import json
import re
import ssl
import threading
import urllib.parse

LARGE = 4096  # smallest size in bytes of a large file (Git LFS), which the other host serves


@dataclasses.dataclass
class Repo:
    """A model ("models/org/name") or data set ("datasets/org/name") at one commit."""
    files: dict  # name -> bytes
    commit: str = "0123456789abcdef0123456789abcdef01234567"
    gated: bool = False
    extra_entries: list = dataclasses.field(default_factory=list)  # added to the list of files unchanged


def git_sha1(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def is_large(content):
    return len(content) >= LARGE


def etag_of(content):
    return hashlib.sha256(content).hexdigest() if is_large(content) else git_sha1(content)


def entry_of(name, content):
    entry = {"type": "file", "oid": git_sha1(content), "size": len(content), "path": name}
    if is_large(content):
        digest = hashlib.sha256(content).hexdigest()
        pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (digest.encode(), len(content))
        entry |= {"oid": git_sha1(pointer), "lfs": {"oid": digest, "size": len(content), "pointerSize": len(pointer)}}
    return entry


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that goes away is what half of the tests are about."""


class Hub:
    """repos: what there is. requests: (host, method, path, headers) of every request. faults: name of a file (or
    "*") -> list of functions (handler, content) that answer the next requests for it in place of the usual."""

    def __init__(self, certificate=None):
        self.repos, self.requests, self.faults = {}, [], {}
        self.aliases = {}  # old name -> new name
        self.token = None  # the token that opens a gated repository
        self.page_size = 1000
        self.lock = threading.Lock()
        self.servers = []
        for _ in range(2):  # the hub, and the host of large files
            server = QuietServer(("127.0.0.1", 0), self._handler())
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            self.servers.append(server)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.servers[0].server_port}"
        self.other = f"{scheme}://localhost:{self.servers[1].server_port}"

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def paths(self, pattern=""):
        with self.lock:
            return [path for _, _, path, _ in self.requests if re.search(pattern, path)]

    def next_fault(self, name):
        with self.lock:
            for key in (name, "*"):
                if self.faults.get(key):
                    return self.faults[key].pop(0)
        return None

    def _handler(hub):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def setup(self):
                super().setup()
                self.connection.setsockopt(6, 1, 1)  # TCP_NODELAY: headers and body are two writes

            def do_HEAD(self):
                self.do_GET()

            def do_GET(self):
                with hub.lock:
                    hub.requests.append((self.headers["Host"], self.command, self.path, dict(self.headers)))
                try:
                    self.route(urllib.parse.urlsplit(self.path))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def answer(self, status, body=b"", **headers):
                self.send_response(status)
                headers = {"Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def answer_json(self, value, **headers):
                self.answer(200, json.dumps(value).encode(), Content_Type="application/json", **headers)

            def refuse(self, status, code, message=""):
                self.answer(status, b'{"error": "refused"}', X_Error_Code=code, X_Error_Message=message or code)

            def route(self, url):
                path = urllib.parse.unquote(url.path)
                query = dict(urllib.parse.parse_qsl(url.query))
                if path.startswith("/large/"):
                    return self.large(path.removeprefix("/large/"))
                if path in ("/api/models", "/api/datasets"):
                    kind = path.removeprefix("/api/")
                    ids = [k.split("/", 1)[1] for k in hub.repos if k.startswith(kind + "/")]
                    return self.answer_json([{"id": i} for i in ids if query.get("search", "").lower() in i.lower()])
                for old, new in hub.aliases.items():
                    if re.search(rf"(^|/){re.escape(old)}/(resolve|revision|tree|refs)", path) and new not in path:
                        target = self.path.replace(old, new)
                        return self.answer(307, Location=target)
                if match := re.fullmatch(r"/api/((?:models|datasets)/.+?)/(revision|tree|refs)(?:/(.*))?", path):
                    return self.api(*match.groups(), query)
                if match := re.fullmatch(r"/(datasets/)?(.+?)/resolve/([^/]+|refs/[^/]+/[^/]+)/(.+)", path):
                    kind, name, revision, file = match.groups()
                    return self.resolve(("datasets/" if kind else "models/") + name, revision, file)
                return self.answer(404)

            def repo_or_refuse(self, name, content=True):
                repo = hub.repos.get(name)
                token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
                if repo is None:
                    self.refuse(404 if token else 401, "RepoNotFound", "Repository not found")
                elif repo.gated and content and token != hub.token:
                    self.refuse(403 if token else 401, "GatedRepo", "Access is restricted")
                else:
                    return repo
                return None

            def api(self, name, what, rest, query):
                if fault := hub.next_fault("api"):
                    return fault(self, b"")
                repo = self.repo_or_refuse(name, content=False)
                if repo is None:
                    return None
                if what == "refs":
                    return self.answer_json({"branches": [{"name": "main"}], "tags": [{"name": "v1.0"}]})
                revision, _, folder = (rest or "").partition("/")
                if revision not in ("main", repo.commit):
                    return self.refuse(404, "RevisionNotFound", "Invalid rev id")
                if what == "revision":
                    return self.answer_json({"id": name.split("/", 1)[1], "sha": repo.commit})
                return self.tree(repo, folder, query)

            def tree(self, repo, folder, query):
                prefix = folder + "/" if folder else ""
                entries = []
                folders = set()
                for file, content in sorted(repo.files.items()):
                    if not file.startswith(prefix):
                        continue
                    below = file[len(prefix):]
                    if "/" in below:
                        folders.add(prefix + below.split("/")[0])
                    if query.get("recursive") == "true" or "/" not in below:
                        entries.append(entry_of(file, content))
                if prefix and not entries and not folders:
                    return self.refuse(404, "EntryNotFound")
                entries += [{"type": "directory", "oid": "0" * 40, "size": 0, "path": f} for f in sorted(folders)]
                entries += repo.extra_entries
                start = int(query.get("cursor", 0))
                page = entries[start:start + hub.page_size]
                headers = {}
                if start + hub.page_size < len(entries):
                    address = self.path.split("&cursor=")[0] + f"&cursor={start + hub.page_size}"
                    headers["Link"] = f'<{hub.url}{address}>; rel="next"'
                return self.answer_json(page, **headers)

            def resolve(self, name, revision, file):
                repo = self.repo_or_refuse(name)
                if repo is None:
                    return None
                if revision not in ("main", repo.commit):
                    return self.refuse(404, "RevisionNotFound")
                if file not in repo.files:
                    return self.answer(404, X_Error_Code="EntryNotFound", X_Repo_Commit=repo.commit)
                content = repo.files[file]
                etag = f'"{etag_of(content)}"'
                if not is_large(content):
                    if self.command != "HEAD" and (fault := hub.next_fault(file)):
                        return fault(self, content)
                    return self.content(content, ETag=etag, X_Repo_Commit=repo.commit)
                return self.answer(302, Location=f"{hub.other}/large/{name}/{file}?signature=secret",
                                   X_Repo_Commit=repo.commit, X_Linked_Etag=etag,
                                   X_Linked_Size=str(len(content)), ETag=etag)

            def large(self, name):
                for repo_name, repo in hub.repos.items():
                    file = name.removeprefix(repo_name + "/")
                    if name.startswith(repo_name + "/") and file in repo.files:
                        if fault := hub.next_fault(file):
                            return fault(self, repo.files[file])
                        return self.content(repo.files[file], ETag='"%s"' % hashlib.md5(repo.files[file]).hexdigest())
                return self.answer(404)

            def content(self, content, **headers):
                """The whole, or the range that is asked for where If-Range agrees."""
                asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers["Range"] or "")
                if_range = self.headers["If-Range"]
                if not asked or (if_range and if_range != headers.get("ETag")):
                    return self.answer(200, content, **headers)
                begin = int(asked[1])
                end = min(int(asked[2] or len(content) - 1), len(content) - 1)
                if begin >= len(content):
                    return self.answer(416, Content_Range=f"bytes */{len(content)}")
                return self.answer(206, content[begin:end + 1], **headers,
                                   Content_Range=f"bytes {begin}-{end}/{len(content)}")

        return Handler


# Faults: each answers one request.

def status(code, **headers):
    return lambda handler, content: handler.answer(code, b"busy", **headers)


def drop_after(size):
    """Promises all and breaks the connection off after `size` bytes; goes on where a range asks for it."""
    def fault(handler, content):
        begin = int((re.match(r"bytes=(\d+)-", handler.headers["Range"] or "") or [0, 0])[1])
        handler.send_response(206 if begin else 200)
        handler.send_header("Content-Length", str(len(content) - begin))
        handler.send_header("ETag", '"%s"' % hashlib.md5(content).hexdigest())
        if begin:
            handler.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        handler.end_headers()
        handler.wfile.write(content[begin:begin + size])
        handler.wfile.flush()
        handler.close_connection = True
    return fault


def send_instead(other):
    """Other bytes, of whatever length, as if they were the file's."""
    return lambda handler, content: handler.answer(200, other(content))


def send_endlessly(handler, content):
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    sent = 0
    while sent < len(content) + (64 << 20):  # the client closes the connection long before the end
        handler.wfile.write(b"x" * 65536)
        sent += 65536
