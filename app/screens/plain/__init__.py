"""The copy a patient takes home (kopi til pasienten), drawn for paper."""
