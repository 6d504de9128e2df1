# A grid of settings, a run each. `harnb sweep FILE` runs it; so does
#   snakemake -s nbs/experiments/Sweep.smk -c2 -k --config sweep=FILE
# A point is redone when its settings, its data or its code change (what presets and files hold, not their names and times), or when it failed.
from harnb.core.data import runs_folder
from harnb.core.runs import find_notebook, run_folder
from harnb.core.sweeps import grid_points, middle, point_config, point_fingerprint, read_sweep

path = config['sweep']
sweep = read_sweep(path)
points = grid_points(sweep)
folder = run_folder(find_notebook(sweep.experiment).stem, point_config(sweep, middle(sweep))).parent
harnb = f'{sys.executable} -m harnb.core.cli sweep'
needs = dict(mem_mb=sweep.resources.mem_mb, runtime=sweep.resources.runtime) | ({'gpu': sweep.resources.gpu} if sweep.resources.gpu else {})

def stamp(name): return point_fingerprint(sweep, *points[name]).digest

rule all:
    input: expand(f'{folder}/{{name}}/metrics.json', name=points)

rule point:
    output: f'{folder}/{{name}}/metrics.json'
    params: stamp=lambda wildcards: stamp(wildcards.name)
    threads: sweep.resources.threads
    resources: **needs
    shell: '{harnb} {path} --run {wildcards.name} && (test -f {output} || cp {folder}/{wildcards.name}/metrics.json {output})'   # with a bucket the output is a copy
