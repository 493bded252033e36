/** Rules of what machines run: images and extensions. */
import { isJsonObject, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { textAt } from '../look.ts';
import type { JsonPath } from '../mistake.ts';
import { isSecure } from '../parameter-types.ts';
import { callsIn, firstText, isCallOf } from '../source-texts.ts';
import type { Subject } from '../subject.ts';
import { asksForKeys } from './expression-rules.ts';
import { extensionsOf } from './machine-rules.ts';

const RETIRED_IMAGE =
  /^(?:Canonical\/UbuntuServer\/|Canonical\/0001-com-ubuntu-server-(?:xenial|bionic)\/|CoreOS\/|OpenLogic\/CentOS|credativ\/|Debian\/debian-(?:8|9|10)\/)/i;

export const IMAGE_RULES: readonly Rule[] = [
  {
    id: 'VM-Images-Must-Be-Pinned',
    severity: 'warning',
    what: 'Images have a version: neither latest, nor an image of a gallery without one.',
    hint: 'Name the version that was tested; machines that are added later then are like the first.',
    find: loose,
  },
  {
    id: 'VM-Images-Must-Not-Be-Retired',
    severity: 'error',
    what: 'Images are not of a system that nobody mends any more.',
    hint: 'Use an image of your own gallery by imageReference.id.',
    find: retired,
  },
  {
    id: 'Virtual-Machines-Should-Not-Be-Preview',
    severity: 'warning',
    what: 'Images are no previews and no daily ones.',
    hint: 'Take one that is released.',
    find: previews,
  },
  {
    id: 'Extensions-Must-Not-Be-Retired',
    severity: 'error',
    what: 'Extensions are not those of Microsoft.OSTCExtensions.',
    hint: 'CustomScriptForLinux is CustomScript 2.1 of Microsoft.Azure.Extensions now.',
    find: oldPublishers,
  },
  {
    id: 'Linux-Diagnostic-Is-Retired',
    severity: 'error',
    what: 'There is no extension LinuxDiagnostic.',
    hint: 'Use the Azure Monitor Agent with a data collection rule, or none.',
    find: diagnostics,
  },
  {
    id: 'ManagedIdentityExtension-must-not-be-used',
    severity: 'error',
    what: 'There is no extension ManagedIdentityExtension.',
    hint: 'Give the machine an identity, and ask the metadata service for tokens.',
    find: (subject) => ofKind(subject, /^ManagedIdentityExtensionFor/i, 'ManagedIdentityExtension is retired'),
  },
  {
    id: 'CommandToExecute-Must-Use-ProtectedSettings-For-Secrets',
    severity: 'error',
    what: 'A command with secrets stands in protectedSettings.',
    hint: 'Move commandToExecute from settings to protectedSettings.',
    find: openCommands,
  },
];

interface Image {
  readonly path: JsonPath;
  readonly reference: JsonObject;
}

function images({ machines }: Subject): Image[] {
  return machines.flatMap(({ profile, path }) => {
    const reference = valueAt(profile, ['storageProfile', 'imageReference']);
    return isJsonObject(reference) ? [{ path: [...path, 'storageProfile', 'imageReference'], reference }] : [];
  });
}

function* loose(subject: Subject): Iterable<Found> {
  for (const { path, reference } of images(subject)) {
    if (textAt(reference, 'version')?.toLowerCase() === 'latest') {
      yield { path: [...path, 'version'], message: 'The version of the image is latest.' };
    }
    const id = textAt(reference, 'id') ?? '';
    const isLoose = /\/galleries\/[^/]+\/images\/[^/]+(?:\/versions\/latest)?$/i.test(id);
    if (isLoose) yield { path: [...path, 'id'], message: 'The id of the image has no version.' };
  }
}

function nameOf(reference: Json): string {
  return ['publisher', 'offer', 'sku'].map((key) => textAt(reference, key) ?? '').join('/');
}

function* retired(subject: Subject): Iterable<Found> {
  for (const { path, reference } of images(subject)) {
    const name = nameOf(reference);
    if (RETIRED_IMAGE.test(name)) yield { path, message: `The image ${name} is retired.` };
  }
}

function* previews(subject: Subject): Iterable<Found> {
  for (const { path, reference } of images(subject)) {
    const name = `${nameOf(reference)}/${textAt(reference, 'version') ?? ''}`;
    if (/preview|daily|-beta\b/i.test(name)) yield { path, message: `The image ${name} is a preview.` };
  }
}

function* oldPublishers(subject: Subject): Iterable<Found> {
  for (const { path, properties } of extensionsOf(subject)) {
    const [publisher = '', type = ''] = ['publisher', 'type'].map((key) => textAt(properties, key));
    const isOld = /^Microsoft\.OSTCExtensions$/i.test(publisher) && !/^LinuxDiagnostic$/i.test(type);
    if (isOld) yield { path: [...path, 'publisher'], message: `The extension ${type} of ${publisher} is retired.` };
  }
}

function diagnostics(subject: Subject): Iterable<Found> {
  return ofKind(subject, /^LinuxDiagnostic$/i, 'LinuxDiagnostic is retired');
}

function* ofKind(subject: Subject, type: RegExp, message: string): Iterable<Found> {
  for (const { path, properties } of extensionsOf(subject)) {
    if (type.test(textAt(properties, 'type') ?? '')) yield { path: [...path, 'type'], message: `${message}.` };
  }
}

function* openCommands(subject: Subject): Iterable<Found> {
  for (const { path, expression } of subject.texts) {
    if (path.at(-1) !== 'commandToExecute' || path.includes('protectedSettings')) continue;
    const secret = callsIn(expression).find((call) => {
      const definition = valueAt(subject.section('parameters'), [firstText(call) ?? '', 'type']);
      return asksForKeys(call) || (isCallOf(call, 'parameters') && isSecure(definition));
    });
    if (secret !== undefined) yield { path, message: `The command shows what ${secret.name}() gives.` };
  }
}
