"""The hostile run; scripts/hostile.py starts it.

wire       bytes: ZMTP frames by hand, Jupyter messages signed by hand
victim     the kernel under attack, and its honest clients
strangers  attacks by who only has a port
clients    attacks by who has the key
cells      attacks by who has the notebook
"""
