"""The oracle: what may come of a call, and what the processes of ``share`` should see, from plain ``bytes``."""

from shmlesson import share
from shmlesson.analysis.run import Run
from shmlesson.errors import ShmlessonError
from shmlesson.views.text import sentences

LONGEST_SENTENCE = 500  # characters


def outcome(call, *allowed):
    """What came of a call: a run or orders that can be shown, or an error of one sentence; any other is raised."""
    try:
        came = call()
        return type(came).__name__ if (sentences.story(came) if isinstance(came, Run) else str(came)) else "nothing"
    except (ShmlessonError, *allowed) as error:
        _check_sentence(str(error))
        return type(error).__name__


def all_came(outcomes):
    """What came of several calls, each outcome once."""
    return " + ".join(sorted(set(outcomes)))


def _check_sentence(text):
    assert text, "an error that says nothing"
    assert "\n" not in text, f"an error of several lines: {text[:200]!r}"
    assert len(text) <= LONGEST_SENTENCE, f"an error of {len(text)} characters: {text[:200]!r}"


def right_share(settings):
    """The run, once what its processes saw and wrote is what plain ``bytes`` say it should be."""
    run = share(**settings)
    writer, reader = (run.parent, run.child) if settings["writer"] == "parent" else (run.child, run.parent)
    zeros, written = bytes(settings["size"]), _byte(settings["fill"]) * settings["size"]
    assert _bytes(writer.wrote) == written, f"it wrote {writer.wrote}"
    assert _bytes(reader.saw) == _should_see(settings, zeros, written) or _is_mixed(settings, reader.saw), reader.saw
    return run


def _byte(fill):
    return fill.encode() if isinstance(fill, str) else bytes([fill])


def _bytes(contents):
    return b"".join(bytes([byte]) * length for _, length, byte in contents.runs)


def _should_see(settings, zeros, written):
    return written if _is_shared(settings) and not _races(settings) else zeros


def _is_mixed(settings, saw):
    """Whether a reader that did not wait has seen a block that was being written."""
    bytes_seen = {byte for *_, byte in saw.runs}
    return _is_shared(settings) and _races(settings) and bytes_seen <= {0, _byte(settings["fill"])[0]}


def _is_shared(settings):
    return settings["memory"] == "shared" and settings["made"] == "before"


def _races(settings):
    return settings["wait"] in ("none", "sleep")
