"""What leaves the ward and what comes back: finished encounters out, receipts in.

Always true:
* Message identity and bytes are fixed when the encounter is finished; a retry sends the same bytes again.
* "Delivered" is said on the receiver's own receipt, never on a successful call.
* Each way out is a folder: pure `document.py`, `validate.py`, and `channel.py`, the only file that touches
  the network. `sending.py` is what they have in common.
* What comes from outside is read by `kith/safe_xml.py` or a typed model, never trusted.

Start reading in `gp_summary/document.py`, then `sending.py`.
"""
