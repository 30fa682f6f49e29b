"""The pages' templates, compiled once for all the applications that tests make.

Fixtures
- `compiled_templates` (session): what an application's `jinja_env.bytecode_cache` is set to.
"""

import pytest
from jinja2 import FileSystemBytecodeCache


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
