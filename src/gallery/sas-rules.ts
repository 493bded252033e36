/** Whether the Marketplace takes the signed URL of a VHD: pure, by what the URL itself says. */

export interface SasFinding {
  readonly id: string;
  readonly result: 'passed' | 'failed';
  readonly actual: string;
  readonly required: string;
}

interface Sas {
  readonly text: string;
  readonly url: URL;
  readonly nowMs: number;
}

interface SasRule {
  readonly id: string;
  readonly required: string;
  readonly judge: (sas: Sas) => { readonly isKept: boolean; readonly actual: string };
}

const DAY_MS = 86_400_000;
const WEEKS_MS = 21 * DAY_MS;
/** A day, and what lies between the making of a URL and its use. */
const BEFORE_MS = DAY_MS;

/** A full date and time, with seconds, in UTC. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** @see https://learn.microsoft.com/en-us/partner-center/marketplace-offers/azure-vm-get-sas-uri */
const RULES: readonly SasRule[] = [
  {
    id: 'sas.https',
    required: 'https, of a storage account in the public cloud',
    judge: ({ url }) => ({
      isKept: url.protocol === 'https:' && /^[a-z0-9]{3,24}\.blob\.core\.windows\.net$/.test(url.hostname),
      actual: url.origin,
    }),
  },
  {
    id: 'sas.path',
    required: 'a container and a file that ends in .vhd, without %, quotes and blanks',
    judge: ({ url }) => ({ isKept: /^\/[^/]+\/[^%"'\s]+\.vhd$/.test(url.pathname), actual: url.pathname }),
  },
  {
    id: 'sas.escapes',
    required: 'nothing escaped twice, as in %2520',
    judge: ({ text }) => ({
      isKept: !/%25[0-9A-F]{2}/i.test(text),
      actual: /%25[0-9A-F]{2}/i.exec(text)?.[0] ?? 'nothing',
    }),
  },
  {
    // Signed by who is logged in it holds for a week at most, whatever it says.
    id: 'sas.kind',
    required: 'signed with the key of the account',
    judge: ({ url }) => ({
      isKept: !url.searchParams.has('skoid'),
      actual: url.searchParams.has('skoid') ? 'signed with a key of a user' : 'so, as it says',
    }),
  },
  { id: 'sas.resource', required: 'sr=c', judge: ({ url }) => field(url, 'sr', (value) => value === 'c') },
  { id: 'sas.permissions', required: 'sp=rl', judge: ({ url }) => field(url, 'sp', (value) => value === 'rl') },
  {
    id: 'sas.signature',
    required: 'a signature',
    judge: ({ url }) => ({
      ...field(url, 'sig', (value) => value !== ''),
      actual: url.searchParams.has('sig') ? 'there' : 'none',
    }),
  },
  {
    id: 'sas.start',
    required: 'st: a full date and time, at least a day ago',
    judge: ({ url, nowMs }) =>
      field(url, 'st', (value) => DATE_TIME.test(value) && Date.parse(value) <= nowMs - BEFORE_MS),
  },
  {
    id: 'sas.end',
    required: 'se: a full date and time, at least three weeks from now',
    judge: ({ url, nowMs }) =>
      field(url, 'se', (value) => DATE_TIME.test(value) && Date.parse(value) >= nowMs + WEEKS_MS),
  },
];

/** @returns undefined: it is no URL */
export function checkSas(text: string, nowMs: number): readonly SasFinding[] | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  return RULES.map(({ id, required, judge }) => {
    const { isKept, actual } = judge({ text, url, nowMs });
    return { id, required, actual, result: isKept ? 'passed' : 'failed' };
  });
}

function field(url: URL, name: string, isRight: (value: string) => boolean) {
  const value = url.searchParams.get(name);
  return { isKept: value !== null && isRight(value), actual: value === null ? `no ${name}` : `${name}=${value}` };
}
