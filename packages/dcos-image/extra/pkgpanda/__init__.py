"""
pkgpanda on a node: fetches packages, makes them active together, and sets up a new node.

What it leaves on disk is what DC/OS's pkgpanda leaves; packages are built by dcos-build, not here.
"""
