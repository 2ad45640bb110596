"""HTTP's edge: who is asking, which version, which key, and refusals as problem+json (RFC 9457).

Always true: a foreign web page cannot act with somebody's session, and no body is read without a bound.
"""
