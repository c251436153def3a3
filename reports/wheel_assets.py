"""Serves single script files straight out of installed wheels, so that no third-party code is kept in the project."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

WANTED = {"vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js")}
"""Address under STATIC_URL → the package and the path inside it. htmx comes by its own package's static folder."""


class MissingAssetError(RuntimeError):
    """A wheel no longer carries a file that pages need."""


def asset_path(package: str, inside: str) -> Path:
    """Where the file lies on this machine. Raises MissingAssetError when the package or the file is not there."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingAssetError(f"未安装软件包 {package}，页面缺少 {inside}。")
    path = Path(spec.origin).parent / inside
    if not path.is_file():
        raise MissingAssetError(f"软件包 {package} 中没有 {inside}。")
    return path


class WheelAssetFinder(BaseFinder):
    """Finds the files of WANTED; everything else is left to the other finders."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        wanted = WANTED.get(path)
        if wanted is None:
            return []
        found = str(asset_path(*wanted))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for address, wanted in WANTED.items():
            path = asset_path(*wanted)
            storage = FileSystemStorage(location=str(path.parent))
            storage.prefix = str(Path(address).parent)  # type: ignore[attr-defined]
            yield path.name, storage
