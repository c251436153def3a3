"""What `make bench` measures, one file a subject; docs/performance.md says how to read it. Never part of the tests."""
