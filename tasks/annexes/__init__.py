"""Reading the official tables: a file goes in; rows with their cells, and every problem found, come out.

Nothing here knows the database. `grid` opens a file, `recognise` tells which table it holds, `tasklist`, `allocation`
and `rubric` each read one kind, `cells` reads a single cell and `names` compares the words.
"""
