"""Kernels for many notebooks: each a fork of one process that has loaded what a report needs."""
