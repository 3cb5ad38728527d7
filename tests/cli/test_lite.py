"""`autograder lite` replaces only what it has made itself."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from autograder.cli.commands import app


def test_a_folder_with_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("chapter 1")
    done = CliRunner().invoke(app, ["lite", "--out", str(tmp_path)])
    assert done.exit_code == 1 and "choose another folder" in " ".join(done.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"] and thesis.read_text() == "chapter 1"


def test_a_file_in_its_place_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    done = CliRunner().invoke(app, ["lite", "--out", str(file)])
    assert done.exit_code == 1 and "Not a directory" in done.output
    assert file.read_text() == "mine"
