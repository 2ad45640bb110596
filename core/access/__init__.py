"""Who may see and do what (tilgang): staff, displays, sessions, permissions and the access log.

Always true: no patient is opened without a row in the access log, and what a role may do stands in one table.
Start reading in `permissions.py`.
"""
