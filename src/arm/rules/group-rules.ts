/** Rules of network security groups. */
import type { Attachment } from '../attachments.ts';
import type { Found, Rule } from '../finding.ts';
import type { JsonPath } from '../mistake.ts';
import { groupsOf } from '../open-path.ts';
import { idKey, lastName } from '../resource-id.ts';
import {
  isEverybody,
  publicAllows,
  UNKNOWN_PRIORITY,
  type SecurityGroup,
  type SecurityRule,
} from '../security-rules.ts';
import type { Subject } from '../subject.ts';

/** Ports of masters that give whoever reaches them the cluster. */
const MASTER_PORTS: Readonly<Record<number, string>> = {
  22: 'ssh',
  2181: 'ZooKeeper',
  5050: 'Mesos',
  8080: 'Marathon',
  8181: 'Exhibitor',
};
const [LEAST, MOST] = [100, 4096];

export const GROUP_RULES: readonly Rule[] = [
  {
    id: 'Security-Rule-Priorities-Must-Differ',
    severity: 'error',
    what: 'Rules of one direction in a network security group have different priorities, from 100 to 4096.',
    hint: 'Give each a number of its own; the lowest is asked first.',
    find: priorities,
  },
  {
    id: 'Security-Rule-Names-Must-Differ',
    severity: 'error',
    what: 'Rules in a network security group have different names.',
    hint: 'Rename one of them.',
    find: names,
  },
  {
    id: 'Masters-Must-Not-Be-Open-To-Everybody',
    severity: 'warning',
    what: 'Nobody but some known prefixes reaches ports 22, 2181, 5050, 8080 and 8181 of masters.',
    hint: 'Name the prefixes of those who may come as sourceAddressPrefixes.',
    find: openMasters,
  },
];

function* groups(subject: Subject): Iterable<[SecurityGroup, readonly SecurityRule[], JsonPath]> {
  for (const group of subject.surroundings.groups.values()) {
    yield [group, group.rules ?? [], [...pathOf(subject, group.id), 'properties', 'securityRules']];
  }
}

function pathOf({ resources }: Subject, id: string): JsonPath {
  return resources.find((one) => idKey(one.id) === idKey(id))?.path ?? [];
}

function* priorities(subject: Subject): Iterable<Found> {
  for (const [, rules, path] of groups(subject)) {
    for (const [at, { name, priority, isInbound }] of rules.entries()) {
      if (priority === UNKNOWN_PRIORITY) continue;
      if (priority < LEAST || priority > MOST)
        yield { path, message: `The priority ${priority} of "${name}" is none.` };
      const other = rules.slice(0, at).find((one) => one.priority === priority && one.isInbound === isInbound);
      if (other !== undefined) yield { path, message: `"${other.name}" and "${name}" have the priority ${priority}.` };
    }
  }
}

function* names(subject: Subject): Iterable<Found> {
  for (const [, rules, path] of groups(subject)) {
    for (const [at, { name }] of rules.entries()) {
      const isTwin = rules.slice(0, at).some((one) => one.name.toLowerCase() === name.toLowerCase());
      if (isTwin) yield { path, message: `Two rules are named "${name}".` };
    }
  }
}

function* openMasters(subject: Subject): Iterable<Found> {
  for (const attachment of subject.surroundings.attachments.filter(isOfMaster)) {
    for (const group of groupsOf(attachment, subject.surroundings)) {
      for (const [port, what] of Object.entries(MASTER_PORTS)) {
        const allows = publicAllows(group, { protocol: 'tcp', port: Number(port), to: undefined });
        const open = allows.find(({ sources }) => sources.some(isEverybody));
        if (open === undefined) continue;
        const path = [...pathOf(subject, group.id), 'properties', 'securityRules'];
        yield { path, message: `The rule "${open.rule}" lets everybody reach port ${port} (${what}) of masters.` };
      }
    }
  }
}

function isOfMaster({ owner, subnet }: Attachment): boolean {
  return /master/i.test(lastName(owner)) || /master/i.test(lastName(subnet ?? ''));
}
