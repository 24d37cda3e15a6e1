"""审计项目: a population, a sample anybody can draw again, findings pinned to case and step, and what became of them.

Everything a project does stands on a chain of its own (`sys/audit/<id>`); nothing is written to a case.
"""
