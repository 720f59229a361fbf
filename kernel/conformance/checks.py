"""What jupyter_kernel_test does not look at, by what it is about."""

import hashlib
import hmac
import json
import time
import uuid

import zmq
from jupyter_client.manager import start_new_kernel

from client import KERNEL, Case, only, receive, text


class Requests(Case):
    def test_kernel_info(self):
        for channel in ("shell", "control"):
            msg = self.reply(self.send("kernel_info_request", {}, channel), channel)
            content = msg["content"]
            self.assertEqual(content["status"], "ok")
            self.assertEqual(content["protocol_version"], "5.4")
            self.assertEqual(msg["header"]["version"], "5.4")
            self.assertEqual(content["supported_features"], [])
            self.assertEqual(content["language_info"]["mimetype"], "text/x-go")
            self.assertNotEqual(msg["header"]["session"], self.kc.session.session)

    def test_comm_info(self):
        for channel in ("shell", "control"):
            content = self.ask("comm_info_request", {}, channel)
            self.assertEqual((content["status"], content["comms"]), ("ok", {}))

    def test_comm_open_of_an_unknown_target_is_closed(self):
        comm = uuid.uuid4().hex
        msg_id = self.send("comm_open", {"comm_id": comm, "target_name": "no.such.target", "data": {}})
        self.assertEqual(only(self.published(msg_id), "comm_close")["comm_id"], comm)

    def test_unknown_request_is_harmless(self):
        kinds = [m["msg_type"] for m in self.published(self.send("no_such_request", {}))]
        self.assertEqual(kinds, ["status", "status"])
        self.works()

    def test_complete_counts_code_points(self):
        code = 's := "ééé😀"; pani'
        content = self.ask("complete_request", {"code": code, "cursor_pos": len(code)})
        self.assertEqual(content["matches"], ["panic"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (len(code) - 4, len(code)))

    def test_nothing_found_is_no_error(self):
        content = self.ask("complete_request", {"code": "zzzz", "cursor_pos": 4})
        self.assertEqual((content["status"], content["matches"]), ("ok", []))
        content = self.ask("inspect_request", {"code": "zzzz", "cursor_pos": 4, "detail_level": 0})
        self.assertEqual((content["status"], content["found"]), ("ok", False))

    def test_who_types_does_not_wait_for_a_cell(self):
        cell = self.send("execute_request", {"code": 'import "time"\ntime.Sleep(2 * time.Second)'})
        start = time.monotonic()
        for msg_type in ("complete_request", "inspect_request"):
            content = self.ask(msg_type, {"code": "pani", "cursor_pos": 4, "detail_level": 0})
            self.assertEqual(content["status"], "ok")
        self.assertLess(time.monotonic() - start, 1.5)
        self.reply(cell)

    def test_history(self):
        self.value("100 + 1")
        self.run_cell("100 + 2", store_history=False)
        self.run_cell("100 + 3", silent=True)
        content = self.ask("history_request", {
            "hist_access_type": "search", "pattern": "100 + ?", "output": True, "raw": True})
        self.assertEqual([e[2] for e in content["history"]], [["100 + 1", "101"]])
        session, line, _ = content["history"][0]
        for number in (0, session):
            content = self.ask("history_request", {
                "hist_access_type": "range", "session": number, "start": line, "stop": line + 1,
                "output": False, "raw": True})
            self.assertEqual(content["history"], [[session, line, "100 + 1"]])


class Cells(Case):
    def test_defaults(self):
        self.assertEqual(self.ask("execute_request", {"code": "1"})["status"], "ok")

    def test_silent(self):
        _, messages = self.run_cell("1+1", silent=True)
        self.assertEqual([m["msg_type"] for m in messages], ["status", "status"])

    def test_store_history_false_leaves_the_count(self):
        first, _ = self.run_cell("1")
        self.run_cell("2", store_history=False)
        last, _ = self.run_cell("3")
        self.assertEqual(last["execution_count"], first["execution_count"] + 1)

    def test_user_expressions(self):
        reply, _ = self.run_cell("x := 20", user_expressions={"twice": "x * 2", "bad": "no_such_name"})
        values = reply["user_expressions"]
        self.assertEqual(values["twice"]["data"]["text/plain"], "40")
        self.assertEqual(values["bad"]["status"], "error")

    def test_error_is_the_same_everywhere(self):
        reply, messages = self.run_cell('panic("boom")')
        error = only(messages, "error")
        self.assertEqual(reply["status"], "error")
        self.assertIsInstance(error["traceback"], list)
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(reply[key], error[key])

    def test_error_aborts_what_waits(self):
        slow = 'import "time"\ntime.Sleep(300 * time.Millisecond); panic("first")'
        first, second = (self.send("execute_request", {"code": code}) for code in (slow, "2"))
        self.assertEqual(self.reply(first)["content"]["status"], "error")
        self.assertIn(self.reply(second)["content"]["status"], ("error", "aborted"))
        self.works()

    def test_error_does_not_abort_if_told_so(self):
        first = self.send("execute_request", {"code": 'panic("first")', "stop_on_error": False})
        second = self.send("execute_request", {"code": "2"})
        self.reply(first)
        self.assertEqual(self.reply(second)["content"]["status"], "ok")

    def test_what_would_end_a_process(self):
        for code in ('import "os"\nos.Exit(3)', 'import "log"\nlog.Fatal("x")', 'import "runtime"\nruntime.Goexit()',
                     'go func() { panic("in a goroutine") }()', "var f func(); f()"):
            with self.subTest(code=code):
                self.run_cell(code)
                time.sleep(0.2)
                self.works()


class Output(Case):
    def test_lines_are_complete_and_in_order(self):
        _, messages = self.run_cell('import "fmt"\nfor i := 0; i < 100000; i++ { fmt.Println(i) }')
        self.assertEqual(text(messages), "".join(f"{i}\n" for i in range(100000)))
        self.assertEqual([m["msg_type"] for m in messages[::len(messages) - 1]], ["status", "status"])

    def test_characters_stay_whole(self):
        _, messages = self.run_cell('import ("fmt"; "strings")\nfmt.Print("a", strings.Repeat("é", 200000))')
        self.assertEqual(text(messages), "a" + "é" * 200000)

    def test_order_of_text_and_displays(self):
        _, messages = self.run_cell('import ("fmt"; "display")\nfmt.Print("one")\n'
                                    'Display(display.HTML("<hr>"))\nfmt.Print("two")\n3')
        self.assertEqual([m["msg_type"] for m in messages[2:-1]],
                         ["stream", "display_data", "stream", "execute_result"])

    def test_goroutine_that_prints_after_its_cell(self):
        msg_id = self.send("execute_request", {
            "code": 'import ("fmt"; "time")\ngo func() { time.Sleep(time.Second); fmt.Println("late") }()'})
        self.published(msg_id)
        self.published(msg_id, until=lambda m: "late" in m["content"].get("text", ""))

    def test_log_is_captured(self):
        _, messages = self.run_cell('import "log"\nlog.Print("noted")')
        self.assertIn("noted", text(messages, "stderr"))

    def test_display_can_be_updated(self):
        _, shown = self.run_cell('import "display"\nDisplay(display.WithID("one", display.HTML("<i>")))')
        self.assertEqual(only(shown, "display_data")["transient"], {"display_id": "one"})
        _, changed = self.run_cell('display.Update("one", display.HTML("<b>"))')
        update = only(changed, "update_display_data")
        self.assertEqual((update["transient"], update["data"]["text/html"]), ({"display_id": "one"}, "<b>"))


class Input(Case):
    def answered(self, code, answer):
        """Runs a cell that asks; returns its question and what it printed."""
        msg_id = self.send("execute_request", {"code": code, "allow_stdin": True})
        question = receive(self.kc.stdin_channel)
        self.assertEqual(question["parent_header"]["msg_id"], msg_id)
        self.kc.input(answer)
        return question["content"], text(self.published(msg_id))

    def test_scan(self):
        question, printed = self.answered('import "fmt"\nvar n int\nfmt.Scan(&n)\nfmt.Print(n + 1)', "41")
        self.assertEqual(question, {"prompt": "", "password": False})
        self.assertEqual(printed, "42")

    def test_reader_of_stdin(self):
        _, printed = self.answered('import ("bufio"; "fmt"; "os")\nl, _ := bufio.NewReader(os.Stdin).ReadString(\'\\n\')\n'
                                   'fmt.Printf("%q", l)', "é b")
        self.assertEqual(printed, '"é b\\n"')

    def test_password(self):
        question, printed = self.answered('import ("fmt"; "github.com/ipyauth/ipyauth/kernel/cell")\n'
                                          's, err := cell.Prompt("Password:", true)\nfmt.Print(len(s), err)', "secret")
        self.assertEqual(question, {"prompt": "Password:", "password": True})
        self.assertEqual(printed, "6 <nil>")

    def test_nobody_to_ask(self):
        _, messages = self.run_cell('import "fmt"\nvar s string\n_, err := fmt.Scan(&s)\nfmt.Print(err)')
        self.assertEqual(text(messages), "EOF")

    def test_interrupt_ends_a_question(self):
        msg_id = self.send("execute_request", {
            "code": 'import "fmt"\nvar s string\n_, err := fmt.Scan(&s)\nif err != nil { panic(err) }', "allow_stdin": True})
        receive(self.kc.stdin_channel)
        self.km.interrupt_kernel()
        self.assertEqual(self.reply(msg_id)["content"]["status"], "error")
        self.works()


class Control(Case):
    def test_interrupt_of_an_endless_loop(self):
        for how in (self.km.interrupt_kernel, lambda: self.ask("interrupt_request", {}, "control")):
            msg_id = self.send("execute_request", {"code": "for { }"})
            time.sleep(0.5)
            self.assertEqual(self.ask("kernel_info_request", {}, "control")["status"], "ok")
            how()
            self.assertEqual(self.reply(msg_id)["content"]["status"], "error")
        self.works()

    def test_signal_between_cells(self):
        self.km.signal_kernel(2)
        time.sleep(0.5)
        self.works()

    def test_shutdown(self):
        for restart in (False, True):
            km, kc = start_new_kernel(kernel_name=KERNEL)
            self.addCleanup(km.shutdown_kernel, now=True)
            self.addCleanup(kc.stop_channels)
            kc.control_channel.send(kc.session.msg("shutdown_request", {"restart": restart}))
            content = receive(kc.control_channel)["content"]
            self.assertEqual((content["status"], content["restart"]), ("ok", restart))
            self.wait_for_end(km)


class Wire(Case):
    """Each of these is dropped, and the kernel serves on."""

    def message(self, content, key=None):
        parts = [json.dumps({"msg_type": "execute_request", "msg_id": uuid.uuid4().hex, "session": "s",
                             "username": "u", "date": "", "version": "5.4"}).encode(), b"{}", b"{}", content]
        signature = hmac.new(self.kc.session.key if key is None else key, b"".join(parts), hashlib.sha256)
        return [b"<IDS|MSG>", signature.hexdigest().encode(), *parts]

    def survives(self, frames, port="shell_port"):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 200
        socket.connect(f"tcp://{self.km.ip}:{getattr(self.km, port)}")
        socket.send_multipart(frames)
        time.sleep(0.3)
        socket.close()
        self.works()

    def test_bad_signature(self):
        self.survives(self.message(b'{"code": "1"}', key=b"wrong"))

    def test_no_delimiter(self):
        self.survives([b"just", b"noise"])

    def test_too_short(self):
        self.survives([b"<IDS|MSG>", b"00"])

    def test_too_many_frames(self):
        self.survives([b"x"] * 1000)

    def test_content_of_the_wrong_type(self):
        for content in (b"[]", b'{"code": 7}', b"not json", b"[" * 100000):
            self.survives(self.message(content))

    def test_heartbeat_without_delimiter(self):
        self.survives([b"no delimiter"], port="hb_port")
