/** What is asked of users, passwords, keys and the SSH server. */
import { askedBy, type Rule } from '../rules.ts';
import { canLogIn } from './account-facts.ts';
import type { ImageFacts } from './image-facts.ts';
import { noneOf } from './verdicts.ts';

/** Users of people, as Debian counts them; the last number is nobody's. */
const FIRST_PERSON = 1000;
const NOBODY = 65_534;
const INTERVAL = 'clientaliveinterval';

export const ACCOUNT_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'history', severity: 'error', required: 'no history of a shell' },
    ...askedBy({ testId: 48, lisa: 'verify_bash_history_is_empty' }),
    judge: ({ accounts }) => noneOf(accounts.histories.map(({ path, bytes }) => `${path}: ${bytes} bytes`)),
  },
  {
    ...{ id: 'users.no-password', severity: 'error', required: 'no password, and no login without one' },
    ...askedBy({ lisa: 'verify_no_pre_exist_users', policy: '200.3.3' }),
    judge: ({ accounts: { shadow, users } }) => {
      if (users.length === 0) return { ok: false, actual: 'no user in /etc/passwd' };
      const all = [...shadow, ...users.map(({ name, password }) => ({ name, password, file: '/etc/passwd' }))];
      return noneOf(
        all.flatMap(({ name, password, file }) => {
          const what = passwordIn(password);
          return what === undefined ? [] : [`${name} has ${what} in ${file}`];
        }),
      );
    },
  },
  {
    ...{ id: 'users.no-extra', severity: 'error', required: 'no user of 1000 or above who can log in' },
    ...askedBy({ policy: '200.5' }),
    judge: ({ accounts: { users } }) => {
      const people = users.filter((user) => user.uid >= FIRST_PERSON && user.uid !== NOBODY && canLogIn(user));
      return noneOf(people.map(({ name, uid }) => `${name} (${uid})`));
    },
  },
  {
    ...{
      id: 'users.one-root',
      severity: 'error',
      required: 'no user but root has uid 0',
      source: 'dcos-build',
    },
    judge: ({ accounts: { users } }) =>
      noneOf(users.filter(({ uid, name }) => uid === 0 && name !== 'root').map(({ name }) => name)),
  },
  {
    ...{ id: 'sudoers.targetpw', severity: 'error', required: 'no Defaults targetpw' },
    ...askedBy({ lisa: 'verify_default_targetpw' }),
    judge: ({ accounts: { sudoDefaults } }) =>
      noneOf(sudoDefaults.filter(({ line }) => /[\s,](?:targetpw)\b/.test(line)).map(({ file }) => file)),
  },
  {
    ...{ id: 'ssh.server', severity: 'error', required: 'sshd is there and starts', ...askedBy({ policy: '200.3.3' }) },
    judge: ({ ssh }) => {
      const state = ssh.isEnabled ? 'enabled' : 'not enabled';
      return { ok: ssh.hasServer && ssh.isEnabled, actual: ssh.hasServer ? state : 'no /usr/sbin/sshd' };
    },
  },
  {
    ...{ id: 'ssh.keepalive', severity: 'error', required: 'ClientAliveInterval of 1 to 235' },
    ...askedBy({ testId: 46, lisa: 'verify_client_active_interval' }),
    judge: ({ ssh }) => {
      const seconds = Number(ssh.settings?.get(INTERVAL) ?? 0);
      return { ok: seconds > 0 && seconds < 236, actual: ssh.settings?.get(INTERVAL) ?? 'not set' };
    },
  },
  {
    ...{ id: 'ssh.keepalive-advice', severity: 'warning', required: 'ClientAliveInterval of 180' },
    ...askedBy({ testId: 46, lisa: 'verify_client_active_interval' }),
    judge: ({ ssh }) => {
      const value = ssh.settings?.get(INTERVAL) ?? 'not set';
      return { ok: value === '180', actual: value };
    },
  },
  {
    ...{ id: 'ssh.no-host-keys', severity: 'error', required: 'no host key' },
    source: 'waagent -deprovision, kubernetes-sigs/image-builder',
    judge: ({ ssh }) => noneOf(ssh.hostKeys),
  },
  {
    ...{ id: 'ssh.no-authorized-keys', severity: 'error', required: 'no authorized_keys, no known_hosts' },
    ...askedBy({ lisa: 'verify_no_pre_exist_users', policy: '200.5' }),
    judge: ({ accounts }) => noneOf(accounts.sshFiles),
  },
];

/** One that is locked comes back with `usermod -U`, and can be guessed at by whoever has the image. */
function passwordIn(field: string): string | undefined {
  if (field === 'x') return undefined;
  if (!/[*!]/.test(field)) return field === '' ? 'an empty password' : 'a password';
  return /^!+(?:\$|_|[\w./]{13}$)/.test(field) ? 'a locked password' : undefined;
}
