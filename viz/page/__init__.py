"""Plan and trace → composed pages: marks at places on paper, written as SVG and PDF from one and the same list."""
