"""Reading the official tables: a file goes in; rows with their cells, and every problem found, come out.

Nothing here knows the database. `files` opens a file through the reader of its format (`excel`, `large_excel`,
`old_excel`, `word`, `comma_file`) and gives grids; `recognise` tells which tables they hold; `tasklist`, `rubric` and
`allocation` each read one kind, the last through `headers`, `blocks` and `shapes`. `cells` reads a single cell, `units`
converts it, and `names` and `head_words` compare words.
"""
