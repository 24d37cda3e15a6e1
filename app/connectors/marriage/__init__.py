"""婚姻登记系统: what is asked there, how, and its fake."""
