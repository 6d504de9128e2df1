# A grid of settings, a run each. `harnb sweep FILE` runs it; so does
#   snakemake -s nbs/experiments/Sweep.smk -c2 -k --config sweep=FILE
# A point is redone when its settings, its data or its code change (what presets and files hold, not their names and times), or when it failed.
from harnb.core.data import runs_folder
from harnb.engine.runs import find_notebook, run_folder
from harnb.engine.sweeps import grid_points, middle, point_config, point_fingerprint, read_sweep

path = config['sweep']
sweep = read_sweep(path)
points = grid_points(sweep)
folder = run_folder(find_notebook(sweep.experiment).stem, point_config(sweep, middle(sweep))).parent
python = sys.executable   # shell lines quote each argument with :q
needs = dict(mem_mb=sweep.resources.mem_mb, runtime=sweep.resources.runtime) | ({'gpu': sweep.resources.gpu} if sweep.resources.gpu else {})

def stamp(name): return point_fingerprint(sweep, *points[name]).digest

rule all:
    input: expand(f'{folder}/{{name}}/metrics.json', name=points)

rule point:
    output: f'{folder}/{{name}}/metrics.json'
    params: stamp=lambda wildcards: stamp(wildcards.name), made=lambda wildcards: f'{folder}/{wildcards.name}/metrics.json'
    threads: sweep.resources.threads
    resources: **needs
    shell: '{python:q} -m harnb.engine.cli sweep {path:q} --run {wildcards.name:q} && (test -f {output:q} || cp {params.made:q} {output:q})'   # with a bucket the output is a copy
