"""Settings that guard the key: no known secret anywhere, and none made in passing in production."""

import os
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAY_KEY = "from django.conf import settings; print(settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS)"


def started(tmp_path, **environment):
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-c", SAY_KEY],
        cwd=ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "linyi_cp.settings", "VAR_DIR": str(tmp_path / "var")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_first_look_gets_a_random_key_of_its_own_and_keeps_it(tmp_path):
    first = started(tmp_path)
    assert first.returncode == 0, first.stderr
    key_file = tmp_path / "var" / "secret_key"
    assert len(key_file.read_text().strip()) >= 50
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert started(tmp_path).stdout == first.stdout
    assert started(tmp_path / "other").stdout != first.stdout


def test_it_refuses_to_start_in_production_without_a_key(tmp_path):
    refused = started(tmp_path, PRODUCTION="true")
    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr
    assert not (tmp_path / "var" / "secret_key").exists()


def test_former_keys_are_read_from_the_environment(tmp_path):
    found = started(tmp_path, SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS="a,b")
    assert found.stdout.split(maxsplit=1)[1].strip() == "['a', 'b']"
