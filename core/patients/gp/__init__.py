"""The patient's GP (fastlege): as named on arrival, and by the national register."""
