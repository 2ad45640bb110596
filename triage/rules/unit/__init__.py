"""The ward's places (enhetens steder): how it is arranged, and which of its walls show whom."""
