"""村（居）民委员会: what is asked there, how, and its fake."""
