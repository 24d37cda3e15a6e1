"""法院（失信信息）: what is asked there, how, and its fake."""
