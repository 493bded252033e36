"""Users that services run as, and the state folders that belong to them."""
import grp
import os
import pwd
import re
import subprocess

from .environment import machine_environment
from .errors import PkgpandaError, ValidationError

USER = re.compile(r"dcos_[a-z0-9_]+")
GROUP = re.compile(r"[a-z_][a-z0-9_-]*")


class Users:
    """The accounts of this machine; `run`, `users` and `groups` are subprocess.run, pwd and grp."""

    def __init__(self, may_add, run=subprocess.run, users=pwd, groups=grp):
        self._may_add = may_add
        self._run = run
        self._users = users
        self._groups = groups

    def ensure(self, username, group):
        """
        Makes the user unless it is there. Without a group it gets one of its own name; a group that is named must be
        there. Raises ValidationError, PkgpandaError.
        """
        if not USER.fullmatch(username):
            raise ValidationError(f'"{username}" is no user name of DC/OS; they look like dcos_service.')
        if group and not GROUP.fullmatch(group):
            raise ValidationError(f'"{group}" is no name of a group.')
        try:
            account = self._users.getpwnam(username)
        except KeyError:
            self._add(username, group)
        else:
            if group and not self._is_member(account, group):
                raise ValidationError(f"The user {username} is there, and is not in the group {group}.")

    def _is_member(self, account, group):
        wanted = self._group(group)
        return account.pw_gid == wanted.gr_gid or account.pw_name in wanted.gr_mem

    def _group(self, name):
        try:
            return self._groups.getgrnam(name)
        except KeyError:
            raise ValidationError(f"The group {name} is not there; it must be made before.") from None

    def _add(self, username, group):
        if not self._may_add:
            raise ValidationError(f"The user {username} is not there, and manual_host_users forbids to make it.")
        own_or_given = ["-g", self._group(group).gr_name] if group else ["--user-group"]
        command = ["useradd", "--system", "--home-dir", "/opt/mesosphere", "--shell", "/sbin/nologin"]
        command += ["--comment", "DCOS System User", *own_or_given, username]
        done = self._run(command, capture_output=True, text=True, env=machine_environment())
        if done.returncode != 0:
            raise PkgpandaError(f"useradd could not make the user {username}: {done.stderr.strip()}")


def make_state_folder(state_dir_root, package, users=pwd, chown=os.lchown):
    """Makes `<state_dir_root>/<name>`, with all in it belonging to the package's user if it has one."""
    folder = os.path.join(state_dir_root, package.name)
    os.makedirs(folder, mode=0o755, exist_ok=True)
    if not package.username:
        return
    account = users.getpwnam(package.username)
    for path, folders, files in os.walk(folder):
        for inner in [path, *(os.path.join(path, name) for name in (*folders, *files))]:
            chown(inner, account.pw_uid, account.pw_gid)
