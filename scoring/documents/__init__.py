"""Papers made of an assessment that is frozen: every number in them is a stored one, or counted from stored ones.

They are official papers: Chinese whatever language the reader uses.
"""
