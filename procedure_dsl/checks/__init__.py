"""The checks, a file a subject; each is one function from a view of the model to the mistakes it sees."""
