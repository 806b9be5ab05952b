"""Names for accounts, whether each learner can have one of their own, and that all a learner has started is ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import accounts
from address import ports, shown
from projector import page


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("anna", "anna"),
        ("Anna", "anna"),
        ("Zoë B.", "zoe-b"),
        ("  Jean-Luc  ", "jean-luc"),
        ("a/../b", "a-b"),
        ("007 Bond", "bond"),
        ("root; rm -rf", "root-rm-rf"),
        ("x" * 40, "x" * 16),
        ("fifteen-letters-", "fifteen-letters"),
        ("安娜", ""),
        ("", ""),
    ],
)
def test_a_name_becomes_one_for_an_account(typed, name):
    assert accounts.name_from(typed) == name


def test_a_name_that_is_one_stays_as_it_is():
    for typed in ("Zoë B.", "x" * 40, "fifteen-letters-x"):
        assert accounts.name_from(accounts.name_from(typed)) == accounts.name_from(typed)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A file in a folder that others may enter, as if that began at the root."""
    file = tmp_path / "outer" / "inner" / "file"
    file.parent.mkdir(parents=True)
    file.write_text("")
    for path in (file.parent.parent, file.parent):
        path.chmod(0o755)
    file.chmod(0o644)
    above = set(tmp_path.parents) | {tmp_path}
    monkeypatch.setattr(accounts, "_may_be_entered", lambda folder: folder in above or bool(folder.stat().st_mode & 1))
    return file


def test_what_others_may_reach_is_open(tree):
    assert accounts.closed([tree]) is None


@pytest.mark.parametrize(("which", "mode"), [(0, 0o640), (1, 0o750), (2, 0o700)])
def test_what_others_may_not_reach_is_named(tree, which, mode):
    path = [tree, *tree.parents][which]
    path.chmod(mode)

    assert accounts.closed([tree]) == path


def test_a_link_is_as_closed_as_what_it_leads_to(tree, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tree)
    tree.parent.chmod(0o700)

    assert accounts.closed([link]) == tree.parent


def test_who_is_not_root_is_told_what_is_not_kept_apart(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert not accounts.may_make_users()
    assert accounts.not_apart() == (
        "All learners share one account, so any of them can read, change and stop what another has: "
        "start the class as root to give each a user of their own."
    )


def test_root_is_told_which_folder_is_closed(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "closed", lambda paths: Path("/root"))

    assert not accounts.may_make_users()
    assert accounts.not_apart().endswith(
        "and that account is root: other users may not enter /root, so install it elsewhere, as in /opt."
    )


def test_everything_that_a_learner_has_started_is_ended_and_nobody_elses():
    """Known by the name in the environment, where learners have no users of their own."""
    program = "import os, time; os.fork(); os.write(1, b'1\\n'); time.sleep(600)"
    hers, his = (
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "JUPYTERHUB_USER": name},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        for name in ("test-ada", "test-ada-b")
    )
    for process in (hers, his):
        assert [process.stdout.readline() for _ in range(2)] == [b"1\n"] * 2  # both of the fork are there

    accounts.end_all("test-ada", None)

    try:
        assert (accounts.processes("test-ada", None), hers.wait(10)) == ([], -9)
        assert len(accounts.processes("test-ada-b", None)) == 2
    finally:
        accounts.end_all("test-ada-b", None)
        assert his.wait(10) == -9
        hers.stdout.close()
        his.stdout.close()


def test_the_temporary_folder_of_a_learner_is_removed_and_nobody_elses():
    hers, his = (Path(accounts.make_temporary(name)) for name in ("test-ada", "test-ada-b"))
    (hers / "file").write_text("")

    accounts.end_all("test-ada", None)

    assert (hers.exists(), his.exists()) == (False, True)
    his.rmdir()


@pytest.mark.parametrize(
    ("listens", "said"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://class.example.org", "https://class.example.org"),
    ],
)
def test_the_projector_shows_the_address_at_which_the_class_listens(listens, said):
    assert shown(listens) == said


def test_where_it_listens_on_everything_the_projector_shows_an_address_of_this_machine():
    assert "0.0.0.0" not in shown("http://0.0.0.0:8123/")
    assert shown("http://0.0.0.0:8123/").endswith(":8123/")


def test_three_ports_in_a_row_are_used():
    assert ports("http://127.0.0.1:9000") == (9001, 9002)


def test_what_is_typed_stands_on_the_projectors_page_as_it_is():
    html = page("http://a.example/?x=1&y", "fork-<b>-12")

    assert "http://a.example/?x=1&amp;y" in html
    assert "fork-&lt;b&gt;-12" in html
