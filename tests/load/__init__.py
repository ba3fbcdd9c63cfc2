"""Measurements: ratios on one machine in one run. `make bench` runs them; docs/benchmarks.md keeps the figures."""
