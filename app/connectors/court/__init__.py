"""法院: what is asked there, how, and its fake."""
