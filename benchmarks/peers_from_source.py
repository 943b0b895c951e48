"""Builds the two peers that do not install as they stand: python benchmarks/peers_from_source.py

numbalsoda 0.3.4 has no wheels and its build wants Fortran for solvers not compared here: only its LSODA
(C++) is compiled. opentiva 1.1.2 ships C generated for older Pythons: it is generated anew from its
Cython. Sources come from the package index, checked by hash, into `.bench/peers`; nothing else is
touched. A peer that cannot be built is left out, and the table says so.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / ".bench" / "peers"
SOURCES = {
    "numbalsoda": ("0.3.4", "35fa4179dec38384188a0c18a841d7e209b29cf1f67082aa52ff050bcc6f087d"),
    "opentiva": ("1.1.2", "27ae0ac1a01957b0a7115b4c3ada169cc83f614b925461cefa42d388a0998333"),
}
MOST_SECONDS = 120


def run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=MOST_SECONDS)


def source_of(name: str, folder: Path) -> Path:
    """The unpacked source distribution."""
    version, expected = SOURCES[name]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run(*pip, "download", "--no-deps", "--no-binary", name, f"{name}=={version}", cwd=folder)
    [archive] = folder.glob(f"{name}-*.tar.gz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(f"{archive.name} has hash {found}, not the one compared with")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / f"{name}-{version}"


def build_numbalsoda(source: Path) -> None:
    package = TARGET / "numbalsoda_lsoda"
    package.mkdir()
    library = package / "liblsoda.so"
    files = ["src/LSODA.cpp", "src/wrapper.cpp"]
    run("c++", "-O3", "-std=c++11", "-shared", "-fPIC", *files, "-o", str(library), cwd=source)
    shutil.copy(source / "numbalsoda" / "driver.py", package)
    (package / "__init__.py").touch()


def build_opentiva(source: Path) -> None:
    (source / "opentiva" / "pkpd.c").unlink()
    run(sys.executable, "setup.py", "build_ext", "--inplace", cwd=source)
    shutil.copytree(source / "opentiva", TARGET / "opentiva")


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name, build in (("numbalsoda", build_numbalsoda), ("opentiva", build_opentiva)):
        try:
            with tempfile.TemporaryDirectory() as folder:
                build(source_of(name, Path(folder)))
            print(f"{name} {SOURCES[name][0]} built")
        except (OSError, ValueError, subprocess.SubprocessError) as why:
            said = getattr(why, "stderr", None) or b""
            print(f"{name} left out: {why}\n{said.decode(errors='replace')[-500:]}")


if __name__ == "__main__":
    main()
