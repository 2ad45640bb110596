"""Requests made from the description of the service: what it promises programs, tried by a stubborn one."""
