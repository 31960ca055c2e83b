"""Knows the YAML files that other programs read: no training run starts from them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_BY_NAME: Final = (
    (re.compile(r"(?:docker-)?compose[^/]*"), "of Docker Compose"),
    (re.compile(r"mkdocs|_config|antora"), "of a site generator"),
    (re.compile(r"env|environment(?:[-_.][^/]*)?|conda[^/]*"), "of conda"),
    (
        re.compile(r"action|cloudbuild|azure-pipelines|bitbucket-pipelines|appveyor|codecov"),
        "of CI",
    ),
    (re.compile(r"dvc|mlproject|wandb-metadata|bento(?:file|ml)"), "of an experiment tool"),
    (re.compile(r"pnpm-(?:lock|workspace)|dependabot|renovate|lefthook"), "of a development tool"),
    (re.compile(r"chart|helmfile|kustomization|skaffold|serverless"), "of a deployment tool"),
    (re.compile(r"readthedocs|openapi|swagger"), "of a documentation tool"),
)
_BY_KEYS: Final = (
    (frozenset({"apiVersion", "kind"}), "of Kubernetes"),
    (frozenset({"apiVersion", "name", "version"}), "of Helm"),
    (frozenset({"openapi", "paths"}), "of OpenAPI"),
    (frozenset({"swagger", "paths"}), "of OpenAPI"),
    (frozenset({"jobs", "on"}), "of CI"),
    (frozenset({"jobs", "True"}), "of CI"),  # YAML 1.1 reads the key `on` as true
    (frozenset({"repos", "default_language_version"}), "of a development tool"),
)
_FOLDERS: Final = {
    "test": "in a folder of tests",
    "tests": "in a folder of tests",
    "testdata": "in a folder of tests",
    "docs": "in a folder of documentation",
    "site-packages": "in an installed package",
    "third_party": "in a folder of other people's code",
    "vendor": "in a folder of other people's code",
}


def name_other_program(path: str, root_keys: Collection[str]) -> str | None:
    """Return what a YAML file belongs to if that is no training run, None if it may be one.

    >>> name_other_program("docker-compose.yml", ()), name_other_program("k8s/a.yaml", {"kind"})
    ('of Docker Compose', None)
    >>> name_other_program("tests/data/a.yaml", ()), name_other_program("configs/tests.yaml", ())
    ('in a folder of tests', None)
    """
    *folders, name = path.casefold().split("/")
    stem = name.rpartition(".")[0]
    if not folders:  # deeper down, a file `environment.yaml` may as well be a config
        for pattern, program in _BY_NAME:
            if pattern.fullmatch(stem):
                return program
    for keys, program in _BY_KEYS:
        if keys.issubset(root_keys):
            return program
    return next((_FOLDERS[each] for each in folders if each in _FOLDERS), None)
