"""The grader on other machines: booted with other kernels, and in a container. `make kernels-test` runs these tests."""
