/** Failures of Blob Storage as one sentence that says what to do. */
import { UserError } from '../model/errors.ts';
import type { Failure } from './azure-failure.ts';
import { showPlace, type AzurePlace } from './azure-place.ts';

/** What was to be done: a letter as it stands in `sp` of a SAS. */
export type Right = 'r' | 'w' | 'd' | 'l';

export interface Explaining {
  readonly place: AzurePlace;
  readonly right: Right;
  /** By the clock of this machine, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The service refuses requests whose time is further from its own. */
const MOST_SKEW_MS = 15 * 60_000;

const VERBS: Readonly<Record<Right, string>> = {
  r: 'read',
  w: 'written to',
  d: 'written to',
  l: 'listed',
};
const RIGHTS: Readonly<Record<Right, { readonly name: string; readonly letters: string; readonly role: string }>> = {
  r: { name: 'read', letters: 'r', role: 'Storage Blob Data Reader' },
  l: { name: 'list', letters: 'l', role: 'Storage Blob Data Reader' },
  w: { name: 'write', letters: 'w', role: 'Storage Blob Data Contributor' },
  d: { name: 'delete', letters: 'd', role: 'Storage Blob Data Contributor' },
};

/** @returns UserError STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE */
export function explainFailure(failure: Failure, explaining: Explaining): UserError {
  const { status, code } = failure;
  if (status === 401 || status === 403) return forbidden(explaining, refusal(failure, explaining));
  if (code === 'LeaseIdMissing' || code.startsWith('BlobImmutable') || code === 'BlobBeingRehydrated') {
    return forbidden(explaining, {
      why: `a lease or a policy of the container keeps what is there (${code})`,
      hint: 'Break the lease, or ask those who run the container to lift the policy.',
    });
  }
  return unavailable(explaining, outage(failure, explaining));
}

/** For when @azure/identity finds nobody to be. @param message of it, without secrets */
export function explainIdentity(message: string, explaining: Explaining): UserError {
  return forbidden(explaining, {
    why: `no credential was found for it (${message})`,
    hint:
      'Run "az login", or set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN; ' +
      'a key is used only for the account that it is of.',
  });
}

interface Reason {
  readonly why: string;
  readonly hint: string;
}

function forbidden({ place, right }: Explaining, { why, hint }: Reason): UserError {
  return new UserError('STORE_FORBIDDEN', `${showPlace(place)} cannot be ${VERBS[right]}: ${why}.`, { hint });
}

function unavailable({ place, right }: Explaining, { why, hint }: Reason): UserError {
  return new UserError('REPOSITORY_UNAVAILABLE', `${showPlace(place)} cannot be ${VERBS[right]}: ${why}.`, { hint });
}

function refusal(failure: Failure, { place, right, nowMs }: Explaining): Reason {
  const { code, serverMs = nowMs } = failure;
  const skewMs = nowMs - serverMs;
  const { credential, account } = place;
  if (credential.kind === 'sas') return sasRefusal(credential.sas, failure, { right, serverMs });
  if (Math.abs(skewMs) > MOST_SKEW_MS) {
    return {
      why: `the clock of this machine is ${Math.round(Math.abs(skewMs) / 60_000)} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} that of the service`,
      hint: 'Set the clock of this machine: the service refuses requests that are 15 minutes off.',
    };
  }
  if (code === 'KeyBasedAuthenticationNotPermitted') {
    return { why: 'the account admits no account keys', hint: 'Take the key away and run "az login", or use a SAS.' };
  }
  if (credential.kind === 'key' && code !== 'AccountIsDisabled') {
    return {
      why: `the account key is not one of ${account}, or the network rules of the account do not admit this machine (${code})`,
      hint: `"az storage account keys list --account-name ${account}" prints the keys that hold now.`,
    };
  }
  const { name, role } = RIGHTS[right];
  return {
    why: `who runs this may not ${name} there, or the network rules of the account do not admit this machine (${code})`,
    hint: `Ask for the role "${role}" on the container; a new role takes some minutes to hold.`,
  };
}

/** A SAS says itself until when it holds and what it allows; the service's own words differ from case to case. */
function sasRefusal(
  sas: string,
  { code }: Failure,
  { right, serverMs }: { readonly right: Right; readonly serverMs: number },
): Reason {
  const fields = new URLSearchParams(sas);
  const [begin, end, granted] = [fields.get('st'), fields.get('se'), fields.get('sp')];
  const { name, letters } = RIGHTS[right];
  if (end !== null && Date.parse(end) <= serverMs) {
    return { why: `its SAS has ended at ${end}`, hint: 'Ask for a new SAS, and put it in the place of this one.' };
  }
  if (begin !== null && Date.parse(begin) > serverMs) {
    return {
      why: `its SAS begins only at ${begin}, and for the service it is ${new Date(serverMs).toISOString()}`,
      hint: 'Wait until then, or look whether the clock was wrong where the SAS was made.',
    };
  }
  if (granted !== null && !granted.includes(letters)) {
    return {
      why: `its SAS does not give the right to ${name} (it gives "${granted}")`,
      hint: `Ask for a SAS with "racwdl" to publish, or "rl" to read.`,
    };
  }
  if (/Permission|ResourceType|Protocol|SourceIP|Service/.test(code) && code !== 'AuthorizationFailure') {
    return {
      why: `its SAS does not hold for this (${code})`,
      hint: 'Ask for a SAS of the container, for this machine.',
    };
  }
  return {
    why: `the signature of its SAS is not valid (${code})`,
    hint: 'Look whether it was copied whole, and quoted in the shell; a SAS ends too when the key that signed it is renewed.',
  };
}

function outage({ status, code, message }: Failure, { place }: Explaining): Reason {
  const { account, container, endpoint } = place;
  const { host } = new URL(endpoint);
  if (code === 'ENOTFOUND') {
    return {
      why: `there is no account "${account}": ${host} has no address`,
      hint: 'Look whether the name of the account is right, and whether this machine can ask a name server.',
    };
  }
  if (code === 'ContainerNotFound' || code === 'ContainerBeingDeleted' || code === 'ResourceNotFound') {
    return {
      why: `there is no container "${container}" in the account ${account}`,
      hint: `Look whether the name is right, or make it: az storage container create --account-name ${account} --name ${container}`,
    };
  }
  if (status === undefined) {
    return {
      why: `${host} does not answer (${code === '' || code === 'BrokenAnswer' ? message : code})`,
      hint: 'Look whether this machine has a network, and run the same command again: what was uploaded is there.',
    };
  }
  return {
    why: `the service answered ${status}${code === '' ? '' : ` ${code}`}`,
    hint:
      status >= 500 || status === 429
        ? 'Run the same command again in some minutes: what was uploaded is there.'
        : 'Look whether the account, the container and the names in it are right.',
  };
}
