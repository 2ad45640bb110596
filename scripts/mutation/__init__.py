"""Whether the tests of the scales would notice a wrong cell (mutasjonsprøve)."""
