/** Errors that a person can act on, and the table of their codes. */

/** Every code with the exit status it ends in. Codes are public: documented, tested, never renamed. */
const EXIT = {
  USAGE: 2,
  FOLDER_UNUSABLE: 2,
  TREE_NOT_FOUND: 2,
  TREE_INVALID: 2,
  RECIPE_INVALID: 2,
  LICENCE_REFUSED: 1,
  RELEASE_UNKNOWN: 2,
  COMPONENT_UNKNOWN: 2,
  BUILD_UNKNOWN: 2,
  PACKAGE_ID_INVALID: 2,
  BUILDER_INVALID: 2,
  BUILDER_UNKNOWN: 2,
  REQUIREMENT_CYCLE: 2,
  BOM_INVALID: 2,
  BOM_UNAVAILABLE: 1,
  DATABASE_INVALID: 2,
  DATABASE_UNAVAILABLE: 1,
  SOURCE_INVALID: 2,
  SOURCE_MISSING: 1,
  SOURCE_MISMATCH: 1,
  SOURCE_PRIVATE: 1,
  SOURCE_UNAVAILABLE: 1,
  MIRROR_INVALID: 2,
  MIRROR_DAMAGED: 1,
  MIRROR_UNAVAILABLE: 1,
  VERSION_UNKNOWN: 2,
  APT_UNRESOLVED: 2,
  ARCHIVE_REFUSED: 1,
  ACTIVATION_CONFLICT: 1,
  LOG_MISSING: 2,
  BUILD_FAILED: 1,
  BUILD_NOT_REPRODUCIBLE: 1,
  STORE_CORRUPT: 1,
  REPOSITORY_UNAVAILABLE: 1,
  STORE_FORBIDDEN: 3,
  STORE_CONFLICT: 1,
  CONFIG_INVALID: 2,
  CHANNEL_UNKNOWN: 2,
  CHANNEL_MOVED: 1,
  RELEASE_DAMAGED: 1,
  RELEASE_DIFFERS: 1,
  SIGNATURE_REFUSED: 1,
  SIGNING_FAILED: 1,
  KEY_INVALID: 2,
  TRUST_INVALID: 2,
  PACKAGE_REFUSED: 1,
  IMAGE_INVALID: 2,
  IMAGE_UNKNOWN: 2,
  IMAGE_CONFLICT: 1,
  IMAGE_REFUSED: 1,
  CLUSTER_INVALID: 2,
  TEMPLATE_INVALID: 2,
  AZURE_FORBIDDEN: 3,
  AZURE_REFUSED: 1,
  AZURE_UNAVAILABLE: 1,
  CANCELLED: 130,
  EXECUTOR_UNAVAILABLE: 3,
  HOST_INCOMPLETE: 3,
  DISK_FULL: 3,
} as const;

export type ErrorCode = keyof typeof EXIT;

/** Where in the input a mistake stands. `line` and `column` count from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The path of keys inside the file, such as `sources.curl.ref`. */
  readonly key?: string;
}

/** `file:line:column, key a.b`, as much of it as is known. */
export function describePlace({ file, line, column, key }: Place): string {
  const position = line === undefined ? '' : column === undefined ? `:${line}` : `:${line}:${column}`;
  return `${file}${position}${key === undefined ? '' : `, key ${key}`}`;
}

/** An error as plain data, as it looks in JSON everywhere. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place?: Place;
}

export interface UserErrorOptions extends ErrorOptions {
  /** What to do next: one sentence. */
  readonly hint: string;
  readonly place?: Place;
}

/** A failure a person can act on, printed as message, hint and code. Anything else thrown is a bug: keep its stack. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly place: Place | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: UserErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.code = code;
    this.hint = options.hint;
    this.place = options.place;
    this.exitCode = EXIT[code];
  }
}

/** Several independent failures found in one go; never empty, in the order in which they are to be printed. */
export class UserErrors extends Error {
  readonly errors: readonly UserError[];
  readonly exitCode: number;

  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'UserErrors';
    this.errors = errors;
    this.exitCode = errors[0]?.exitCode ?? 1;
  }
}

/** The data of one error, or of each of several. */
export function errorData(error: UserError | UserErrors): readonly ErrorData[] {
  return (error instanceof UserErrors ? error.errors : [error]).map(({ code, message, hint, place }) => ({
    ...{ code, message, hint },
    ...(place === undefined ? {} : { place }),
  }));
}

/** Throws what was collected: nothing for none, the error itself for one, {@link UserErrors} for more. */
export function throwCollected(errors: readonly UserError[]): void {
  const [first, ...rest] = errors;
  if (first === undefined) return;
  throw rest.length === 0 ? first : new UserErrors(errors);
}
