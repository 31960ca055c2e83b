"""Frozen files under the snapshots folder, each held against the manifest before it is used.

A baseline holds a resolved config and nothing else; where its leaves stood is frozen beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from migration.canonical import canonical_bytes, read_canonical
from migration.errors import Fault, MigrationError
from migration.manifest import (
    FUSION,
    PRESETS,
    RESTORE,
    Link,
    Manifest,
    Record,
    as_lf,
    digest,
    read_manifest,
)
from migration.origins import OriginIndex
from migration.trees import Tree

# Apart, since a path that serves as a preset and as a fusion config has origins of either kind.
ORIGINS = {PRESETS: "origins", FUSION: "fusion_origins"}


@dataclass(frozen=True, slots=True)
class Frozen:
    """A config about to be frozen: its record and the two files that go with it."""

    record: Record
    baseline: bytes
    origins: bytes


def freeze(
    value: object, origins: OriginIndex, chain: tuple[Link, ...], fusion: str | None = None
) -> Frozen:
    """Return the value, its origins and their record, ready to be written."""
    baseline, places = canonical_bytes(value), canonical_bytes(dict(origins))
    return Frozen(Record(chain, digest(baseline), digest(places), fusion), baseline, places)


class BaselineStore:
    """Reads and lays out the frozen files of one project."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """Look in `folder` of `tree`."""
        self._tree = tree
        self.folder = folder
        self._real_folder = tree.real_path(folder)
        self.manifest_path = f"{folder}/manifest.json"

    def baseline_path(self, section: str, path: str) -> str:
        """Return where the config at `path` is frozen; the section is `presets` or `fusion`."""
        return f"{self.folder}/{section}/{path}.json"

    def origins_path(self, section: str, path: str) -> str:
        """Return where the origins of the config at `path` are frozen."""
        return f"{self.folder}/{ORIGINS[section]}/{path}.json"

    def holds(self, path: str) -> bool:
        """Tell whether the real path lies in the folder of the frozen files."""
        return path.startswith(f"{self._real_folder}/")

    def config_at(self, path: str) -> tuple[str, str] | None:
        """Return section and config of the baseline for which the real path is the place."""
        for section in (PRESETS, FUSION):
            folder = f"{self._real_folder}/{section}/"
            if path.startswith(folder) and path.endswith(".json"):
                return section, path.removeprefix(folder).removesuffix(".json")
        return None

    def is_empty(self) -> bool:
        """Tell whether nothing has been frozen yet."""
        return not self._tree.is_file(self.manifest_path) and not tuple(self._frozen_files())

    def manifest(self) -> Manifest:
        """Return the manifest, once every frozen file has been held against it.

        Raises:
            MigrationError: the manifest cannot be read, or a frozen file is missing, has been
                edited, or is not the manifest's.
        """
        if self.is_empty():
            return Manifest()
        manifest = read_manifest(self._tree.read(self.manifest_path), self.manifest_path)
        if faults := tuple(self._integrity_faults(manifest)):
            raise MigrationError(*faults)
        return manifest

    def value(self, section: str, path: str) -> object:
        """Return the frozen value."""
        file = self.baseline_path(section, path)
        return read_canonical(self._tree.read(file), file)

    def is_frozen_as(self, section: str, path: str, value: object) -> bool:
        """Tell whether the frozen value equals this one, by their canonical bytes."""
        return as_lf(self._tree.read(self.baseline_path(section, path))) == canonical_bytes(value)

    def origins(self, section: str, path: str) -> OriginIndex:
        """Return where the leaves of the frozen value stood in the legacy tree."""
        file = self.origins_path(section, path)
        return cast("OriginIndex", read_canonical(self._tree.read(file), file))

    def files(self, section: str, frozen: Mapping[str, Frozen]) -> dict[str, bytes]:
        """Return the files to write for these configs; the manifest is not among them."""
        files = {}
        for path, item in frozen.items():
            files[self.baseline_path(section, path)] = item.baseline
            files[self.origins_path(section, path)] = item.origins
        return files

    def _frozen_files(self) -> Iterator[str]:
        for section in (PRESETS, FUSION, *ORIGINS.values()):
            # What an editor or a file manager leaves behind is no frozen file.
            paths = self._tree.files(f"{self.folder}/{section}")
            yield from (path for path in paths if path.endswith(".json"))

    def _integrity_faults(self, manifest: Manifest) -> Iterator[Fault]:
        expected: dict[str, str] = {}
        for section, records in ((PRESETS, manifest.presets), (FUSION, manifest.fusion)):
            for path, record in records.items():
                expected[self.baseline_path(section, path)] = record.sha256
                expected[self.origins_path(section, path)] = record.origins
        present = set(self._frozen_files())
        for path, sha256 in expected.items():
            if path not in present:
                yield Fault(
                    "the manifest lists this frozen file, but it is gone", path, hint=RESTORE
                )
            elif digest(self._tree.read(path)) != sha256:
                yield Fault("edited since it was frozen", path, hint=RESTORE)
        for path in present - expected.keys():
            hint = f"delete it, or restore the {self.manifest_path} that lists it"
            yield Fault("the manifest does not list this file", path, hint=hint)
