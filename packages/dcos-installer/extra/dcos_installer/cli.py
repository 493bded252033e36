"""The command line: arguments in, exit status out."""
import argparse
import sys

from .errors import InstallerError
from .genconf import generate, read_inputs
from .release import Release

DONE, FAILED = 0, 1


def main(arguments):
    options = _parser().parse_args(arguments)
    try:
        if options.validate_config:
            _warn(read_inputs(options.folder)[0])
            print("config.yaml and ip-detect are as they must be.")
            return DONE
        _warn(read_inputs(options.folder)[0])
        list_id = generate(options.folder, Release(options.repository, options.variant))
    except InstallerError as error:
        print(f"dcos_installer: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"dcos_installer: {error.strerror}: {error.filename}", file=sys.stderr)
        return FAILED
    print(f"{options.folder}/serve is ready; its package list is {list_id}.")
    print("Serve it at bootstrap_url, and run dcos_install.sh with a role on each node.")
    return DONE


def _warn(config):
    for key in config.passed_over:
        print(f"dcos_installer: config.yaml: {key} has no meaning here: nodes are not reached by SSH.", file=sys.stderr)


def _parser():
    parser = argparse.ArgumentParser(
        prog="dcos_installer",
        description="Makes the folder that the nodes of a cluster install DC/OS from.",
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage. Nodes are not reached by SSH, and there is no web page.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--genconf", action="store_true", help="write the folder serve, beside config.yaml and ip-detect")
    what.add_argument("--validate-config", action="store_true", help="only look at config.yaml and ip-detect")
    parser.add_argument("--folder", default="genconf", help="where config.yaml and ip-detect are (default: genconf)")
    parser.add_argument("--repository", default="repository", help="what dcos-build has built (default: repository)")
    parser.add_argument("--variant", help="which tree of it (default: the default one)")
    return parser
