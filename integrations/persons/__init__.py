"""The person register (Folkeregisteret, through Norsk helsenett's Persontjenesten): who a number is."""
