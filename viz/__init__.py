"""Plan and trace → picture: the drawing as DOT text, and its rendering."""
