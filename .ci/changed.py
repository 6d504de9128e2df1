"""Which notebooks a change since another commit can affect, nearest first.

A notebook is affected when its own code cells changed, or a definition of the package that its code reaches: what it names,
what that names in turn, and so on, read from the syntax tree. Code in strings counts, as do experiments that a notebook
starts in another process. Comments, docstrings and formatting do not."""
import ast, io, json, re, subprocess, tarfile, tempfile
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA_FILES = {'harnb/layouts/': 'harnb.homes.layouts:load_layout', 'nbs/experiments/configs/': 'harnb.core.config:read_preset'}
COMMANDS = ('harnb.engine.cli', 'harnb run', 'harnb reproduce', 'snakemake')


def git(*args):
    return subprocess.run(['git', '-C', str(ROOT), *args], capture_output=True, text=True, check=True).stdout.strip()


def default_base():
    "The commit that work began at: where this branch left main, or the last commit on main itself."
    for name in ('origin/main', 'main'):
        known = subprocess.run(['git', '-C', str(ROOT), 'rev-parse', '-q', '--verify', name], capture_output=True)
        if known.returncode == 0: return git('merge-base', name, 'HEAD')
    return git('rev-parse', 'HEAD')


def checkout(commit, folder):
    "The package and the notebooks of a commit, unpacked into a folder."
    done = subprocess.run(['git', '-C', str(ROOT), 'archive', commit, 'harnb', 'nbs'], capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive: archive.extractall(folder, filter='data')
    return Path(folder)


def code_cells(notebook):
    "Sources of the code cells of a notebook; none where there is no such file."
    if not notebook.is_file(): return []
    cells = json.loads(notebook.read_text(encoding='utf-8'))['cells']
    return [''.join(cell['source']) for cell in cells if cell['cell_type'] == 'code']


def python_of(cells):
    "Code cells as one piece of Python, without the lines that only IPython reads."
    from harnb.core.fingerprints import plain_python
    return plain_python('\n'.join(cells))


def code_in_strings(source):
    "Pieces of Python that stand in the strings of a piece of Python, as checks hand them to other processes."
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 'import' in node.value:
            try: ast.parse(node.value)
            except SyntaxError: continue
            yield node.value


@lru_cache(maxsize=None)
def reached_from(source):
    "Definitions of the package that a piece of Python uses, directly or not."
    from harnb.core.fingerprints import reachable
    return frozenset(reachable(text=source, folder=ROOT/'harnb'))


def sources_of(notebook, experiments):
    "A notebook's own code, the code in its strings, and that of the experiments it starts elsewhere."
    source = python_of(code_cells(notebook))
    yield source
    yield from code_in_strings(source)
    if 'subprocess' not in source and 'run_notebook' not in source: return
    if any(command in source for command in COMMANDS): yield 'from harnb.engine.cli import main\nmain'
    for name, path in experiments.items():
        if name in source: yield python_of(code_cells(path))


def changed_definitions(old, new):
    "Names of definitions that differ between {name: digest} and {name: digest}, or are in one of them alone."
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def affected(files, base):
    "[(notebook, changed definitions that it reaches)], the chapters of changed modules first."
    from harnb.core.fingerprints import definition_digests
    changed_files = git('diff', '--name-only', base).splitlines() + git('ls-files', '-o', '--exclude-standard').splitlines()
    with tempfile.TemporaryDirectory() as folder:
        before = checkout(base, folder)
        changed = changed_definitions(definition_digests(before/'harnb'), definition_digests(ROOT/'harnb'))
        own = {path for path in files if code_cells(ROOT/path) != code_cells(before/path)}
    for start, definition in DATA_FILES.items():
        if any(name.startswith(start) for name in changed_files): changed.add(tuple(definition.split(':')))
    experiments = {path.stem: ROOT/path for path in files if path.parts[1] == 'experiments'}
    hits = {}
    for path in files:
        touched = changed & frozenset().union(*map(reached_from, sources_of(ROOT/path, experiments)))
        if touched or path in own: hits[path] = touched
    return sorted(hits.items(), key=lambda hit: (hit[0] not in own, -len(hit[1])))
