"""Pages of handing over and of a doctor's own lists."""
