"""Lists the files that a config is built from, as far as they can be read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from migration.errors import MigrationError
from migration.paths import RealPath
from migration.project.fusion_file import find_fusion_path
from migration.project.project import Project


def list_readable_chain(project: Project, path: RealPath) -> tuple[RealPath, ...]:
    """Return the file at a real path and all files that it extends, without missing files.

    Unlike the chain, this list exists for a config that does not resolve.
    """
    found: dict[RealPath, None] = {}
    pending = [path]
    while pending:
        file = pending.pop()
        if file in found or not project.tree.is_file(file):
            continue
        found[file] = None
        try:
            extends = project.configs.load_yaml(file).get(project.configs.key)
        except MigrationError:
            continue
        named = extends if isinstance(extends, list) else [extends]
        folder = posixpath.dirname(file)
        pending += [project.tree.real_path(each, folder) for each in named if isinstance(each, str)]
    return tuple(found)


def list_readable_preset_files(project: Project, path: RealPath) -> Iterator[RealPath]:
    """Yield the files of a preset that does not resolve, and of the fusion configs they name."""
    for file in list_readable_chain(project, path):
        yield file
        try:
            fusion = find_fusion_path(project, project.configs.load_yaml(file), file)
        except MigrationError:
            continue
        if fusion:
            yield from list_readable_chain(project, fusion)
