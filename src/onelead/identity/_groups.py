"""Union-find whose groups may be kept apart: what a person called different never comes together by any chain of links."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onelead.identity._types import Node


class Groups:
    """Groups of nodes. The root of a group is its smallest node, so that the order of unions does not show."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._parent: dict[Node, Node] = {node: node for node in nodes}
        self._members: dict[Node, list[Node]] = {}
        self._enemies: dict[Node, set[Node]] = {}

    def __contains__(self, node: Node) -> bool:
        return node in self._parent

    def add(self, node: Node) -> None:
        """Make ``node`` a group of its own unless it is known."""
        self._parent.setdefault(node, node)

    def find(self, node: Node) -> Node:
        """The root of the node's group."""
        root = node
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[node] != root:
            self._parent[node], node = root, self._parent[node]
        return root

    def members(self, node: Node) -> list[Node]:
        """All nodes of the node's group."""
        root = self.find(node)
        return self._members.get(root, [root])

    def keep_apart(self, left: Node, right: Node) -> bool:
        """Forbid that two nodes come together; False where they are together already."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return False
        self._enemies.setdefault(one, set()).add(right)
        self._enemies.setdefault(other, set()).add(left)
        return True

    def apart(self, left: Node, right: Node) -> bool:
        """Whether a decision keeps the groups of two nodes apart."""
        one, other = self.find(left), self.find(right)
        return any(self.find(enemy) == other for enemy in self._enemies.get(one, ()))

    def join(self, left: Node, right: Node) -> bool:
        """Put two groups together; False where they must stay apart."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return True
        if self.apart(one, other):
            return False
        root, leaf = (one, other) if one < other else (other, one)
        together = [*self._members.pop(root, [root]), *self._members.pop(leaf, [leaf])]
        self._members[root] = together
        self._parent[leaf] = root
        if leaf in self._enemies:
            self._enemies.setdefault(root, set()).update(self._enemies.pop(leaf))
        return True

    def all(self) -> dict[Node, list[Node]]:
        """Root → members, sorted."""
        found: dict[Node, list[Node]] = {}
        for node in sorted(self._parent):
            found.setdefault(self.find(node), []).append(node)
        return found
