"""
Makes, from a built repository and a short description of a cluster, all that its nodes install from: a folder for a web
server, with a script that does it.
"""
