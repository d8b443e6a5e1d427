"""Word documents that the portal writes. They are official papers: Chinese whatever language the reader uses."""
