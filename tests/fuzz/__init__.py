"""Fuzzers of what reads a stranger's file: BPMN, DMN, FEEL and forms.

Seeds are the project's own files; each input is a seed with a few edits of its tree, its text or its bytes. It ends in
success or in one of our own refusals with a Chinese sentence, within its processor time and memory (`bounded`).

    python -m tests.fuzz bpmn|dmn|feel|form [inputs] [seed]     a long run of one of them, counted
"""
