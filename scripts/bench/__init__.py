"""The benchmark; scripts/bench.py starts it.

floors      the two kernels that say what the least is
session     a running kernel and the timed requests of one client
snippets    what each language is given to run
rounds      what is measured
table       the goals, and how figures are shown
"""
