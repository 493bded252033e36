/** Reads the file of an ARM template. */
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';

/** A text or a comment: only the second is blanked, so that places stay where they are. */
const TEXT_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g;

/**
 * JSON, in which Azure Resource Manager allows comments.
 *
 * @param shown how the file is called in errors
 * @throws UserError TEMPLATE_INVALID if it is no JSON, or not the JSON of a template
 */
export function parseTemplate(shown: string, text: string): JsonObject {
  const template = readJson(shown, text.replace(/^\uFEFF/, ''));
  if (!isJsonObject(template)) throw invalid(shown, 'It is no JSON object.', TEMPLATE_HINT);
  const schema = member(template, '$schema');
  if (typeof schema === 'string' && schema.includes('deploymentParameters')) {
    throw invalid(shown, 'It holds the parameters of a deployment.', 'Name the template itself.');
  }
  const resources = member(template, 'resources');
  if (!isJsonArray(resources) && !isJsonObject(resources)) throw invalid(shown, 'It has no resources.', TEMPLATE_HINT);
  return template;
}

const TEMPLATE_HINT = 'A template is an object with $schema, contentVersion and resources.';

function readJson(shown: string, text: string): Json {
  const bare = text.replaceAll(TEXT_OR_COMMENT, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/\S/g, ' '),
  );
  try {
    return parseJson(bare);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, line, column] = /line (\d+) column (\d+)/.exec(error.message) ?? [];
    const end = bare.split('\n');
    throw new UserError('TEMPLATE_INVALID', `${shown} is no JSON: ${error.message.replace(/ in JSON.*$/s, '')}.`, {
      hint: 'Names and texts of JSON stand in double quotes, and a comma stands between members and nowhere else.',
      place: { file: shown, line: Number(line ?? end.length), column: Number(column ?? (end.at(-1) ?? '').length + 1) },
      cause: error,
    });
  }
}

function invalid(shown: string, what: string, hint: string): UserError {
  return new UserError('TEMPLATE_INVALID', `${shown} is no ARM template. ${what}`, { hint, place: { file: shown } });
}
