"""卫生健康部门: what is asked there, how, and its fake."""
