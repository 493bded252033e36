"""Keeps the recent past of the cluster, as summaries of Mesos' state, for the graphs of the user interface."""
