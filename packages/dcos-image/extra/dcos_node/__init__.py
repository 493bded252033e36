"""
What a node of a cluster does with itself: it sets itself up as cloud-init has told it, reports, goes to another release
and back. The packages are pkgpanda's; here is decided which ones, and whether they do well.
"""
