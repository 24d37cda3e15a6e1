"""紧急查看: an administrator reads one case for hours, approved by a second person, before the eyes of the auditors.

It opens nothing but reading (`look_at_case`); what happened stands on the chain `sys/emergency` (proof §2.4).
"""
