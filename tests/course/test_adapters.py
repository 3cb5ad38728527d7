"""Which adapters a sandbox imports beforehand."""

from __future__ import annotations

from conftest import COURSE


def test_adapters_of_exercises_that_need_no_other_package_come_first_and_only_once() -> None:
    plain, all_of_them = COURSE.adapters(()), COURSE.adapters(("torch",))
    used = {item.adapter.rpartition(".")[0] for item in COURSE.exercises() if item.adapter}
    assert sorted(all_of_them) == sorted(f"helpers.adapters.{module}" for module in used)
    needing = {item.adapter.rpartition(".")[0] for item in COURSE.exercises() if item.adapter and item.requires}
    assert needing and not {f"helpers.adapters.{module}" for module in needing} & set(plain)
