"""Sharing the encounter in the patient's shared record (dokumentdeling): a FHIR R4 document over IHE MHD.

One ITI-65 transaction carries the submission set, the metadata (DocumentReference) and the document itself.
"""
