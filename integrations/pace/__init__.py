"""How fast letters leave (takt): what is written down together, and how many are under way on each way out.

A backlog must be gone soon after a receiver is back, and no nurse may notice that it drains (decision 40).
"""
