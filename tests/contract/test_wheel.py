"""What is shipped can be installed and started without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(folder),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_three_packages_the_assets_and_nothing_of_the_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert tops == {"dashboard", "models", "sync", "oneview.py"}
    assert any(name.startswith("dashboard/assets/") and name.endswith(".css") for name in names)
    assert any(name.startswith("models/migrations/versions/") for name in names)


def test_the_command_starts_from_an_installed_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import oneview; oneview.main()"

    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--help"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "sandbox" in done.stdout
