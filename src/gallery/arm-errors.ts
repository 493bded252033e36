/** What Azure Resource Manager refuses or cannot do, as one sentence that says what to do; without tokens and signatures. */
import { UserError, type ErrorCode } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';

interface ArmFailure {
  /** Of the answer; undefined: there was none, or an operation failed after it was taken. */
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
}

/** The name of the library's error when an operation that was begun has failed, with the service's code and words in it. */
const OPERATION = /^The long-running operation has failed\.\s*(?:(\w+)\.\s*)?(.*)$/s;

/** By somebody in the portal, or by the service itself. */
const CANCELLED = /^Operation was canceled$/;

/** @returns undefined for what has nothing to do with the service */
function armFailure(error: unknown): ArmFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const message = redact(firstLine(error.message));
  if (error.name === 'RestError') {
    const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
    const { code, message: told } = serviceError(error);
    // The library's own words where it does not look what the service has said.
    const isBare = message.startsWith('Pagination failed');
    const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
    return { status, code: code ?? own, message: redact(firstLine(told ?? (isBare ? '' : message))) };
  }
  if (CANCELLED.test(error.message)) return { status: undefined, code: '', message: 'the operation was cancelled' };
  const [isOperation, code = '', told = ''] = OPERATION.exec(error.message) ?? [];
  if (isOperation !== undefined) return { status: undefined, code, message: redact(firstLine(told)) };
  return undefined;
}

/** Whether the service has said no, which it would say again; not that it said nothing. */
export function isRefusal(error: unknown): error is UserError {
  return error instanceof UserError && error.code !== 'AZURE_UNAVAILABLE';
}

export function isNotFound(error: unknown): boolean {
  return armFailure(error)?.status === 404;
}

/** @param doing what could not be done, for "… cannot be …" @returns what has nothing to do with the service unchanged */
export function explainArm(error: unknown, doing: string): unknown {
  if (error instanceof UserError) return error;
  if (isIdentityError(error)) {
    const what = redact(firstLine(error.message));
    return failure('AZURE_FORBIDDEN', `${doing}: no credential was found for it (${what}).`, LOGIN);
  }
  const found = armFailure(error);
  if (found === undefined) return error;
  const { status, code, message } = found;
  const told = [code, message].filter(Boolean).join(': ').replace(/\.$/, '');
  if (status === 401) return failure('AZURE_FORBIDDEN', `${doing}: Azure does not take the token (${told}).`, LOGIN);
  if (status === 403) return failure('AZURE_FORBIDDEN', `${doing}: who runs this may not do it (${told}).`, RIGHTS);
  if (status === undefined && !isNetwork(error)) {
    return failure('AZURE_REFUSED', `${doing}: ${told}.`, hintFor(code));
  }
  if (status === undefined) return failure('AZURE_UNAVAILABLE', `${doing}: it does not answer (${told}).`, AGAIN);
  if (status === 429 || status >= 500) {
    return failure('AZURE_UNAVAILABLE', `${doing}: the service answered ${status} ${told}.`, AGAIN);
  }
  return failure('AZURE_REFUSED', `${doing}: the service refuses it (${status} ${told}).`, hintFor(code));
}

const LOGIN = 'Run "az login" in the cloud that is meant, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and a secret of it.';
const RIGHTS = 'docs/image-gallery.md lists the rights that are needed; a new role takes some minutes to hold.';
const AGAIN = 'Run the same command again in some minutes: it goes on where this one ended.';

function failure(code: ErrorCode, message: string, hint: string): UserError {
  return new UserError(code, message, { hint });
}

const HINTS: Readonly<Record<string, string>> = {
  QuotaExceeded: 'Ask for a larger quota in that region, or name other regions.',
  OperationNotAllowed: 'Often a quota: "az vm list-usage" shows them; or something else is under way there.',
  ResourceGroupNotFound: 'Make the resource group, or look whether its name and the subscription are right.',
  SubscriptionNotFound: 'Look whether the subscription is right, and in this cloud.',
  InvalidSubscriptionId: 'Look whether the subscription is right, and in this cloud.',
  SkuNotAvailable: 'Name another region or another storage: this one is not offered there.',
  AllocationFailed: 'Try it again later, or name another region.',
  Conflict: 'Something else is under way there, or something else has that name or identifier: look in the portal.',
  GalleryImageNotFound: 'Somebody has removed the definition meanwhile: run the same command again.',
  BlobNotFound: 'Upload the image again: dcos-build image upload IMAGE PLACE.',
  LeaseIdMissing: 'Somebody holds a lease on the blob: end it, or upload the image under another name.',
  ResourceGroupBeingDeleted: 'Name another resource group, or wait until it is gone.',
  PropertyChangeNotAllowed: 'What is there cannot be changed so: give another version or another name.',
};

function hintFor(code: string): string {
  return HINTS[code] ?? 'Look whether what the message names is right; --dry-run prints the requests.';
}

/** By their names: the classes are in the library. */
function isIdentityError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^(?:CredentialUnavailable|AggregateAuthentication|Authentication|AuthenticationRequired)Error$/.test(error.name)
  );
}

function isNetwork(error: unknown): boolean {
  return error instanceof Error && error.name === 'RestError';
}

interface ServiceError {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** Where the library puts what the service has said. */
function serviceError(error: Error): ServiceError {
  const details = 'details' in error ? error.details : undefined;
  const inner = objectOf(objectOf(details)?.['error']) ?? objectOf(details);
  const { code, message } = inner ?? {};
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
  };
}

/**
 * An answer of the service with the details of its error in the message, since the library keeps that alone, and the cause is
 * often in the details.
 */
export function withCauses(body: string): string {
  if (!body.includes('"details"')) return body;
  const answer = parsed(body);
  const error = objectOf(answer?.['error']);
  const { details, message } = error ?? {};
  if (!Array.isArray(details) || typeof message !== 'string') return body;
  const causes = details.map(objectOf).map((each) => [each?.['code'], each?.['message']].filter(isText).join(': '));
  const told = [message, ...causes.filter(Boolean)].map((each) => firstLine(each).replace(/\.$/, ''));
  return JSON.stringify({ ...answer, error: { ...error, message: told.join('; ') } });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}

function redact(text: string): string {
  return redactUrls(text)
    .replaceAll(/Bearer [\w.~+/-]+=*/g, 'Bearer ***')
    .replaceAll(/\bsig=[^&\s"]+/g, 'sig=***');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
