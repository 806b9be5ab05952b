"""A program's text with probes in it, where it may touch a view of a block; see ``probes`` for what they do.

A probe is a call around an expression that gives it back as it is: ``view[i]`` becomes ``base(view)[load(i)]``. So each
operation stays Python's own, in the order and with the errors that it has alone; each probe stands where the
expression stands, for tracebacks. Behind a statement that stores comes a probe of its own, on the same line.

Only a program whose text mentions something that makes views is instrumented. Left as they are: annotations, default
values, decorators, and the statements of a class itself, whose names its metaclass may look up.
"""

from __future__ import annotations

import builtins
import re

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    import ast
    from typing import Any

_MENTIONED = re.compile(
    r"\b(memoryview|ctypes|numpy|memmap|from_buffer|frombuffer|buf|RawValue|RawArray|sharedctypes|ShareableList|get_obj"
    r"|readinto1?|recv_into|recvfrom_into|recv_bytes_into|readv|preadv)\b|\block\s*=\s*False\b"
)
# What a call does to a view that it gets.
READS, WRITES, COUNTS = "reads", "writes", "counts"  # the last: it writes as many bytes as it returns
TEXT, UNKNOWN, EVERYTHING = "text", "unknown", "everything"  # shows what it holds; may do anything; to any view
VIEWS = "views"  # makes a view of a block
_NOTHING = ""
_HOOKED = ("pack_into", "unpack_from", "memmove", "memset", "string_at")  # which say themselves which bytes they touch

_ARGUMENT_OF = {
    **dict.fromkeys(vars(builtins), READS),
    **dict.fromkeys(
        (
            *("len", "isinstance", "issubclass", "type", "id", "hash", "hasattr", "getattr", "callable"),
            *("range", "open", "super", "property", "staticmethod", "classmethod", "dir", "vars", "iter", "input"),
            *("Process", "Thread", "Pool", "Timer", "partial", "finalize", "ref", "proxy", "SharedMemory", "mmap"),
            *("ShareableList", "Value", "Array", "Lock", "RLock", "Semaphore", "Event", "Barrier", "Queue", "Pipe"),
            *("append", "appendleft", "add", "insert", "extend", "setdefault", "submit", "apply_async", "register"),
            *("addressof", "sizeof", "alignment", "byref", "pointer", "POINTER", "cast", "synchronized"),
            *("asarray", "asanyarray", "ascontiguousarray", "ravel", "reshape", "squeeze"),
            *("transpose", "broadcast_to", "split", "array_split", "hsplit", "vsplit", "shape", "ndim", "size"),
            *("expand_dims", "swapaxes", "moveaxis", "shares_memory", "may_share_memory", "as_array", "as_strided"),
            *("nditer", "ndenumerate", "atleast_1d", "atleast_2d", "getrefcount", "getsizeof", "deque", "zeros_like"),
            *("ones_like", "empty_like", "acquire", "release", "close", "join", "start", "fork", "wait", "waitpid"),
            *("kill", "sleep", "_exit", "exit", "pipe", "ftruncate", "truncate", "unlink", "waitstatus_to_exitcode"),
            *("closing", "ExitStack", "enter_context", "suppress", "namedtuple", "dataclass", "view"),
        ),
        _NOTHING,
    ),
    **dict.fromkeys(("print", "str", "repr", "format", "ascii", "pprint", "info", "debug", "warning", "error"), TEXT),
    **dict.fromkeys(("exec", "eval", "setattr"), EVERYTHING),
    **dict.fromkeys(("memoryview", "from_buffer", "frombuffer", "ndarray"), VIEWS),
    **dict.fromkeys(
        (
            *(
                "write",
                "writev",
                "pwrite",
                "send",
                "sendall",
                "sendto",
                "send_bytes",
                "put",
                "put_nowait",
                "dumps",
                "dump",
            ),
            *("unpack", "iter_unpack", "pack", "from_bytes", "from_buffer_copy", "md5", "sha1"),
            *(
                "sha256",
                "update",
                "crc32",
                "adler32",
                "hexlify",
                "b64encode",
                "compress",
                "BytesIO",
                "join",
                "copy",
                "deepcopy",
                "search",
            ),
            *("match", "findall", "sub", "decode", "wstring_at", "writelines", "fromlist", "fsum", "mean"),
            *("median", "reduce", "accumulate", "chain", "starmap", "Counter", "frombytes", "array"),
        ),
        READS,
    ),
    **dict.fromkeys(("readinto", "readinto1", "recv_into", "recvfrom_into", "readv", "preadv"), COUNTS),
}
_OF_NUMPY = {  # what its functions do to an array, where that is not only to read it
    **dict.fromkeys(("copyto", "put", "place", "putmask", "fill_diagonal", "shuffle", "put_along_axis", "at"), UNKNOWN),
}
ATTRIBUTE_OF = {  # what a method does to the view that it is called on
    **dict.fromkeys(
        (
            *("tobytes", "tolist", "hex", "sum", "mean", "max", "min", "copy", "astype", "dot", "all", "any", "argmax"),
            *("argmin", "argsort", "cumsum", "cumprod", "std", "var", "prod", "nonzero", "searchsorted", "round"),
            *("clip", "take", "trace", "ptp", "repeat", "compress", "flatten", "tofile", "dump", "dumps", "item"),
            *("choose", "conj", "index", "count"),
        ),
        READS,
    ),
    **dict.fromkeys(("fill", "setfield"), WRITES),
    **dict.fromkeys(("sort", "partition", "itemset", "byteswap", "put", "resize"), UNKNOWN),
}
_MAKE_VIEWS = {
    *("memoryview", "from_buffer", "frombuffer", "cast", "get_obj", "asarray", "ndarray", "view", "reshape", "array"),
    *("toreadonly", "as_array", "memmap", "ravel", "transpose"),
}


def instrumented(source: str) -> ast.Module | None:
    """The text of a program that compiles, with probes in it; None if it mentions nothing that makes views."""
    if not _MENTIONED.search(source):
        return None
    import ast  # only such a program has to wait for it

    tree = ast.parse(source)
    probed: ast.Module = _transformer(ast).instrument(tree, source)
    return probed


def _transformer(ast: Any) -> Any:
    """The class that does it; in a function, as ``ast`` is not there before."""
    BARE = (ast.Name, ast.Attribute, ast.Subscript)

    class Instrument(ast.NodeTransformer):  # type: ignore[misc]
        def __init__(self) -> None:
            self.site = 0
            self.stores = False  # the statement at hand needs a probe behind it

        def instrument(self, tree: ast.Module, source: str) -> ast.Module:
            nodes = list(ast.walk(tree))
            self.numpy = "numpy" in source
            self.own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
            self.modules = {
                (alias.asname or alias.name).split(".")[0]
                for node in nodes
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            self.arrays = {
                alias.asname or alias.name
                for node in nodes
                if isinstance(node, ast.Import)
                for alias in node.names
                if alias.name.split(".")[0] == "numpy"
            }
            words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            self.fields = {"value", "raw"} | {word for word in words if word.isidentifier()}
            tree.body = self.block(tree.body)
            return tree

        # How probes are made.

        def probe(self, name: str, around: ast.expr, *arguments: object) -> ast.expr:
            """A call of this probe, in the place of ``around``, which is its first argument."""
            given = [each if isinstance(each, ast.AST) else ast.Constant(each) for each in arguments]
            call = ast.Call(ast.Name(name, ast.Load()), [around, *given], [])
            for node in (call, call.func, *given):
                ast.copy_location(node, around)
            return call

        def next_site(self) -> int:
            self.site += 1
            return self.site

        def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
            """Statements, each with the probe behind it that it needs."""
            done: list[ast.stmt] = []
            for statement in body:
                before, self.stores = self.stores, False
                done.append(self.visit(statement))
                if self.stores:
                    done.append(self.behind(statement))
                self.stores = before
            return done

        def behind(self, statement: ast.stmt) -> ast.stmt:
            call = ast.Call(ast.Name("<done>", ast.Load()), [], [])
            after = ast.Expr(call)
            for node in (after, call, call.func):
                ast.copy_location(node, statement)
                node.end_lineno, node.end_col_offset = node.lineno, node.col_offset
            return after

        # What has statements in it, and what is left as it is.

        def generic_visit(self, node: ast.AST) -> ast.AST:
            for name, value in ast.iter_fields(node):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    setattr(node, name, self.block(value))
                elif isinstance(value, list):
                    value[:] = [self.visit(each) if isinstance(each, ast.AST) else each for each in value]
                elif isinstance(value, ast.AST):
                    setattr(node, name, self.visit(value))
            return node

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            node.body = self.block(node.body)
            return node

        visit_AsyncFunctionDef = visit_FunctionDef

        def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
            node.body = self.visit(node.body)
            return node

        def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    self.visit(each)
            return node

        def visit_TypeAlias(self, node: ast.AST) -> ast.AST:
            return node

        def visit_Match(self, node: ast.Match) -> ast.AST:
            node.subject = self.visit(node.subject)
            for case in node.cases:
                case.guard = self.visit(case.guard) if case.guard else None
                case.body = self.block(case.body)
            return node

        # Items.

        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            if isinstance(node.ctx, ast.Del) or not self.may_be_view(node.value):
                return self.generic_visit(node)
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str | bytes):
                return self.generic_visit(node)
            store, is_plain = isinstance(node.ctx, ast.Store), _is_plain(node.slice)
            base, key = node.value, self.key(node.slice)
            self.stores |= store
            if not store and isinstance(base, ast.Name) and is_plain:
                node.slice = self.probe("<load of>", key, ast.Name(base.id, ast.Load()))
                return node
            site = self.next_site()
            node.value = self.probe("<base>", self.visit(base), site)
            node.slice = self.probe("<store>" if store else "<load>", key, site)
            return node

        def may_be_view(self, base: ast.expr) -> bool:
            if isinstance(base, ast.Name):
                return base.id not in self.own and base.id not in self.modules
            return isinstance(base, ast.Attribute | ast.Subscript | ast.Call | ast.IfExp | ast.NamedExpr)

        def key(self, key: ast.expr) -> ast.expr:
            """The key, as one expression: a slice is made by hand, as Python does it."""
            if isinstance(key, ast.Slice):
                parts = [self.visit(part) if part else None for part in (key.lower, key.upper, key.step)]
                made = self.probe("<slice>", key)
                made.args = [part or ast.copy_location(ast.Constant(None), key) for part in parts]
                return made
            if isinstance(key, ast.Tuple):
                key.elts = [self.key(each) for each in key.elts]
                return key
            return self.visit(key)

        # Attributes.

        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            node.value = self.visit(node.value)
            if node.attr in self.fields and not isinstance(node.ctx, ast.Del) and self.may_be_view(node.value):
                self.stores |= isinstance(node.ctx, ast.Store)
                name = "<set>" if isinstance(node.ctx, ast.Store) else "<get>"
                node.value = self.probe(name, node.value, node.attr)
            return node

        # Statements that store.

        def visit_Assign(self, node: ast.Assign) -> ast.AST:
            node.value = self.visit(node.value)
            if any(isinstance(target, ast.Tuple | ast.List | ast.Subscript) for target in node.targets):
                node.value = self.whole(node.value)
            node.targets = [self.visit(target) for target in node.targets]
            return node

        def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
            if node.value:
                node.value = self.visit(node.value)
                node.target = self.visit(node.target)
            return node

        def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
            target, node.value = node.target, self.visit(node.value)
            if isinstance(target, ast.Name):
                if self.numpy:
                    node.value = self.probe("<into>", node.value, ast.Name(target.id, ast.Load()))
                return node
            site = self.next_site()
            if isinstance(target, ast.Subscript):
                key = self.key(target.slice)
                target.value = self.probe("<base>", self.visit(target.value), site, self.numpy)
                target.slice = self.probe("<update>", key, site)
            elif isinstance(target, ast.Attribute):
                target.value = self.probe("<update attribute>", self.visit(target.value), target.attr, site)
            node.value = self.probe("<updated>", node.value, site)
            self.stores = True
            return node

        # What reads all of a view.

        def whole(self, node: ast.expr, name: str = "<whole>") -> ast.expr:
            bare = isinstance(node, BARE) or (isinstance(node, ast.Call) and _last_name(node.func) in _MAKE_VIEWS)
            if not bare or (isinstance(node, ast.Name) and node.id in self.modules):
                return node
            return self.probe(name, node)

        def visit_For(self, node: ast.For) -> ast.AST:
            node.iter = self.whole(self.visit(node.iter))
            node.target = self.visit(node.target)
            node.body, node.orelse = self.block(node.body), self.block(node.orelse)
            return node

        visit_AsyncFor = visit_For

        def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
            node.iter, node.ifs = self.whole(self.visit(node.iter)), [self.visit(test) for test in node.ifs]
            return node

        def visit_Starred(self, node: ast.Starred) -> ast.AST:
            node.value = self.visit(node.value)
            if isinstance(node.ctx, ast.Load):
                node.value = self.whole(node.value)
            return node

        def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
            node.value = self.whole(self.visit(node.value))
            return node

        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            operands = [node.left, *node.comparators]
            number = any(isinstance(each, ast.Constant) and isinstance(each.value, int | float) for each in operands)
            same = any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops) and not number
            within = any(isinstance(each, ast.In | ast.NotIn) for each in node.ops)
            operands = [self.visit(each) for each in operands]
            if self.numpy or same or within:
                operands = [self.whole(each) for each in operands]
            node.left, *node.comparators = operands
            return node

        def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
            node.left, node.right = self.visit(node.left), self.visit(node.right)
            if self.numpy:
                node.left, node.right = self.whole(node.left, "<operand>"), self.whole(node.right, "<operand>")
            return node

        def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
            node.operand = self.visit(node.operand)
            if self.numpy:
                node.operand = self.whole(node.operand, "<operand>")
            return node

        def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
            node.value = self.whole(self.visit(node.value), "<text>")
            if node.format_spec:
                node.format_spec = self.visit(node.format_spec)
            return node

        # Calls.

        def visit_Call(self, node: ast.Call) -> ast.AST:
            function, site, told = node.func, self.next_site(), False
            name = _last_name(function)
            how = self.does_to_arguments(function, name)
            if isinstance(function, ast.Attribute):
                base = function.value
                if name in ATTRIBUTE_OF and self.may_be_view(base):
                    function.value = self.probe("<method>", self.visit(base), name, site)
                    told = ATTRIBUTE_OF[name] != READS
                else:
                    function.value = self.visit(base)
            elif not isinstance(function, ast.Name):
                node.func = self.visit(function)
            callee = [ast.Name(function.id, ast.Load())] if isinstance(function, ast.Name) else []
            for arguments, place in ((node.args, None), (node.keywords, "value")):
                for number, argument in enumerate(arguments):
                    given = getattr(argument, place) if place else argument
                    into = UNKNOWN if place and argument.arg == "out" else how
                    probed, is_probed = self.argument(self.visit(given), site, into, callee)
                    told |= is_probed and into not in (READS, TEXT, VIEWS)
                    if place:
                        argument.value = probed
                    else:
                        arguments[number] = probed
            return self.probe("<result>", node, site) if told else node

        def does_to_arguments(self, function: ast.expr, name: str) -> str:
            if name in self.own or name in _HOOKED:
                return _NOTHING
            if isinstance(function, ast.Attribute) and _first_name(function.value) in self.arrays:
                told = _ARGUMENT_OF.get(name, READS)
                return _OF_NUMPY.get(name) or (told if told in (_NOTHING, VIEWS) else READS)
            return _ARGUMENT_OF.get(name, UNKNOWN)

        def argument(self, given: ast.expr, site: int, how: str, callee: list[ast.expr]) -> tuple[ast.expr, bool]:
            """An argument with its probe, and whether it has one."""
            if not how:
                return given, False
            if isinstance(given, ast.List | ast.Tuple) and isinstance(given.ctx, ast.Load):
                pairs = [self.argument(each, site, how, callee) for each in given.elts]
                given.elts = [each for each, _ in pairs]
                return given, any(is_probed for _, is_probed in pairs)
            if how == EVERYTHING:
                return self.probe("<argument>", given, site, how), True
            probed = self.whole(given, "<argument>")
            if probed is given:
                return given, False
            probed.args += [ast.copy_location(ast.Constant(each), given) for each in (site, how)]
            probed.args += [ast.copy_location(ast.Name(each.id, each.ctx), given) for each in callee]
            return probed, True

    return Instrument()


def _last_name(function: Any) -> str:
    """What is called, by the last of its names."""
    name = getattr(function, "attr", None) or getattr(function, "id", None)
    return name if isinstance(name, str) else ""


def _first_name(base: Any) -> str:
    while hasattr(base, "attr"):
        base = base.value
    return getattr(base, "id", "")


def _is_plain(key: Any) -> bool:
    """Whether the name of what is indexed stands for the same before and behind the evaluation of this key."""
    kind = type(key).__name__
    if kind in ("Name", "Constant"):
        return True
    parts = {"BinOp": ("left", "right"), "UnaryOp": ("operand",), "Slice": ("lower", "upper", "step")}.get(kind)
    return parts is not None and all(_is_plain(part) for name in parts if (part := getattr(key, name)) is not None)
