"""Names that reach out of a module, and what they do. One line here is one more name that is seen."""

from typing import Final

CANONICAL: Final = {
    "posix": "os", "nt": "os", "_posixsubprocess": "subprocess", "__builtin__": "builtins", "__builtins__": "builtins",
    "_pickle": "pickle", "cPickle": "pickle", "six.moves.cPickle": "pickle", "pickle5": "pickle", "_socket": "socket",
    "torch.serialization": "torch", "numpy.lib.npyio": "numpy", "six.moves.builtins": "builtins",
    "sklearn.externals.joblib": "joblib", "pathlib2": "pathlib", "torch._C._import_ir_module": "torch.jit.load",
    "imp.reload": "importlib.reload", "_imp": "imp", "commands": "subprocess", "popen2": "subprocess",
    "multiprocess": "multiprocessing", "ruamel_yaml": "yaml", "os.path.os": "os", "_codecs": "codecs",
    "six.exec_": "builtins.exec", "site.builtins": "builtins", "urllib2": "urllib.request",
    "six.moves.urllib": "urllib", "asyncio.subprocess": "asyncio",
}  # fmt: skip
"""Other names of the same module or function, by the longest prefix of whole steps."""

_EXACT: Final = {
    "process": """
        os.system os.popen os.popen2 os.popen3 os.popen4 os.startfile os.execl os.execle os.execlp os.execlpe os.execv
        os.execve os.execvp os.execvpe os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp
        os.spawnvpe os.posix_spawn os.posix_spawnp os.fork os.forkpty subprocess.run subprocess.call
        subprocess.check_call subprocess.check_output subprocess.Popen subprocess.getoutput subprocess.fork_exec
        subprocess.getstatusoutput pty.spawn pty.fork asyncio.create_subprocess_exec asyncio.create_subprocess_shell
        pexpect.spawn pexpect.run pexpect.runu sh.Command plumbum.local distutils.spawn.spawn IPython.get_ipython.system
        webbrowser.open webbrowser.open_new webbrowser.get shutil.run fabric.Connection invoke.run psutil.Popen
        multiprocessing.popen_fork.Popen numpy.distutils.exec_command.exec_command win32api.ShellExecute
        win32process.CreateProcess ctypes.windll.shell32.ShellExecuteW ctypes.windll.shell32.ShellExecuteA
        ctypes.windll.kernel32.WinExec libc.system trio.run_process anyio.run_process anyio.open_process
        """,
    "evaluate": """
        builtins.exec builtins.eval builtins.compile builtins.execfile runpy.run_path runpy.run_module code.interact
        code.InteractiveInterpreter code.InteractiveConsole codeop.compile_command types.FunctionType types.CodeType
        timeit.timeit timeit.repeat timeit.Timer cProfile.run cProfile.runctx profile.run trace.Trace bdb.Bdb pdb.run
        doctest.testfile doctest.run_docstring_examples pandas.eval numexpr.evaluate
        IPython.get_ipython.run_cell IPython.embed RestrictedPython.compile_restricted importlib.exec_module
        """,
    "import": """
        builtins.__import__ importlib.import_module importlib.__import__ importlib.reload imp.load_source
        imp.load_module imp.load_dynamic importlib.util.spec_from_file_location
        importlib.machinery.SourceFileLoader importlib.machinery.ExtensionFileLoader
        importlib.machinery.SourcelessFileLoader zipimport.zipimporter pkgutil.get_loader site.addsitedir
        pydoc.locate pkg_resources.run_script
        importlib.util.module_from_spec
        """,
    "native": """
        ctypes.CDLL ctypes.PyDLL ctypes.WinDLL ctypes.OleDLL ctypes.cdll.LoadLibrary ctypes.windll.LoadLibrary
        ctypes.util.dllist ctypes.LibraryLoader cffi.FFI.dlopen cffi.FFI.verify cffi.verifier.Verifier
        torch.utils.cpp_extension.load torch.utils.cpp_extension.load_inline torch.ops.load_library
        torch.classes.load_library tensorflow.load_op_library tensorflow.load_library cupy.RawKernel cupy.RawModule
        pycuda.compiler.SourceModule pyximport.install cppyy.cppdef cppyy.load_library weave.inline
        numpy.ctypeslib.load_library llvmlite.binding.load_library_permanently mlx.core.load_library
        numpy.f2py.compile pyopencl.Program triton.runtime.build tvm.runtime.load_module
        """,
    "unpickle": """
        pickle.load pickle.loads pickle.Unpickler dill.load dill.loads dill.load_module dill.load_session
        cloudpickle.load cloudpickle.loads joblib.load marshal.load marshal.loads shelve.open torch.load
        torch.jit.load torch.package.PackageImporter torch.hub.load numpy.load pandas.read_pickle yaml.load
        yaml.load_all
        yaml.unsafe_load yaml.unsafe_load_all yaml.full_load yaml.full_load_all jsonpickle.decode jsonpickle.loads
        keras.models.load_model tensorflow.keras.models.load_model tf_keras.models.load_model klepto.load
        hickle.load compress_pickle.load compress_pickle.loads pickle5.load paddle.load mlflow.pyfunc.load_model
        skops.io.load keras.config.enable_unsafe_deserialization
        """,
    "network": """
        urllib.request.urlopen urllib.request.urlretrieve urllib.request.Request urllib.request.build_opener
        urllib.urlopen urllib.urlretrieve
        socket.socket socket.create_connection socket.getaddrinfo socket.gethostbyname socket.create_server
        http.client.HTTPConnection http.client.HTTPSConnection httplib.HTTPConnection httplib.HTTPSConnection
        ftplib.FTP ftplib.FTP_TLS smtplib.SMTP smtplib.SMTP_SSL telnetlib.Telnet poplib.POP3 imaplib.IMAP4
        xmlrpc.client.ServerProxy asyncio.open_connection asyncio.start_server dns.resolver.resolve
        paramiko.SSHClient paramiko.Transport websocket.create_connection websocket.WebSocketApp websockets.connect
        requests.get requests.post requests.put requests.patch requests.delete requests.head requests.request
        requests.Session requests.session httpx.get httpx.post httpx.put httpx.stream httpx.request httpx.Client
        httpx.AsyncClient aiohttp.ClientSession aiohttp.request urllib3.PoolManager urllib3.request
        urllib3.HTTPConnectionPool pycurl.Curl wget.download gdown.download pip._vendor.requests.get
        telegram.Bot discord.Client discord.Webhook boto3.client torch.hub.download_url_to_file
        torch.hub.load_state_dict_from_url tensorflow.keras.utils.get_file keras.utils.get_file pooch.retrieve
        """,
    "delete": "shutil.rmtree os.removedirs",
    "memory": """
        ctypes.windll.kernel32.VirtualAlloc ctypes.windll.kernel32.VirtualProtect ctypes.windll.kernel32.RtlMoveMemory
        ctypes.windll.kernel32.CreateThread ctypes.windll.kernel32.WriteProcessMemory
        ctypes.windll.kernel32.CreateRemoteThread
        """,
}  # fmt: skip

GROUP_OF: Final = {name: group for group, names in _EXACT.items() for name in names.split()}
"""The group of each name."""

MODULES: Final = frozenset(name.rpartition(".")[0] for name in GROUP_OF)
"""Modules that hold one of the names."""

ROOTS: Final = frozenset(name.partition(".")[0] for name in GROUP_OF) | {"sys", "site"}

HANDED: Final = frozenset(("process", "evaluate", "unpickle"))
"""Groups whose functions are stated where they are given away without a call."""

_LISTS: Final = {
    "decoders": """
        base64.b64decode base64.b32decode base64.b16decode base64.b85decode base64.a85decode
        base64.decodebytes base64.decodestring base64.urlsafe_b64decode base64.standard_b64decode
        base64.b32hexdecode binascii.unhexlify binascii.a2b_hex binascii.a2b_base64 binascii.a2b_uu
        zlib.decompress gzip.decompress bz2.decompress lzma.decompress zlib.decompressobj bytes.fromhex
        bytearray.fromhex codecs.decode codecs.getdecoder marshal.loads zstandard.decompress
        base64.b64encode.translate Crypto.Cipher.AES.new cryptography.fernet.Fernet
        cryptography.fernet.Fernet.decrypt Crypto.Cipher.ARC4.new
        """,
    "gates": """
        os.getlogin getpass.getuser socket.gethostname platform.node platform.uname os.uname sys.gettrace
        sys.getprofile psutil.process_iter psutil.cpu_count psutil.virtual_memory uuid.getnode
        multiprocessing.cpu_count platform.system platform.machine platform.platform locale.getdefaultlocale
        locale.getlocale time.tzname os.getppid ctypes.windll.kernel32.IsDebuggerPresent sys.getwindowsversion
        winreg.OpenKey os.cpu_count datetime.datetime.now datetime.date.today datetime.datetime.utcnow
        time.time time.localtime time.gmtime random.random random.randint
        """,
    "loaded_methods": """
        __reduce__ __reduce_ex__ __setstate__ __getstate__ __getnewargs__ __getnewargs_ex__ __init_subclass__
        __set_name__ __class_getitem__ __del__ __instancecheck__ __subclasscheck__ __prepare__ __mro_entries__
        __post_init__ persistent_load find_class reducer_override
        """,
    "builtins": """
        exec eval compile __import__ execfile getattr setattr globals locals vars open input raw_input chr ord
        bytes bytearray str int list tuple map filter reversed range sum sorted dict set len hex oct bin
        format type object super delattr breakpoint print zip enumerate ascii repr iter next min max abs slice
        memoryview hasattr callable
        """,
}  # fmt: skip

DECODERS: Final = frozenset(_LISTS["decoders"].split())

GATES: Final = frozenset(_LISTS["gates"].split())

LOADED_METHODS: Final = frozenset(_LISTS["loaded_methods"].split())
"""Methods that run without a call that shows their name: while something is loaded, derived or dropped."""

BUILTINS: Final = frozenset(_LISTS["builtins"].split())


def canonical(name: str) -> str:
    """Return the one name of a thing that has several."""
    head, _, rest = name.partition(".")
    if head in ("builtins", "__builtins__", "__builtin__") and rest.startswith(("__dict__.", "__builtins__.")):
        return canonical(f"builtins.{rest.partition('.')[2]}")
    end = len(name)
    while end > 0:
        other = CANONICAL.get(name[:end])
        if other is not None:
            return canonical(other + name[end:])
        end = name.rfind(".", 0, end)
    return name


def group_of(name: str) -> str:
    """Name the group of a canonical name, or ""."""
    found = GROUP_OF.get(name)
    if found:
        return found
    if name.startswith(("os.exec", "os.spawn")):
        return "process"
    return ""
