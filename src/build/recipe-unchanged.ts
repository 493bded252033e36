/** Whether a component's files are still those of its id: they are read when the run begins, and mounted later. */
import { RecordingFileView } from '../host/file-view.ts';
import { UserError } from '../model/errors.ts';
import { FileTrouble } from '../model/file-view.ts';
import { FolderTrouble, readFolder } from '../resolve/folder-hash.ts';
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent } from '../resolve/plan.ts';

/**
 * Looked at when a build has ended, so that nothing that was edited before or during it gets the id of the old files.
 *
 * @throws UserError BUILD_FAILED naming the file
 */
export function requireUnchanged(component: PlannedComponent): void {
  const changed = changedFile(component);
  if (changed === undefined) return;
  const message = `${changed} of ${labelOf(component.key)} was changed after this run had read it.`;
  throw new UserError('BUILD_FAILED', message, { hint: 'Run the same command again: it builds the new files.' });
}

function changedFile({ folder, buildScript, buildIds, extra }: PlannedComponent): string | undefined {
  const view = new RecordingFileView();
  try {
    if (view.sha1(`${folder}/${buildScript}`) !== buildIds['build']) return buildScript;
    const now = readFolder(view, `${folder}/extra`);
    const before = extra ?? {};
    const paths = [...Object.keys(now), ...Object.keys(before)];
    const path = paths.find((each) => now[each] !== before[each]);
    return path === undefined ? undefined : `extra/${path}`;
  } catch (error) {
    if (error instanceof FileTrouble) return buildScript;
    if (error instanceof FolderTrouble) return `extra/${error.path}`;
    throw error;
  }
}
