"""What making, signing and judging papers costs, beside WeasyPrint, typst and plain pyHanko in the same run."""
