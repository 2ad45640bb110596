"""The copy a patient takes home (kopi til pasienten): its address."""
