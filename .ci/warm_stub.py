"""What stands for a process that was forked from a warm one (see warm.py): asks for it, passes on signals, ends as it ends."""
import array, json, os, resource, signal, socket, sys

MODULES = 'harnb.', 'ipykernel_launcher', 'snakemake'     # what `python -m` may start warm
AT_START = ('PYTHON', 'LC_', 'LANG', 'OMP_', 'NUMBA', 'HF_', 'TRANSFORMERS', 'TORCH', 'CUDA', 'MPL', 'XDG_', 'HOME', 'LD_')   # variables read at start
SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1


def state():
    "What a process has from its start, as text: a fork must have the same."
    limits = [resource.getrlimit(n) for n in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)]
    spaces = [os.readlink(f'/proc/self/ns/{name}') for name in ('mnt', 'net', 'user', 'pid')]
    variables = {k: v for k, v in sorted(os.environ.items()) if k.startswith(AT_START)}
    if variables.get('PYTHONWARNINGS') == 'ignore': del variables['PYTHONWARNINGS']   # which a fork can follow
    folders = variables.pop('PYTHONPATH', '').split(os.pathsep)
    packages = [f for f in folders if f and os.path.isdir(os.path.join(f, 'harnb'))]
    return json.dumps([os.getuid(), spaces, limits, variables, packages])


def request(program, words):
    "What the server must know, in bytes."
    mask = os.umask(0)
    os.umask(mask)
    facts = dict(program=program, words=words, cwd=os.getcwd(), env=dict(os.environ), state=state(), umask=mask)
    return json.dumps(facts).encode()


def ask(connection, program, words):
    "Send a request with this process's streams; whether the server takes it."
    data = request(program, words)
    streams = array.array('i', [0, 1, 2])
    connection.sendmsg([len(data).to_bytes(8, 'big')], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    connection.sendall(data)
    return connection.recv(1) == b'y'


def status_of(connection):
    "Wait for the end of the other process, and pass on signals."
    for n in SIGNALS: signal.signal(n, lambda n, frame: connection.sendall(bytes([n])))
    if 'JPY_PARENT_PID' in os.environ: connection.settimeout(1)   # a kernel ends when nobody is left who asked for it
    parent = os.getppid()
    while True:
        try: return connection.recv(4)
        except TimeoutError:
            if os.getppid() != parent: os._exit(1)


def end_like(status):
    "End with the exit code, or by the signal, of the other process."
    code = os.waitstatus_to_exitcode(int.from_bytes(status, 'big')) if len(status) == 4 else 1
    if code >= 0: os._exit(code)
    if -code not in (signal.SIGKILL, signal.SIGSTOP): signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)


def main(programs):
    "Be a program of a folder: warm where that is possible."
    name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
    real = os.path.join(programs, name)
    ours = name.startswith(('harnb', 'snakemake')) or len(words) > 1 and words[0] == '-m' and words[1].startswith(MODULES)
    address = os.environ.get('WARM_PYTHON')
    if not ours or not address: os.execv(real, [real, *words])
    with socket.socket(socket.AF_UNIX) as connection:
        try: connection.connect(address)
        except OSError: os.execv(real, [real, *words])
        if not ask(connection, sys.argv[0], words): os.execv(real, [real, *words])
        end_like(status_of(connection))
