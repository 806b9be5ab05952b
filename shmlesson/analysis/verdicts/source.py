"""Source: which lines of a program only a child executes, which only its parent, and what they do there.

It is read, never run, and there is no flow analysis: the branches of the ``if`` on what ``os.fork`` returned, and the
function that is given to ``Process``, with the functions that are called from there alone. These are good guesses, and
no verdict rests on them alone.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

_LEAVES = frozenset({"_exit", "exit", "abort", "execv", "execvp", "execve", "execl", "execlp"})
_RELEASING = {
    "pipe": frozenset({"write", "send", "send_bytes", "sendall", "put", "writelines", "writev", "dump"}),
    "semaphore": frozenset({"release"}),
    "lock": frozenset({"release"}),
    "event": frozenset({"set"}),
    "condition": frozenset({"notify", "notify_all"}),
}
_LONGEST_CALL = 40  # characters
_NEVER_WAIT = frozenset(
    {"print", "len", "str", "int", "float", "bool", "bytes", "repr", "range", "decode", "strip", "split"}
)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
Lines = frozenset[int]


class Source:
    """What the text of a program shows of its forks; nothing, if Python cannot parse it."""

    def __init__(self, text: str) -> None:
        try:
            self._tree = ast.parse(text)
        except (SyntaxError, ValueError):
            self._tree = ast.Module([], [])
        self._nodes = list(ast.walk(self._tree))
        self._parents = {child: node for node in self._nodes for child in ast.iter_child_nodes(node)}
        self._functions = {n.name: n for n in self._nodes if isinstance(n, ast.FunctionDef)}
        self._loops = [n for n in self._nodes if isinstance(n, _LOOPS)]
        self._calls = [n for n in self._nodes if isinstance(n, ast.Call)]
        self._uses: defaultdict[str, list[ast.Name]] = defaultdict(list)
        for node in self._nodes:
            if isinstance(node, ast.Name):
                self._uses[node.id].append(node)
        aliases = [n for n in self._nodes if isinstance(n, ast.alias)]
        self._imported = {name for n in aliases for name in (n.asname, n.name)}
        self._own: dict[ast.AST, frozenset[str]] = {}
        self._all = frozenset(line for node in self._tree.body for line in _lines(node))
        self._targets = frozenset().union(*map(self._function_lines, self._target_names()))
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
        return any(call.lineno in lines and _called(call) in _RELEASING.get(at, ()) for call in self._calls)

    def call(self, line: int | None, name: str) -> str:
        """The function with this ``name`` that is called in this line, or the only one, as the program writes it.

        Empty where that is not clear, or long.
        """
        calls = [call for call in self._calls if call.lineno <= (line or 0) <= (call.end_lineno or 0)]
        named = [call for call in calls if _called(call) == name]
        if not named:
            waiting = [call for call in calls if _called(call) not in _NEVER_WAIT]
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

    def uses(self, name: str) -> bool:
        """Whether the name stands in the program."""
        return name in self._uses

    def first_read(self, name: str, lines: Lines) -> int | None:
        """The first of these lines that reads the global variable before it has been set anew there for certain."""
        uses = self._uses_in(name, lines)
        for use in sorted(uses, key=lambda n: (n.lineno, self._statement_stores(n))):
            if self._is_local(use):
                continue
            if isinstance(use.ctx, ast.Load) or isinstance(self._parents[use], ast.AugAssign):
                return use.lineno
            if self._is_certain(use, lines):
                return None
        return None

    def changed_lines(self, name: str, lines: Lines) -> list[int]:
        """Those of these lines that set or change the global variable."""
        uses = self._uses_in(name, lines)
        return sorted({n.lineno for n in uses if not self._is_local(n) and self._changes(n)})

    def is_plain(self, name: str) -> bool:
        """Whether the name is one that a program keeps values in: not a loop's, not a process ID, no function."""
        if name in self._imported or name in self._functions:
            return False
        stores = (node for node in self._uses.get(name, ()) if isinstance(node.ctx, ast.Store))
        return not any(self._is_of_loop(node) or self._is_from_fork(node) for node in stores)

    def _uses_in(self, name: str, lines: Lines) -> list[ast.Name]:
        return [node for node in self._uses.get(name, ()) if node.lineno in lines]

    def _branch(self, fork: int) -> tuple[Lines, Lines]:
        if fork not in self._branches:
            self._branches[fork] = self._find_branch(fork)
        return self._branches[fork]

    def _find_branch(self, fork: int) -> tuple[Lines, Lines]:
        """What the test of the fork's result sets apart; a ``Process`` has its function, its parent the rest."""
        calls = [call for call in self._calls if call.lineno == fork and _called(call) == "fork"]
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

    def _target_names(self) -> set[str]:
        """The functions that are given to ``Process`` and its like."""
        given = [word.value for call in self._calls for word in call.keywords if word.arg == "target"]
        return {value.id for value in given if isinstance(value, ast.Name)}

    def _function_lines(self, name: str) -> Lines:
        function = self._functions.get(name)
        return self._with_functions(_lines(function)) if function else frozenset()

    def _with_functions(self, lines: Lines) -> Lines:
        """These lines, and the functions that are named nowhere else."""
        found = set(lines)
        naming: defaultdict[int, list[str]] = defaultdict(list)  # by line
        left: dict[str, set[int]] = {}
        for name in self._functions:
            left[name] = {n.lineno for n in self._uses.get(name, ()) if isinstance(n.ctx, ast.Load)}
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

    def _statement_stores(self, use: ast.Name) -> bool:
        return isinstance(use.ctx, ast.Store)

    def _is_certain(self, use: ast.Name, lines: Lines) -> bool:
        """Whether the statement is executed whenever these lines are: nothing among them has it inside."""
        above = self._parents.get(self._statement(use))
        while above is not None and not isinstance(above, ast.Module):
            is_inside = getattr(above, "lineno", 0) in lines
            if is_inside and isinstance(above, (*_LOOPS, ast.If, ast.Try, ast.FunctionDef, ast.Match)):
                return False
            above = self._parents.get(above)
        return True

    def _is_local(self, use: ast.Name) -> bool:
        """Whether the name is a function's own there."""
        above: ast.AST | None = use
        while above is not None and not isinstance(above, ast.FunctionDef | ast.Lambda):
            above = self._parents.get(above)
        if above is None:
            return False
        if above not in self._own:
            self._own[above] = _own_names(above)
        return use.id in self._own[above]

    def _changes(self, use: ast.Name) -> bool:
        if isinstance(use.ctx, ast.Store | ast.Del):
            return True
        above = self._parents.get(use)
        if isinstance(above, ast.Attribute):
            return isinstance(above.ctx, ast.Store) or isinstance(self._parents.get(above), ast.Call)
        return isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Store | ast.Del)

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
            _called(call) in ("fork", "wait", "waitpid", "wait3", "wait4") for call in calls
        )


def _own_names(function: ast.AST) -> frozenset[str]:
    """The names that are a function's own."""
    inside = list(ast.walk(function))
    own = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    others = {name for n in inside if isinstance(n, ast.Global) for name in n.names}
    return frozenset((own | {n.arg for n in inside if isinstance(n, ast.arg)}) - others)


def _lines(node: ast.AST) -> Lines:
    start, stop = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    return frozenset(range(start, stop + 1))


def _block_lines(block: list[ast.stmt]) -> Lines:
    return frozenset(line for statement in block for line in _lines(statement))


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


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
    return isinstance(statement, ast.Raise) or (isinstance(call, ast.Call) and _called(call) in _LEAVES)
