"""Source: which lines of a program only a child executes, which only its parent, and what they do there.

It is read, never run, and there is no flow analysis: the branches of the ``if`` on what ``os.fork`` returned, and the
function that is given to ``Process``, with the functions that are called from there alone. These are good guesses, and
no verdict rests on them alone.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from .syntax import Syntax, called

_LEAVES = frozenset({"_exit", "exit", "abort", "execv", "execvp", "execve", "execl", "execlp"})
_RELEASING = {
    "pipe": frozenset({"write", "send", "send_bytes", "sendall", "put", "writelines", "writev", "dump"}),
    "semaphore": frozenset({"release"}),
    "lock": frozenset({"release"}),
    "event": frozenset({"set"}),
    "condition": frozenset({"notify", "notify_all"}),
}
_TAKES_FUNCTIONS = frozenset(
    {
        *("map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async", "apply", "apply_async", "submit"),
    }
)
_THREADS = frozenset({"Thread", "Timer", "ThreadPool", "ThreadPoolExecutor"})
_LONGEST_CALL = 40  # characters
_NEVER_WAIT = frozenset(
    {"print", "len", "str", "int", "float", "bool", "bytes", "repr", "range", "decode", "strip", "split"}
)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
Lines = frozenset[int]


class Source:
    """What the text of a program shows of its forks; nothing, if Python cannot parse it."""

    def __init__(self, syntax: Syntax) -> None:
        self._tree, self._nodes, self._parents = syntax.tree, syntax.nodes, syntax.parents
        self._functions = {n.name: n for n in self._nodes if isinstance(n, ast.FunctionDef)}
        self._loops = [n for n in self._nodes if isinstance(n, _LOOPS)]
        self._calls = [n for n in self._nodes if isinstance(n, ast.Call)]
        self._uses: defaultdict[str, list[ast.Name]] = defaultdict(list)
        for node in self._nodes:
            if isinstance(node, ast.Name):
                self._uses[node.id].append(node)
        aliases = [n for n in self._nodes if isinstance(n, ast.alias)]
        self._imported = {name for n in aliases for name in (n.asname, n.name)}
        self._all = frozenset(line for node in self._tree.body for line in _lines(node))
        self._methods: defaultdict[str, set[int]] = defaultdict(set)
        for node in self._nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in self._functions:
                self._methods[node.attr].add(node.lineno)
        self._targets = self._with_functions(frozenset().union(*self._target_lines()))
        self._branches: dict[int, tuple[Lines, Lines]] = {}

    def child_only(self, fork: int | None) -> Lines:
        """The lines that only the child executes which was forked in this line."""
        return self._branch(fork)[0] if fork is not None else frozenset()

    def parent_only(self, fork: int | None) -> Lines:
        """The lines that this child does not execute."""
        return self._branch(fork)[1] if fork is not None else frozenset()

    def after(self, line: int) -> Lines:
        """The lines that can come after this one, by their order alone: those below, and the loops around it."""
        return frozenset(n for n in self._all if n > line) | self.loops_around(line)

    def loops_around(self, line: int) -> Lines:
        """The lines of the loops that this line is in."""
        loops = (loop for loop in self._loops if loop.lineno <= line <= (loop.end_lineno or 0))
        return frozenset(n for loop in loops for n in _lines(loop))

    def releases(self, at: str, lines: Lines) -> bool:
        """Whether one of these lines has a call that writes into such a thing (``at``), sets it or releases it."""
        return any(call.lineno in lines and called(call) in _RELEASING.get(at, ()) for call in self._calls)

    def call(self, line: int | None, name: str) -> str:
        """The function with this ``name`` that is called in this line, or the only one, as the program writes it.

        Empty where that is not clear, or long.
        """
        calls = [call for call in self._calls if call.lineno <= (line or 0) <= (call.end_lineno or 0)]
        named = [call for call in calls if called(call) == name]
        if not named:
            waiting = [call for call in calls if called(call) not in _NEVER_WAIT]
            named = waiting if not name or len(waiting) == 1 else []
        texts = {ast.unparse(call.func) for call in named if isinstance(call.func, ast.Name | ast.Attribute)}
        text = texts.pop() if len(texts) == 1 else ""
        return text if len(text) <= _LONGEST_CALL else ""

    def managed(self, line: int) -> str:
        """What a ``with`` in this line is about; empty if it is not clear, or long."""
        items = [item.context_expr for node in self._nodes if isinstance(node, ast.With) for item in node.items]
        texts = {ast.unparse(item) for item in items if item.lineno == line}
        text = texts.pop() if len(texts) == 1 else ""
        return text if len(text) <= _LONGEST_CALL else ""

    def is_plain(self, name: str) -> bool:
        """Whether the name is one that a program keeps values in: not a loop's, not a process ID, no function."""
        if name in self._imported or name in self._functions:
            return False
        stores = (node for node in self._uses.get(name, ()) if isinstance(node.ctx, ast.Store))
        return not any(self._is_of_loop(node) or self._is_from_fork(node) for node in stores)

    def _branch(self, fork: int) -> tuple[Lines, Lines]:
        if fork not in self._branches:
            self._branches[fork] = self._find_branch(fork)
        return self._branches[fork]

    def _find_branch(self, fork: int) -> tuple[Lines, Lines]:
        """What the test of the fork's result sets apart; a ``Process`` has its function, its parent the rest."""
        calls = [call for call in self._calls if call.lineno == fork and called(call) == "fork"]
        if not calls:
            return self._targets, self._all - self._targets
        for test in self._tests_of(calls[0]):
            child, parent = (test.body, test.orelse) if _is_childs(test.test) else (test.orelse, test.body)
            lines = self._with_functions(_block_lines(child))
            others = _block_lines(parent)
            if child and _leaves(child[-1]):
                others = (self._all - lines - self._before(fork)) | others
            return lines, others - lines
        return frozenset(), frozenset()

    def _before(self, fork: int) -> Lines:
        """The lines above, except those of functions, which may be called below."""
        bodies = frozenset(line for function in self._functions.values() for line in _lines(function))
        return frozenset(n for n in self._all if n <= fork) - bodies

    def _tests_of(self, call: ast.Call) -> Iterator[ast.If]:
        """The tests that tell the child from its parent: of the call itself, or of the name that has its result."""
        names = self._names_of(call)
        for node in self._nodes:
            if isinstance(node, ast.If) and node.lineno >= call.lineno and self._scope(node) is self._scope(call):
                inside = list(ast.walk(node.test))
                if call in inside or any(isinstance(n, ast.Name) and n.id in names for n in inside):
                    yield node

    def _scope(self, node: ast.AST | None) -> ast.AST | None:
        """The function that a node stands in; None for the module."""
        while node is not None and not isinstance(node, ast.FunctionDef | ast.Lambda):
            node = self._parents.get(node)
        return node

    def _names_of(self, call: ast.Call) -> set[str]:
        statement = self._parents.get(call)
        if isinstance(statement, ast.NamedExpr):
            return {statement.target.id}
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        return {target.id for target in targets if isinstance(target, ast.Name)}

    def _target_lines(self) -> Iterator[Lines]:
        """The functions that are given to ``Process``, a pool and their like, and what its own processes run."""
        for call in self._calls:
            words = {word.arg: word.value for word in call.keywords}
            given = [words[name] for name in ("target", "initializer", "func", "fn") if name in words]
            if called(call) in _THREADS:
                continue
            if called(call) in _TAKES_FUNCTIONS and isinstance(call.func, ast.Attribute):
                given += call.args[:1]
            yield from (lines for value in given for lines in self._lines_given(value))
        for node in self._nodes:
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Process") for base in node.bases):
                yield from (_lines(each) for each in node.body if getattr(each, "name", "") == "run")

    def _lines_given(self, value: ast.expr) -> Iterator[Lines]:
        """The lines of a function that is given as a value: by its name, as a method, in a ``partial``, as it is."""
        name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
        if name in self._functions:
            yield _lines(self._functions[name])
        elif isinstance(value, ast.Call) and called(value) == "partial" and value.args:
            yield from self._lines_given(value.args[0])
        elif isinstance(value, ast.Lambda):
            yield _lines(value)

    def _with_functions(self, lines: Lines) -> Lines:
        """These lines, and the functions that are named nowhere else."""
        found = set(lines)
        naming: defaultdict[int, list[str]] = defaultdict(list)  # by line
        left: dict[str, set[int]] = {}
        for name in self._functions:
            left[name] = {n.lineno for n in self._uses.get(name, ()) if isinstance(n.ctx, ast.Load)}
            left[name] |= self._methods[name]
            for line in left[name]:
                naming[line].append(name)
        ahead = list(found)
        while ahead:
            line = ahead.pop()
            for name in naming.get(line, ()):
                left[name].discard(line)
                if not left[name]:
                    more = _lines(self._functions[name]) - found
                    found |= more
                    ahead += more
        return frozenset(found)

    def _statement(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, ast.stmt) and node in self._parents:
            node = self._parents[node]
        return node

    def is_certain(self, use: ast.AST, lines: Lines) -> bool:
        """Whether the statement is executed whenever these lines are: nothing among them has it inside."""
        above = self._parents.get(self._statement(use))
        while above is not None and not isinstance(above, ast.Module):
            is_inside = getattr(above, "lineno", 0) in lines
            if is_inside and isinstance(above, (*_LOOPS, ast.If, ast.Try, ast.FunctionDef, ast.Match)):
                return False
            above = self._parents.get(above)
        return True

    def _is_of_loop(self, use: ast.Name) -> bool:
        node: ast.AST = use
        while node in self._parents and isinstance(self._parents[node], ast.Tuple | ast.List | ast.Starred):
            node = self._parents[node]
        above = self._parents.get(node)
        return isinstance(above, ast.For | ast.comprehension) and above.target is node

    def _is_from_fork(self, use: ast.Name) -> bool:
        calls = [n for n in ast.walk(self._statement(use)) if isinstance(n, ast.Call)]
        simple = isinstance(self._statement(use), ast.Assign | ast.AnnAssign)
        named = isinstance(self._parents.get(use), ast.NamedExpr)
        return (simple or named) and any(
            called(call) in ("fork", "wait", "waitpid", "wait3", "wait4") for call in calls
        )


def _lines(node: ast.AST) -> Lines:
    start, stop = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    return frozenset(range(start, stop + 1))


def _block_lines(block: list[ast.stmt]) -> Lines:
    return frozenset(line for statement in block for line in _lines(statement))


def _is_childs(test: ast.expr) -> bool:
    """Whether a test of what ``os.fork`` returned holds in the child, where that is 0."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return not _is_childs(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return isinstance(test.ops[0], ast.Eq | ast.LtE | ast.Is | ast.Lt)
    return False


def _leaves(statement: ast.stmt) -> bool:
    """Whether the last statement of a branch ends the process, as far as one can see."""
    if isinstance(statement, ast.Try):
        return any(_leaves(block[-1]) for block in (statement.finalbody, statement.body) if block)
    if isinstance(statement, ast.With):
        return _leaves(statement.body[-1])
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(statement, ast.Raise) or (isinstance(call, ast.Call) and called(call) in _LEAVES)
