"""公安机关: what is asked there, how, and its fake."""
