"""A model held against photos whose labels are known: truth tables, figures with intervals, plots."""
