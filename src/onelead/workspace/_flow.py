"""Who looks after which account, as a flow of least cost: exact, whole accounts, and quick at a hundred thousand accounts.

Each account sends one unit to one person or to nobody, each person takes as many as the capacity says. Such a flow has a best answer in whole
numbers (Ahuja, Magnanti and Orlin, Network Flows, 1993, chapter 9); the solver is OR-tools' SimpleMinCostFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

STEPS = 10**9
"""Worths are rounded to so many steps of the largest one: the solver counts in whole numbers."""


def most_worth(accounts: Ints, people: Ints, worth: Floats, stays: Flags, capacity: Ints, count: int) -> Ints:
    """The person of each of ``count`` accounts, -1 for nobody, with the largest sum of ``worth`` that ``capacity`` allows.

    ``accounts``, ``people`` and ``worth`` (0 or more) are the arcs: who may take what, and what it would then be worth. Of equally good
    answers one that leaves accounts where ``stays`` says they are. An account without a place goes to nobody; one that is worth nothing still
    goes to somebody while there is room.
    """
    from ortools.graph.python import min_cost_flow  # 80 MB that only this question needs

    nobody = count + len(capacity)
    largest = float(worth.max()) if len(worth) else 0.0
    gains = 1 + stays + 2 * np.rint(worth / (largest or 1.0) * STEPS).astype(np.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(accounts, count + people, np.ones(len(accounts), np.int64), -gains)
    every, each = np.arange(count), np.arange(len(capacity))
    flow.add_arcs_with_capacity_and_unit_cost(count + each, np.full(len(capacity), nobody), capacity, np.zeros(len(capacity), np.int64))
    flow.add_arcs_with_capacity_and_unit_cost(every, np.full(count, nobody), np.ones(count, np.int64), np.zeros(count, np.int64))
    flow.set_nodes_supplies(np.append(every, nobody), np.append(np.ones(count, np.int64), -count))
    if (status := flow.solve()) != flow.OPTIMAL:
        raise RuntimeError(f"the flow has no best answer: {status}")  # every account can go to nobody: there always is one
    chosen = np.full(count, -1, np.int64)
    used = flow.flows(arcs) > 0
    chosen[accounts[used]] = people[used]
    return chosen
