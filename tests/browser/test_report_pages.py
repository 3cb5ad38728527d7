"""The assistant's pages, and a student's, in a browser: search, sorting, nothing that only works with JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sample_results import BOOK, entry, result, usual

from autograder.grading.result import ExerciseResult
from autograder.intake.collected import Person
from autograder.reports import feedback, overview, report

PEOPLE = {
    "s1": Person("s1", "Søren O'Brien"),
    "s2": Person("s2", "Zoë Müller"),
    "s3": Person("s3", "Ada Nakamura"),
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    scores = {"s1": 3.0, "s2": 0.5, "s3": 2.0}
    entries = [entry(usual(student, score=score), person=PEOPLE[student]) for student, score in scores.items()]
    entries += [
        entry(result(f"x{number:03}", ExerciseResult("conv1d", 1.0, 3, "partial"), book=BOOK)) for number in range(100)
    ]
    part = report.part_of(BOOK, entries, {})
    report.write(part, out)
    overview.write([overview.summary(part)], [item.mark for item in entries], PEOPLE, out / "report.html")
    feedback.write(entries, out)
    return out


def opened(browser: Browser, path: Path, wrong: list[str], **options: object) -> Page:
    page = browser.new_context(**{"viewport": {"width": 1000, "height": 800}} | options).new_page()  # type: ignore[arg-type]
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", ["report.html", f"report/{BOOK}.html"])
def test_a_student_is_found_by_parts_of_the_name_and_leads_to_the_feedback(
    name: str, out: Path, browser: Browser
) -> None:
    wrong: list[str] = []
    page = opened(browser, out / name, wrong)
    assert page.evaluate("document.documentElement.scrollHeight") < 3000, "a class is one box, not a long page"
    page.keyboard.press("Tab")
    page.get_by_label("Find a student").fill("MULL zoe")
    rows = page.locator("table.sortable tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(page.locator("search output")).to_have_text("1 of 103")
    rows.locator("a").first.press("Enter")
    page.wait_for_url("**/feedback/s2/*.html")
    expect(page.locator("header").first).to_contain_text("Zoë Müller")
    page.context.close()
    assert wrong == []


def test_nobody_is_kept_out(
    view: dict[str, Any], out: Path, browser: Browser, barriers: Callable[[Page], list[str]]
) -> None:
    pages = [out / "report.html", out / f"report/{BOOK}.html", next(out.glob("feedback/**/*.html"))]
    for path in pages:
        page = opened(browser, path, [], **view)
        assert barriers(page) == [], path.name


def test_the_table_is_sorted_by_a_press_on_its_heading(out: Path, browser: Browser) -> None:
    wrong: list[str] = []
    page = opened(browser, out / f"report/{BOOK}.html", wrong, color_scheme="dark")
    page.get_by_role("button", name="Points").press("Enter")
    page.get_by_role("button", name="Points").press("Enter")
    expect(page.locator("table.sortable tbody tr").first).to_contain_text("Søren O'Brien")
    page.context.close()
    assert wrong == []


def test_without_javascript_only_the_search_is_missing(out: Path, browser: Browser) -> None:
    page = opened(browser, out / "report.html", [], java_script_enabled=False)
    expect(page.locator("search")).to_be_hidden()
    expect(page.locator("table.sortable tbody tr")).to_have_count(103)
    page.context.close()
