/** Commands as a person runs them: in a terminal, made by script(1), where they can be typed to. */
import { spawn } from 'node:child_process';
import type { Rig } from './rig.ts';

export interface OnTerminal {
  /** Sends keys; `\r` is the return key, `\x03` Ctrl-C. */
  readonly type: (keys: string) => void;
  /** Resolves when the text has been shown, after whatever was waited for before. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  /** Exit status, and everything shown, escape sequences and all. */
  readonly end: Promise<{ readonly status: number | null; readonly shown: string }>;
}

/** The size of the terminal. */
const SIZE = 'stty columns 100 rows 30';

/** Runs a shell command line in the tree's folder; `dcos-build` is in its PATH. */
export function onTerminal(rig: Rig, command: string): OnTerminal {
  const path = `${rig.addProgram()}:${process.env['PATH'] ?? ''}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', `${SIZE}; ${command}`, '/dev/null'], {
    cwd: rig.folder,
    env: { PATH: path, HOME: rig.folder, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/bash' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  rig.adopt(child);
  let shown = '';
  let read = 0;
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (const look of waiting) look();
  });
  const end = new Promise<{ status: number | null; shown: string }>((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => done({ status, shown }));
  });
  const shows = async (text: string | RegExp): Promise<void> => {
    const seen = Promise.withResolvers<void>();
    const look = (): void => {
      const rest = shown.slice(read);
      const at = rest.search(text instanceof RegExp ? text : RegExp.escape(text));
      if (at < 0) return;
      read += at + 1;
      seen.resolve();
    };
    waiting.add(look);
    look();
    void end.then(() => seen.reject(new Error(`${text} was never shown:\n${shown}`)));
    await seen.promise.finally(() => waiting.delete(look));
  };
  return { type: (keys) => void child.stdin.write(keys), shows, end };
}
