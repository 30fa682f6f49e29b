"""Ratios against a bare limit in the same run: ``python -m benchmarks [NAME …]`` (`make bench`)."""
