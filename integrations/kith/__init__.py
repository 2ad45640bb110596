"""The Norwegian XML message standards (KITH/HIS): what all of them share, and the application receipt.

`safe_xml.py` is the only place where XML from outside is parsed.
"""
