"""What the library is measured by: the same programs solved by us and by others, side by side. `make bench`."""
