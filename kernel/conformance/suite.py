"""The conformance suite: a real client against an installed kernel.

    python kernel/conformance/suite.py [TEST...]

Runs jupyter_kernel_test (0.7 or newer, with a sample for each of its tests: none is
skipped) and, in checks.py, what that suite does not look at. KERNEL_NAME names the
kernelspec, ipyauth if not set. The last line is "N passed, N failed".
"""

import os
import sys
import unittest

import jupyter_kernel_test as jkt

from checks import Cells, Control, Input, Output, Requests, Wire
from client import KERNEL, Limited

jkt.TIMEOUT = 15


class Suite(Limited, jkt.KernelTests):
    kernel_name = KERNEL
    language_name = "go"
    file_extension = ".go"

    code_hello_world = 'import "fmt"\nfmt.Println("hello, world")'
    code_stderr = 'import ("fmt"; "os")\nfmt.Fprintln(os.Stderr, "oops")'
    completion_samples = [
        {"text": 'import "strings"\nstrings.ToUpp', "matches": {"ToUpper", "ToUpperSpecial"}},
        {"text": "pani", "matches": {"panic"}},
        {"text": "nothingStartsLikeThis", "matches": set()},
    ]
    complete_code_samples = ["1", "x := 1", "func f(n int) int {\n\treturn n * 2\n}", "// a comment"]
    incomplete_code_samples = ["func f(n int) int {\n\treturn n *", "a := []int{1,", "s := `raw"]
    invalid_code_samples = ["import = 7q", "x := )", "func func func"]
    code_page_something = "strings.ToUpper?"
    code_generate_error = 'panic("boom")'
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": '"a" + "b"', "result": "ab"},
        {"code": "[]int{1, 4, 9}", "result": "[1 4 9]"},
    ]
    code_display_data = [
        {"code": 'import "display"\nDisplay(display.HTML("<b>x</b>"))', "mime": "text/html"},
        {"code": 'Display(display.Markdown("*x*"))', "mime": "text/markdown"},
        {"code": 'Display(display.SVG("<svg/>"))', "mime": "image/svg+xml"},
        {"code": 'Display(display.JSON(map[string]interface{}{"a": 1}))', "mime": "application/json"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "strings.ToUpper"
    code_clear_output = 'import "display"\ndisplay.ClearOutput(false)'

    def setUp(self):
        super().setUp()
        # What the samples of inspect and of the pager are about.
        self.kc.execute_interactive('import "strings"', timeout=jkt.TIMEOUT)


class Welcome(Limited, jkt.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


class Table(unittest.TextTestResult):
    """Prints a line for each test."""

    def stopTest(self, test):
        super().stopTest(test)
        bad = self.failures + self.errors + [(t, why) for t, why in self.skipped]
        # A failed subtest is listed under a test of its own.
        if any(getattr(t, "test_case", t) is test for t, _ in bad):
            verdict = "FAIL"
            self.failed = getattr(self, "failed", 0) + 1
        else:
            verdict = "pass"
        print(f"{verdict}  {type(test).__name__}.{test._testMethodName}", flush=True)


def main(names):
    wanted = unittest.TestSuite()
    for case in (Suite, Welcome, Requests, Cells, Output, Input, Control, Wire):
        for name in unittest.TestLoader().getTestCaseNames(case):
            if not names or name in names:
                wanted.addTest(case(name))
    count = wanted.countTestCases()
    result = unittest.TextTestRunner(resultclass=Table, verbosity=0, stream=sys.stderr).run(wanted)
    passed = result.testsRun - getattr(result, "failed", 0)
    # A test that a broken setUpClass kept from running has failed.
    print(f"{passed} passed, {count - passed} failed")
    return 0 if count and passed == count else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main(sys.argv[1:]))
