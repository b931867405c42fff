"""`python -m proc_tools` is `proc`."""

from proc_tools.main import main

main()
