"""The learner's copy: whole, its lessons without outputs, trusted, and never overwritten."""

import contextlib
import datetime
import json
import shutil

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.sign import NotebookNotary

from shmlesson.command import working_copy
from shmlesson.command.working_copy import FIRST, is_lesson, originals, prepare
from shmlesson.course.record_file import NAME

TODAY = datetime.date.today().isoformat()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own, so that nothing is signed in the user's, and nobody else's server is found."""
    for name in ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


def trusted(path):
    notary = NotebookNotary()
    with contextlib.closing(notary.store):
        return notary.check_signature(nbformat.read(path, as_version=4))


def copied_as(original):
    """What a copy should be, but for the version of Python: for a lesson without what it showed when it was run."""
    notebook = without_version(original)
    for cell in notebook.cells if original.name[0].isdigit() else ():
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def without_version(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info.pop("version", None)
    return notebook


def as_older_versions_copied(folder):
    """A copy in which the lessons have their outputs, too."""
    folder.mkdir()
    for path in originals():
        notebook = working_copy._for_this_machine(nbformat.read(path, as_version=4))
        (folder / path.name).write_text(nbformat.v4.writes(notebook), encoding="utf-8")


def shows_something(path):
    return any(cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


def test_the_copy_has_every_notebook_and_all_are_trusted(folder):
    prepare(folder)

    assert sorted(files(folder)) == [path.name for path in originals()]
    assert [path.name for path in originals() if copied_as(path) != without_version(folder / path.name)] == []
    assert all(trusted(folder / path.name) for path in originals())
    assert FIRST in files(folder)


def test_what_answers_questions_is_not_in_the_copy_and_what_is_looked_up_is(folder):
    prepare(folder)

    names = [path.name for path in originals()]
    assert [name for name in names if is_lesson(name) and shows_something(folder / name)] == []
    assert shows_something(folder / "look_up_a_verdict.ipynb")
    assert [name for name in names if is_lesson(name) and not shows_something(originals()[0].with_name(name))] == []


def test_a_copy_of_an_older_version_keeps_its_outputs_and_is_trusted(folder):
    as_older_versions_copied(folder)
    before = files(folder)

    prepare(folder)

    assert files(folder) == before
    assert shows_something(folder / FIRST)
    assert all(trusted(folder / path.name) for path in originals())


def test_a_copy_says_of_its_kernel_what_jupyterlab_would_write_into_it_on_opening(folder):
    prepare(folder)
    spec = KernelSpecManager().get_kernel_spec("python3")

    kernelspec = {"name": "python3", "display_name": spec.display_name, "language": spec.language}
    metadata = [nbformat.read(folder / path.name, as_version=4).metadata for path in originals()]
    assert [each.kernelspec for each in metadata if each.kernelspec != kernelspec] == []
    assert [each.language_info for each in metadata if each.language_info != IPythonKernel.language_info] == []


def test_the_originals_are_not_trusted_by_that_and_not_changed(folder):
    before = [path.read_bytes() for path in originals()]

    prepare(folder)

    assert [path.read_bytes() for path in originals()] == before
    assert not trusted(originals()[0])


def test_what_is_there_stays_and_what_is_missing_comes_back(folder):
    prepare(folder)
    (folder / FIRST).write_text("mine")
    (folder / "notes.txt").write_text("mine too")
    (folder / "01_map_a_block.ipynb").unlink()

    copy = prepare(folder)

    assert (folder / FIRST).read_text() == "mine"
    assert (folder / "notes.txt").read_text() == "mine too"
    assert trusted(folder / "01_map_a_block.ipynb")
    assert copy.said == (f"New in {folder}: 1 notebook.",)


def test_a_second_time_nothing_is_done_and_nothing_said(folder):
    prepare(folder)
    before = files(folder)

    copy = prepare(folder)

    assert (copy.said, files(folder)) == ((), before)


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Originals that may be changed, as by a new version of the package."""
    shutil.copytree(originals()[0].parent, tmp_path / "published")
    monkeypatch.setattr(working_copy, "_HOMES", (tmp_path / "published",))
    return tmp_path / "published"


def test_it_is_said_each_time_which_originals_are_newer_and_the_copy_stays(folder, published):
    prepare(folder)
    (published / FIRST).write_text((published / FIRST).read_text().replace("Start here", "Begin here"))
    before = files(folder)

    said = [prepare(folder).said for _ in range(2)]

    sentence = f"Newer than yours: {FIRST}. With --fresh (make fresh) you get new ones, and keep yours beside them."
    assert said == [(sentence,), (sentence,)]
    assert files(folder) == before
    assert len(prepare(folder, fresh=True).said) == 2
    assert prepare(folder).said == ()


def test_a_new_original_is_added_to_the_copy(folder, published):
    prepare(folder)
    shutil.copy(published / FIRST, published / "07_one_more.ipynb")

    assert prepare(folder).said == (f"New in {folder}: 1 notebook.",)
    assert trusted(folder / "07_one_more.ipynb")


def test_a_notebook_that_somebody_changed_is_not_signed(folder):
    prepare(folder)
    notebook = json.loads((folder / FIRST).read_text())
    notebook["cells"][0]["source"] = ["<script>alert(1)</script>"]
    (folder / FIRST).write_text(json.dumps(notebook))

    prepare(folder)

    assert not trusted(folder / FIRST)


@pytest.mark.parametrize("note", [b"", b'{"00_st', b"[]", b"\xff"])
def test_a_note_of_what_was_copied_that_is_spoilt_does_not_keep_the_notebooks_shut(folder, note):
    prepare(folder)
    (folder / working_copy._NOTE).write_bytes(note)
    (folder / FIRST).unlink()

    assert prepare(folder).said == (f"New in {folder}: 1 notebook.",)
    assert trusted(folder / FIRST)


def test_a_notebook_that_cannot_be_read_any_more_is_left_as_it_is(folder):
    prepare(folder)
    (folder / FIRST).write_bytes(b"\xff\xfe half")

    assert prepare(folder).said == ()
    assert (folder / FIRST).read_bytes() == b"\xff\xfe half"


def test_fresh_keeps_the_old_copy_beside_the_new_one_each_time(folder):
    for text in ("first", "second"):
        prepare(folder)
        (folder / FIRST).write_text(text)
        said = prepare(folder, fresh=True).said

    old = [folder.with_name(f"work-{TODAY}-{number}") for number in (1, 2)]
    assert [(path / FIRST).read_text() for path in old] == ["first", "second"]
    assert trusted(folder / FIRST)
    assert said[0] == f"Your earlier notebooks are in {old[1]} now."


def test_fresh_takes_along_what_was_shown_so_far(folder):
    prepare(folder)
    (folder / NAME).write_text("{}")

    prepare(folder, fresh=True)

    assert (folder / NAME).read_text() == "{}"


def test_fresh_where_nothing_is_there_yet_only_makes_the_copy(folder, tmp_path):
    prepare(folder, fresh=True)

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("work")] == ["work"]


def test_fresh_is_refused_while_jupyterlab_is_open_there(folder, monkeypatch):
    prepare(folder)
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: [{"root_dir": str(folder)}])

    with pytest.raises(OSError, match=f"^JupyterLab is open on {folder}, .* shut it down first$"):
        prepare(folder, fresh=True)

    assert trusted(folder / FIRST)


def test_an_empty_folder_may_be_filled(folder):
    folder.mkdir()

    prepare(folder)

    assert FIRST in files(folder)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_of_other_things_is_left_alone(folder, fresh):
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")

    with pytest.raises(FileExistsError, match=r"has other things in it and none of the notebooks: name a new folder$"):
        prepare(folder, fresh=fresh)

    assert files(folder) == {"thesis.tex": b"years of work"}


def test_what_is_hidden_in_a_folder_does_not_make_it_somebody_elses(folder):
    prepare(folder)
    for path in folder.glob("*.ipynb"):
        path.unlink()

    prepare(folder)

    assert FIRST in files(folder)


def test_a_file_is_left_alone(folder):
    folder.write_text("a file")

    with pytest.raises(FileExistsError, match=r"is a file: name a folder$"):
        prepare(folder)

    assert folder.read_text() == "a file"


def test_the_originals_cannot_be_the_copy():
    with pytest.raises(FileExistsError, match=r"has the originals: name another folder for your copy$"):
        prepare(originals()[0].parent, fresh=True)


def test_an_installation_without_notebooks_says_so(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(working_copy, "_HOMES", (tmp_path / "nowhere",))

    with pytest.raises(FileNotFoundError, match=r"install shmlesson again$"):
        prepare(folder)

    assert not folder.exists()


def test_a_link_between_notebooks_leads_to_one_in_the_copy(folder):
    prepare(folder)
    cells = [cell for path in originals() for cell in nbformat.read(path, as_version=4).cells]

    assert [cell.source for cell in cells if "](../" in cell.source] == []
