# The stages for wearables, both of pretraining and alignment among them. `harnb reproduce imu_simulated` runs it; so does
#   snakemake -s nbs/experiments/Imu.smk -c2 --config line=imu_simulated
# A stage is redone when its code, its settings or its data change.
from harnb.core.config import yaml_text
from harnb.core.data import runs_folder
from harnb.core.fingerprints import Fingerprint, notebook_parts
from harnb.engine.lines import read_line, stage_config
from harnb.engine.runs import find_notebook

line = read_line(config['line'])
runs, python = runs_folder(), sys.executable   # shell lines quote each argument with :q
restart = '--restart' if config.get('restart') else ''
configs = {stage: stage_config(stage, settings) for stage, settings in line.items()}

def stamp(stage):
    "What a stage depends on, besides its inputs."
    settings = configs[stage].model_dump(mode='json', exclude={'seeds', 'wandb', 'log'})
    data = configs[stage].data_parts() if hasattr(configs[stage], 'data_parts') else {}
    code = notebook_parts(find_notebook(stage), leave_out=['harnb.core.remote', 'harnb.engine.tracking'])
    return Fingerprint(settings=settings, data=data, code=code).digest

def done(stage, seed): return f'{runs}/{stage}/{configs[stage].name}-s{seed}/metrics.json'
def before(stage): return [done(s, configs[s].seeds[0]) for s in [line[stage].after] if s]

def parameters(stage):
    "The parameters of a stage as options of `harnb run`."
    given = line[stage].parameters()
    return ' '.join(f'-p {name} {shlex.quote(yaml_text(value).strip().removesuffix("...").strip() if not isinstance(value, str) else value)}' for name, value in given.items())

import shlex

rule all:
    input: [done(stage, seed) for stage in line for seed in configs[stage].seeds]

for stage in line:
    rule:
        name: stage.partition('_')[2]
        input: before(stage)
        output: done(stage, '{seed}')
        params: stamp=stamp(stage), stage=stage, given=parameters(stage)
        resources: mem_mb=6000, runtime=600
        retries: 1
        shell: 'echo stage {params.stage:q} >&2; {python:q} -m harnb.engine.cli run {params.stage:q} --quiet {restart} {params.given} -p seed {wildcards.seed:q}'
