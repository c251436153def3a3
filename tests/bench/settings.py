"""The product's settings as the environment makes them; only the addresses get a hello view beside them."""

from linyi_cp.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
