"""Python that starts warm: `python -m harnb…`, `harnb …` and kernels as forks of a process that has the slow imports behind it.

`Warm` makes a folder like .venv/bin whose `python` and `harnb` are a few lines that ask the server for a fork and stand for it: they pass
on its signals, end as it ends, and it ends with them. What a fork could not be true to (another PYTHONPATH, locale, thread count, user,
namespace or limit; code that is not ours) starts as ever."""
import array, atexit, contextlib, json, os, random, runpy, select, signal, socket, sys, tempfile, threading, traceback, warnings
from pathlib import Path
from warm_stub import state

STUB = Path(__file__).with_name('warm_stub.py')


def receive(connection, n):
    "Exactly n bytes."
    data = b''
    while len(data) < n:
        part = connection.recv(n - len(data))
        if not part: raise EOFError
        data += part
    return data


def obey(connection):
    "Pass on the signals that the stub receives; end with it."
    while True:
        try: data = connection.recv(1)
        except OSError: data = b''
        os.kill(os.getpid(), data[0] if data else signal.SIGKILL)
        if not data: return


def run_as(request, real_bin):
    "Be the process that was asked for; its exit code."
    program, words = Path(request['program']), request['words']
    os.chdir(request['cwd'])
    os.umask(request['umask'])
    os.environ.clear()
    os.environ.update(request['env'])
    sys.executable = str(program.with_name('python'))
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, 'rw'[n > 0], buffering=1, closefd=False, encoding='utf-8') for n in range(3))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    sys.path[:0] = [f for f in os.environ.get('PYTHONPATH', '').split(os.pathsep) if f and f not in sys.path]
    if os.environ.get('PYTHONWARNINGS') == 'ignore': warnings.simplefilter('ignore')
    tempfile.tempdir = None
    random.seed()
    import numpy as np
    np.random.seed()
    try:
        if program.name.startswith(('harnb', 'snakemake')):
            sys.argv = [str(real_bin/program.name), *words]
            runpy.run_path(sys.argv[0], run_name='__main__')
        else:
            kernel = words[1] == 'ipykernel_launcher'   # its parent is this server; the stub watches who asked for it
            sys.argv = [*words[1:], *([f'--IPKernelApp.parent_handle={os.getppid()}'] if kernel else [])]
            sys.path[:0] = [request['cwd']]
            warnings.filterwarnings('ignore', message='.*found in sys.modules.*', category=RuntimeWarning)
            runpy.run_module(words[1], run_name='__main__', alter_sys=True)
    except SystemExit as e:
        if isinstance(e.code, str): print(e.code, file=sys.stderr)
        return e.code if isinstance(e.code, int) else int(e.code is not None)
    except BaseException as e:
        traceback.print_exc()
        return -signal.SIGINT if isinstance(e, KeyboardInterrupt) else 1
    return 0


def fork(connection, files, request, real_bin, listener):
    "The id of a process that does what was asked."
    child = os.fork()
    if child: return child
    listener.close()
    for n, file in enumerate(files):
        os.dup2(file, n)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=obey, args=(connection,), daemon=True).start()
    connection.sendall(b'y')
    code = 1
    try: code = run_as(request, real_bin)
    finally:
        with contextlib.suppress(Exception): threading._shutdown()
        with contextlib.suppress(BaseException): atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception): stream.flush()
        if code == -signal.SIGINT:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(code & 255)


def answer(listener, real_bin, here):
    "Take one request: (descriptor of the process, connection), or None where it has to start by itself."
    connection, _ = listener.accept()
    try:
        head, rights, _, _ = connection.recvmsg(8, socket.CMSG_LEN(12))
        files = array.array('i')
        for _, _, data in rights: files.frombytes(data[:12])
        request = json.loads(receive(connection, int.from_bytes(head, 'big')))
    except (OSError, EOFError, ValueError):
        connection.close()
        return None
    child = fork(connection, files, request, real_bin, listener) if request['state'] == here else None
    if not child: connection.sendall(b'n')
    for file in files: os.close(file)
    if not child:
        connection.close()
        return None
    return os.pidfd_open(child), child, connection


def serve(listener, real_bin):
    "Answer requests, and say how each process ended."
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    here, running = state(), {}
    while True:
        ready, _, _ = select.select([listener, *running], [], [])
        for descriptor in ready:
            if descriptor is listener:
                if made := answer(listener, real_bin, here): running[made[0]] = made[1:]
                continue
            child, connection = running.pop(descriptor)
            _, status = os.waitpid(child, 0)
            os.close(descriptor)
            with contextlib.suppress(OSError): connection.sendall(status.to_bytes(4, 'big'))
            connection.close()


class Warm:
    "A server forked from this process, and a folder of programs that use it."
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix='warm'))
        self.bin, real_bin = self.folder/'bin', Path(sys.executable).parent
        self.bin.mkdir()
        stub = self.folder/'stub'
        head = f'#!{Path(sys.executable).resolve()} -IS\n'
        stub.write_text(f'{head}{STUB.read_text()}\n\nmain({str(real_bin)!r})\n')
        stub.chmod(0o755)
        for file in real_bin.iterdir():
            ours = file.name in ('python', 'python3', 'snakemake') or file.name.startswith('harnb')
            (self.bin/file.name).symlink_to(stub if ours else file)
        kernel = self.folder/'jupyter'/'kernels'/'python3'
        kernel.mkdir(parents=True)
        words = [str(self.bin/'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}']
        (kernel/'kernel.json').write_text(json.dumps(dict(argv=words, display_name='Python 3', language='python')))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.folder/'socket'))
        listener.listen(64)
        self.server = os.fork()
        if not self.server:
            try: serve(listener, real_bin)
            finally: os._exit(1)
        listener.close()

    def use(self):
        "Start what this process starts from here on; nothing where the system cannot watch a process by descriptor."
        try: os.close(os.pidfd_open(os.getpid()))
        except (AttributeError, OSError): return
        os.environ.pop('VIRTUAL_ENV', None)   # IPython compares it with the folder of Python
        os.environ['WARM_PYTHON'] = str(self.folder/'socket')
        os.environ['JUPYTER_PATH'] = os.pathsep.join([str(self.folder/'jupyter'), *filter(None, [os.environ.get('JUPYTER_PATH')])])
        os.environ['PATH'] = os.pathsep.join([str(self.bin), os.environ['PATH']])
        sys.executable = str(self.bin/'python')

    def end(self):
        os.kill(self.server, signal.SIGKILL)
        os.waitpid(self.server, 0)
