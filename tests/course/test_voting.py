"""What is picked in a class is sent beside the notebook, which never waits for it and is told how it went."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import shmlesson.course.asking as asking
import shmlesson.course.voting as voting
from kernels import answer
from shmlesson.course import ask
from shmlesson.course.store import Store
from shmlesson.course.voting import Voting, sender

WAIT = 10  # seconds for what must come
SENT = "Your vote is with the teacher."
UNSENT = "Your vote could not be sent; your answer is kept here."


class Service:
    """Stands in for the service: takes votes, and answers with ``code``; while ``holds`` is set it answers nothing."""

    def __init__(self):
        self.votes, self.tokens, self.code, self.said = [], [], 200, {"round": 1}
        self.holds = threading.Event()
        self.go_on = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                vote = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.votes.append((self.path, vote))
                service.tokens.append(self.headers["Authorization"])
                if service.holds.is_set():
                    service.go_on.wait(WAIT)
                body = json.dumps(service.said).encode()
                self.send_response(service.code)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/votes/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        self.thread.start()

    def end(self):
        self.go_on.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def service():
    service = Service()
    yield service
    service.end()


@pytest.fixture
def told():
    """Sentences that the notebook is told, and a wait for the next one."""

    class Told(list):
        def __init__(self):
            self.news = threading.Semaphore(0)

        def __call__(self, sentence):
            self.append(sentence)
            self.news.release()

        def next(self):
            assert self.news.acquire(timeout=WAIT)
            return self[-1]

    return Told()


@pytest.fixture
def classroom(service, told):
    """A learner's store, and what is picked in it goes to the service."""
    store = Store()
    Voting(store, sender(service.url, "secret"), deadline=WAIT).show("who-gets-0", told)
    return store


def test_what_is_picked_arrives_with_how_sure_and_the_token(classroom, service, told):
    classroom.add("picked", "who-gets-0", "child", True)

    assert told.next() == SENT
    assert service.votes == [("/services/votes/vote", {"question": "who-gets-0", "option": "child", "sure": True})]
    assert service.tokens == ["token secret"]


def test_the_last_of_many_arrives_last_and_is_told_of(classroom, service, told):
    service.holds.set()
    for option in ("parent", "first", "parent", "first", "child"):
        classroom.add("picked", "who-gets-0", option)
    service.go_on.set()

    assert told.next() == SENT
    assert service.votes[-1][1]["option"] == "child"
    assert told == [SENT]


def test_only_what_is_picked_of_the_course_is_a_vote(classroom, service, told):
    for what, id in [("asked", "who-gets-0"), ("settled", "who-gets-0"), ("picked", "practise-1-1"), ("picked", "x")]:
        classroom.add(what, id, "child")
    classroom.add("picked", "who-gets-0", "")

    assert told.next() == SENT
    assert [vote["option"] for _, vote in service.votes] == [""]


def test_a_service_that_says_not_now_is_quoted(classroom, service, told):
    service.code, service.said = 409, {"error": "The teacher has not opened this question."}
    classroom.add("picked", "who-gets-0", "child")

    assert told.next() == "The teacher has not opened this question. Your answer is kept here."


REFUSALS = [(403, {"error": "No."}), (500, {}), (409, {}), (409, []), (302, {}), (307, {})]


@pytest.mark.parametrize(("code", "said"), REFUSALS)
def test_every_other_refusal_is_the_same_sentence(classroom, service, told, code, said):
    service.code, service.said = code, said
    classroom.add("picked", "who-gets-0", "child")

    assert told.next() == UNSENT
    assert len(service.votes) == 1  # the token has not gone elsewhere


def test_a_service_that_is_not_there_is_no_error(service, told):
    store = Store()
    Voting(store, sender("http://127.0.0.1:1/", "secret")).show("who-gets-0", told)
    store.add("picked", "who-gets-0", "child")

    assert told.next() == UNSENT


def test_a_service_that_does_not_answer_keeps_nobody_waiting(service, told):
    store = Store()
    Voting(store, sender(service.url, "secret"), deadline=0.01).show("who-gets-0", told)
    service.holds.set()
    store.add("picked", "who-gets-0", "child")

    assert told.next() == UNSENT
    assert not service.go_on.is_set()


def test_a_sender_of_any_kind_of_failure_raises_nothing(told):
    def send(vote):
        raise KeyError(vote["question"])

    store = Store()
    Voting(store, send).show("who-gets-0", told)
    store.add("picked", "who-gets-0", "child")

    assert told.next() == UNSENT


def test_the_line_stands_under_the_question_until_something_else_is_picked(monkeypatch, told):
    go_on, store = threading.Semaphore(1), Store()
    monkeypatch.setattr(asking, "STORE", store)
    monkeypatch.setattr(asking, "VOTING", Voting(store, lambda vote: go_on.acquire(timeout=WAIT), deadline=WAIT))
    widget = ask("who-gets-0")
    asking.VOTING.show("who-gets-0", lambda said: (widget.note(said), told(said)))

    widget.pick("child")
    told.next()
    with_the_line = widget.children[3].value
    widget.pick("first")
    without = widget.children[3].value
    go_on.release()
    told.next()

    assert f" the child.<br>{SENT}<" in with_the_line
    assert SENT not in without


HUB = {voting.SERVICE: "http://127.0.0.1:1/", voting.TOKEN: "secret"}


@pytest.mark.parametrize("given", [(), (voting.SERVICE,), (voting.TOKEN,), (voting.SERVICE, voting.TOKEN)])
def test_only_a_hub_with_the_service_has_votes(monkeypatch, given):
    for name, value in HUB.items():
        monkeypatch.setenv(name, value) if name in given else monkeypatch.delenv(name, raising=False)

    with_votes = answer("from shmlesson.course.voting import VOTING; print(VOTING is not None)")

    assert with_votes.strip() == str(given == (voting.SERVICE, voting.TOKEN))
