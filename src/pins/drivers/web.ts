/** What the drivers share that ask a web server for JSON. */
import type { z } from 'zod';
import { UserError } from '../../model/errors.ts';
import { redactUrls } from '../../model/url.ts';

/** A path below a base URL, which may have a path and credentials of its own. */
export function addressBelow(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`);
}

/** @throws UserError SOURCE_UNAVAILABLE if the server does not speak as documented */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, answer: unknown, url: URL): z.infer<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined ? '' : ` (at ${issue.path.join('.')}: ${issue.message})`;
  throw new UserError('SOURCE_UNAVAILABLE', `${redactUrls(url.href)} answers something unexpected${where}.`, {
    hint: 'Check that the base URL is that of such a server, and no page of a proxy.',
  });
}
