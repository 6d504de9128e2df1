"Package metadata lives in settings.ini; this file hands it to setuptools, and puts the experiments into the package."
import re
from configparser import ConfigParser
from pathlib import Path
from setuptools import setup, find_packages
from setuptools.command.build_py import build_py

config = ConfigParser(delimiters=['='])
config.read('settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
EXPERIMENTS = Path('nbs', 'experiments')   # notebooks, presets and workflows: `harnb/experiments` of a wheel
PATTERNS = ['*.ipynb', 'Snakefile', '*.smk', 'configs/**/*.yaml', 'profiles/**/*.yaml']
KINDS = ['**/*.yaml', '**/*.csv', '**/*.json', '**/*.safetensors', '**/*.md', '**/SHA256SUMS', 'py.typed', '*.pyi']


def long_description():
    "The README for a package index: links into the repository and its figures in full."
    text = Path('README.md').read_text(encoding='utf-8') if Path('README.md').exists() else ''
    host, branch = cfg['git_url'], cfg['branch']
    raw = host.replace('https://github.com', 'https://raw.githubusercontent.com')
    text = re.sub(r'(!\[[^\]]*\]\()(?![a-z]+:|#)([^)\s]+)\)', rf'\1{raw}/{branch}/\2)', text)
    return re.sub(r'(\]\()(?![a-z]+:|#)([^)\s]+)\)', rf'\1{host}/blob/{branch}/\2)', text)


class BuildWithExperiments(build_py):
    "The modules, and a copy of the experiments beside them; an editable installation reads those of the checkout."
    def _experiments(self):
        "{path in the repository: path in what is built}."
        files = [f for pattern in PATTERNS for f in sorted(EXPERIMENTS.glob(pattern))]
        return {str(f): str(Path(self.build_lib, 'harnb', 'experiments', f.relative_to(EXPERIMENTS))) for f in files}

    def run(self):
        super().run()
        if self.editable_mode: return
        for source, target in self._experiments().items():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target, preserve_mode=False)

    def get_source_files(self): return [*super().get_source_files(), 'settings.ini', *self._experiments()]
    def get_outputs(self, include_bytecode=True):
        return [*super().get_outputs(include_bytecode), *([] if self.editable_mode else self._experiments().values())]


setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'],
    author=cfg['author'], author_email=cfg['author_email'], license='Apache-2.0', url=cfg['git_url'],
    long_description=long_description(), long_description_content_type='text/markdown',
    project_urls={'Documentation': cfg['doc_host'] + cfg['doc_baseurl'], 'Source': cfg['git_url'],
                  'Issues': cfg['git_url'] + '/issues', 'Changelog': f"{cfg['git_url']}/blob/{cfg['branch']}/CHANGELOG.md"},
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Science/Research',
                 'Programming Language :: Python :: 3', 'Operating System :: POSIX',
                 'Topic :: Scientific/Engineering :: Artificial Intelligence'],
    packages=find_packages(include=['harnb*']), include_package_data=True, package_data={'harnb': KINDS},
    python_requires='>=' + cfg['min_python'], zip_safe=False, cmdclass={'build_py': BuildWithExperiments},
    install_requires=cfg['requirements'].split(),
    extras_require={k.removesuffix('_requirements'): v.split() for k, v in cfg.items() if k.endswith('_requirements')},
    entry_points={'console_scripts': cfg['console_scripts'].split(),
                  'nbdev': [f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"]},
)
