"""Messages to the robots of 企业微信 and 钉钉: the formats of their makers, and the one careful way of sending them."""

import base64
import hashlib
import hmac
import http.client
import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from departments.robots import BadRobot, NotSent, PerhapsSent, message, post, robot_of, signed_url

HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
WECOM = "wecom:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f8d"
DINGTALK = "dingtalk:https://oapi.dingtalk.com/robot/send?access_token=a1b2|SECabc"


@pytest.fixture
def maker():
    """A server in the maker's place: `answers` says what it answers, `requests` what it was sent."""

    class Maker(BaseHTTPRequestHandler):
        requests: list = []
        answers: list = [(200, {}, b'{"errcode":0,"errmsg":"ok"}')]

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.requests.append((self.path, dict(self.headers), json.loads(body)))
            status, headers, answer = self.answers[0]
            if status == 0:  # hangs up without an answer
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    Maker.requests, Maker.answers = [], list(Maker.answers)
    with HTTPServer(("127.0.0.1", 0), Maker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Maker.port = server.server_port
        yield Maker
        server.shutdown()


class ToTheTest(urllib.request.HTTPSHandler):
    """Connects every https address to the server of the test, without TLS."""

    def __init__(self, port):
        super().__init__()
        self.port = port

    def https_open(self, request):
        return self.do_open(
            lambda host, **options: http.client.HTTPConnection("127.0.0.1", self.port, timeout=options["timeout"]),
            request,
        )


def send(maker, robot=WECOM, body="- 市农业农村局：今天截止"):
    handlers = [ToTheTest(maker.port)]
    post(robot_of(robot, HOSTS), title="报送提醒", body=body, milliseconds=1_700_000_000_000, handlers=handlers)


def test_a_message_to_wecom_is_markdown_at_the_address_of_its_key(maker):
    send(maker)
    ((path, headers, content),) = maker.requests
    assert path == "/cgi-bin/webhook/send?key=0f8d"
    assert headers["Content-Type"].startswith("application/json")
    assert content == {"msgtype": "markdown", "markdown": {"content": "**报送提醒**\n\n- 市农业农村局：今天截止"}}


def test_a_message_to_dingtalk_has_a_title_and_is_signed(maker):
    send(maker, DINGTALK)
    ((path, _, content),) = maker.requests
    query = parse_qs(urlsplit(path).query)
    expected = base64.b64encode(hmac.digest(b"SECabc", b"1700000000000\nSECabc", hashlib.sha256)).decode()
    assert query == {"access_token": ["a1b2"], "timestamp": ["1700000000000"], "sign": [expected]}
    assert content["msgtype"] == "markdown"
    assert content["markdown"]["title"] == "报送提醒"
    assert content["markdown"]["text"].endswith("- 市农业农村局：今天截止")


def test_a_robot_without_a_secret_is_not_signed():
    robot = robot_of(DINGTALK.partition("|")[0], HOSTS)
    assert signed_url(robot, milliseconds=1) == "https://oapi.dingtalk.com/robot/send?access_token=a1b2"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "93000"),
        ((200, {}, b'{"errcode":310000,"errmsg":"sign not match"}'), "sign not match"),
        ((200, {}, b"<html>proxy</html>"), "不是机器人的回答"),
        ((200, {}, b'{"errcode":null}'), "不是机器人的回答"),
        ((502, {}, b""), "HTTP 502"),
        ((302, {"Location": "https://oapi.dingtalk.com/elsewhere"}, b""), "HTTP 302"),
        ((307, {"Location": "https://example.org/"}, b""), "HTTP 307"),
    ],
)
def test_an_answer_that_is_no_success_is_a_failure_and_no_redirect_is_followed(maker, answer, words):
    maker.answers[0] = answer
    with pytest.raises(NotSent, match=words):
        send(maker)
    assert len(maker.requests) == 1


def test_a_connection_that_breaks_before_the_answer_leaves_it_open_whether_it_was_sent(maker):
    maker.answers[0] = (0, {}, b"")
    with pytest.raises(PerhapsSent):
        send(maker)


def test_a_host_that_is_not_reached_is_a_failure():
    class Unreachable:
        port = 1

    with pytest.raises(NotSent, match="连接失败"):
        send(Unreachable)


@pytest.mark.parametrize(
    "text",
    [
        "wecom:http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "wecom:https://qyapi.weixin.qq.com.example.org/send?key=1",
        "wecom:https://qyapi.weixin.qq.com@example.org/send?key=1",
        "wecom:https://127.0.0.1/send?key=1",
        "wecom:file:///etc/passwd",
        "feishu:https://qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com/",
    ],
)
def test_only_https_to_a_listed_host_is_a_robot(text):
    with pytest.raises(BadRobot):
        robot_of(text, HOSTS)


def test_the_name_of_a_robot_gives_nothing_of_its_address_away():
    robot = robot_of(DINGTALK, HOSTS)
    assert robot.name.startswith("钉钉群机器人 ")
    assert "a1b2" not in robot.name + repr(robot)
    assert "SECabc" not in robot.name + repr(robot)


@pytest.mark.parametrize(("channel", "limit"), [("wecom", 4096), ("dingtalk", 20_000)])
def test_a_message_that_is_too_long_is_cut_at_a_line_and_says_so(channel, limit):
    content = message(channel, "报送提醒", "\n".join(f"- 市某某局{n}填报单已逾期。" for n in range(3000)))["markdown"]
    text = content.get("content") or content["text"]
    assert limit - 200 < len(text.encode()) <= limit
    *lines, last = text.strip().split("\n")
    assert last.startswith("……")
    assert [line for line in lines if line][-1].endswith("已逾期。")
