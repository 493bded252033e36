/** Shells of users: one that the image does not have would lock its user out, at the first login and not before. */
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import type { ShownDefinition } from './image-definitions.ts';
import type { RootDraft } from './root-draft.ts';

/** Beside those of /etc/shells. */
const COMMON = ['/bin/sh', '/bin/bash', '/usr/sbin/nologin', '/bin/false'];

/** @throws UserError, UserErrors IMAGE_INVALID for what is no program in the root, where its links lead */
export function checkShells(root: RootDraft, { shown, definition }: ShownDefinition): void {
  const mistakes = [...definition.users.entries()].flatMap(([index, { name, shell }]) => {
    if (isProgram(root, shell)) return [];
    const key = `users.${index}.shell`;
    const what = root.find(shell) === undefined ? 'which the image does not have' : 'which is no program';
    const message = `${shown}, key ${key}: the user ${name} is to have the shell ${shell}, ${what}.`;
    const guess = nearest(shell, knownShells(root));
    const hint =
      guess === undefined
        ? 'Name another, or add the package that brings it to "packages".'
        : `Did you mean "${guess}"?`;
    return [new UserError('IMAGE_INVALID', message, { hint, place: { file: shown, key } })];
  });
  throwCollected(mistakes);
}

function knownShells(root: RootDraft): readonly string[] {
  const lines = (root.text('/etc/shells') ?? '').split('\n').map((line) => line.trim());
  return [...lines.filter((line) => line.startsWith('/')), ...COMMON].filter((path) => isProgram(root, path));
}

function isProgram(root: RootDraft, path: string): boolean {
  const entry = root.find(path);
  return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
}
