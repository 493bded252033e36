/** The registry that npm uses on this machine: the public one, unless somebody has configured another. */
import { UserError } from '../model/errors.ts';
import { run } from './process.ts';

/** Its base URL. @throws UserError HOST_INCOMPLETE without npm, SOURCE_UNAVAILABLE if npm names none */
export async function npmRegistry(signal: AbortSignal): Promise<string> {
  const { status, stdout } = await run('npm', ['config', 'get', 'registry'], { signal });
  const url = stdout.trim();
  if (status === 0 && URL.canParse(url)) return url;
  throw new UserError('SOURCE_UNAVAILABLE', 'npm names no registry to ask for versions.', {
    hint: 'Run "npm config get registry", or set DCOS_BUILD_NPM_URL.',
  });
}
