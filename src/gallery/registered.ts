/** Whether the versions that are to be published are in their gallery: whole, and of this image. */
import { throwCollected, UserError } from '../model/errors.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { contentMistakes, findVersion } from './look.ts';
import type { ResourceManager } from './resource-manager.ts';
import type { GalleryPlace } from './resource-ids.ts';
import type { DefinitionPlace } from './settings.ts';

/**
 * Partner Center takes the id of a version that is not there, and refuses it days later.
 *
 * @throws UserError, UserErrors IMAGE_CONFLICT
 */
export async function requireRegistered(
  manager: ResourceManager,
  { resourceGroup, gallery }: GalleryPlace,
  { record, definitions }: { readonly record: ImageRecord; readonly definitions: readonly DefinitionPlace[] },
): Promise<void> {
  const { name, version } = record;
  const mistakes: UserError[] = [];
  for (const place of definitions) {
    const there = await findVersion(manager, { resourceGroup, gallery, definition: place.name, version });
    const refuse = (what: string, hint: string): void =>
      void mistakes.push(new UserError('IMAGE_CONFLICT', `${what}, so it is not published.`, { hint }));
    const shown = `version ${version} of ${place.name}`;
    if (there === undefined) {
      refuse(
        `The gallery ${gallery} has no ${shown}`,
        `Register it first: dcos-build image register ${name}@${version}.`,
      );
    } else if (there.provisioningState !== 'Succeeded') {
      const state = there.provisioningState ?? 'unknown';
      refuse(
        `The gallery ${gallery} has ${shown} in the state ${state}`,
        `"dcos-build image register ${name}@${version}" waits for its end, and mends one that failed.`,
      );
    } else {
      mistakes.push(...contentMistakes(record, place, there));
    }
  }
  throwCollected(mistakes);
}
