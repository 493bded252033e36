#!/bin/bash
# ZooKeeper's command line, which has to be called by the place where it lies.
exec /opt/mesosphere/active/exhibitor/usr/zookeeper/bin/zkCli.sh "$@"
