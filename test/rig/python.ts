/** Runs the Python that is source in this tree with the machine's Python, which needs no build. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Debian's, for which the modules that the tests need are installed. */
const PYTHON = '/usr/bin/python3';
const PACKAGES = resolve(import.meta.dirname, '../../packages');

export interface PythonEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python to its end, with modules of these components, `name` or `name/folder`, to be imported. */
export function python(components: readonly string[], args: readonly string[]): Promise<PythonEnd> {
  const paths = components.map((name) => resolve(PACKAGES, name.includes('/') ? name : `${name}/extra`));
  // -B: a compiled file in extra/ would change the component's id.
  const child = spawn(PYTHON, ['-B', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C.UTF-8',
      PYTHONPATH: paths.join(':'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
}

/** Runs a component's command, as the file in its `extra/bin`. */
export function pythonCommand(component: string, command: string, args: readonly string[]): Promise<PythonEnd> {
  return python([component], [resolve(PACKAGES, component, 'extra/bin', command), ...args]);
}
