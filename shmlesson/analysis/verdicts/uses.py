"""Uses: where a program reads a plain variable, and where it changes it.

A variable is named as a run reports it: ``count`` is the module's, ``locals 12 count`` that of the function that begins
in line 12, ``attributes count box`` the attribute of an object that stands in ``box``. There is no flow analysis, but
that it is followed what has been received from another process.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from .source import Lines, Source
from .syntax import Binding, Syntax, called, head_of

_Use = ast.Name | ast.Attribute
_RECEIVING = frozenset(
    {
        *(
            "recv",
            "recv_bytes",
            "recvfrom",
            "recvmsg",
            "get",
            "get_nowait",
            "read",
            "readline",
            "readlines",
            "readinto",
        ),
        *("wait", "wait3", "wait4", "waitpid", "waitid", "result", "results", "as_completed", "communicate"),
        *("map", "starmap", "imap", "imap_unordered", "apply", "submit", "apply_async", "map_async", "starmap_async"),
        *("load", "loads", "read_text", "read_bytes", "check_output", "unpack", "unpack_from", "from_bytes"),
    }
)
_RECEIVED = frozenset({"exitcode", "returncode", "value", "stdout"})


class Uses:
    """The uses of the variables of a program."""

    def __init__(self, syntax: Syntax, source: Source) -> None:
        self._syntax, self._source = syntax, source
        self._names: defaultdict[str, list[ast.Name]] = defaultdict(list)
        self._attributes: defaultdict[str, list[ast.Attribute]] = defaultdict(list)
        for node in syntax.nodes:
            if isinstance(node, ast.Name):
                self._names[node.id].append(node)
            elif isinstance(node, ast.Attribute):
                self._attributes[node.attr].append(node)
        self._found: dict[str, list[_Use]] = {}
        self._received: frozenset[Binding] | None = None

    def of(self, what: str) -> list[_Use]:
        """All uses, in the order of their lines; none of what is no plain variable."""
        if what not in self._found:
            self._found[what] = sorted(self._find(what), key=lambda use: (use.lineno, _is_set(use), use.col_offset))
        return self._found[what]

    def _find(self, what: str) -> Iterator[_Use]:
        sort, _, rest = what.partition(" ")
        first, _, name = rest.partition(" ")
        if not rest:
            yield from (use for use in self._of_name(what) if self._syntax.binding(what, use)[0] is None)
        elif sort == "locals":
            yield from (use for use in self._of_name(name) if self._begins(self._syntax.binding(name, use)[0], first))
        else:
            yield from (use for use in self._attributes[first] if not self._is_of_another(use, name))

    def _of_name(self, name: str) -> list[ast.Name]:
        return self._names[name] if self._source.is_plain(name) else []

    def _begins(self, function: ast.AST | None, line: str) -> bool:
        first = min((n.lineno for n in getattr(function, "decorator_list", ())), default=getattr(function, "lineno", 0))
        return str(first) == line

    def _is_of_another(self, use: ast.Attribute, root: str) -> bool:
        """Whether it is the attribute of what clearly stands in another variable."""
        base = use.value
        if not isinstance(base, ast.Name) or base.id in (root, "self", "cls"):
            return False
        function, _ = self._syntax.binding(base.id, base)
        stores = [n for n in self._names[base.id] if isinstance(n.ctx, ast.Store)]
        return function is None and any(isinstance(self._syntax.parents.get(n), ast.Assign) for n in stores)

    def first_read(self, what: str, lines: Lines) -> tuple[int, str] | None:
        """The first of these lines that reads it before it has been set anew there for certain; and its name there."""
        for use in self.of(what):
            if use.lineno not in lines:
                continue
            if self._is_read(use):
                return use.lineno, ast.unparse(use)
            if _is_set(use) and not self._is_added_to(use) and self._source.is_certain(use, lines):
                return None
        return None

    def changes(self, what: str, lines: Lines) -> list[_Use]:
        """Where it is set or changed in these lines."""
        return [use for use in self.of(what) if use.lineno in lines and self._is_change(use)]

    def may_change(self, what: str, lines: Lines) -> bool:
        """Whether it is changed in these lines, or given to a function there, which may do it."""
        return any(use.lineno in lines and (self._is_change(use) or self._is_given(use)) for use in self.of(what))

    def reads_its_own(self, what: str, lines: Lines) -> bool:
        """Whether whoever changes it in these lines uses it there itself, afterwards."""
        first = min((use.lineno for use in self.changes(what, lines)), default=0)
        there = (use for use in self.of(what) if use.lineno in lines and use.lineno >= first)
        return any(self._is_read(use) and not self._is_added_to(use) for use in there)

    def receives(self, use: _Use) -> bool:
        """Whether what is put in there comes from another process."""
        if self._received is None:
            self._received = self._find_received()
        return self._has_received(self._syntax.statement(use), self._received)

    def is_polled(self, line: int) -> bool:
        """Whether a loop reads it again and again."""
        return any(
            isinstance(node, ast.While)
            for statement in self._syntax.statements_at(line)
            for node in (statement, *self._syntax.above(statement))
        )

    def _find_received(self) -> frozenset[Binding]:
        """The names that get what another process has sent."""
        found: set[Binding] = set()
        before = -1
        while before < len(found):
            before = len(found)
            for statement in self._syntax.statements:
                if self._has_received(statement, found):
                    found |= {
                        self._syntax.binding(node.id, node)
                        for node in head_of(statement)
                        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                    }
        return frozenset(found)

    def _has_received(self, statement: ast.AST, names: set[Binding] | frozenset[Binding]) -> bool:
        for node in head_of(statement):
            if isinstance(node, ast.Call) and called(node) in _RECEIVING:
                return True
            if isinstance(node, ast.Attribute) and node.attr in _RECEIVED:
                return True
        read = [n for n in head_of(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        return bool(names) and any(self._syntax.binding(name.id, name) in names for name in read)

    def _is_read(self, use: _Use) -> bool:
        """Whether its value matters there: not where something is only put in."""
        if self._is_added_to(use):
            return True
        return isinstance(use.ctx, ast.Load) and not self._is_change(use) and not self._is_base(use)

    def _is_base(self, use: _Use) -> bool:
        """Whether it is only the object of an attribute that is set."""
        above = self._syntax.parents.get(use)
        return isinstance(above, ast.Attribute) and not isinstance(above.ctx, ast.Load)

    def _is_change(self, use: _Use) -> bool:
        if not isinstance(use.ctx, ast.Load):
            return True
        node: ast.AST = use
        above = self._syntax.parents.get(node)
        while isinstance(above, ast.Subscript) and above.value is node:
            if not isinstance(above.ctx, ast.Load):
                return True
            node, above = above, self._syntax.parents.get(above)
        if not isinstance(above, ast.Attribute):
            return False
        call = self._syntax.parents.get(above)
        return (
            isinstance(call, ast.Call) and call.func is above and isinstance(self._syntax.parents.get(call), ast.Expr)
        )

    def _is_added_to(self, use: _Use) -> bool:
        """Whether it is read and set at once, as by ``+=``."""
        node: ast.AST = use
        above = self._syntax.parents.get(node)
        while isinstance(above, ast.Subscript) and above.value is node:
            node, above = above, self._syntax.parents.get(above)
        return isinstance(above, ast.AugAssign) and above.target is node

    def _is_given(self, use: _Use) -> bool:
        above = self._syntax.parents.get(use)
        return isinstance(above, ast.Call | ast.keyword | ast.Starred)


def _is_set(use: _Use) -> bool:
    return not isinstance(use.ctx, ast.Load)
