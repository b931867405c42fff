"""Tree → records of the model: one method a grammar rule, a module a part of the language."""
