/** In which lines of a file the places of a template stand, as findings name them. */
import { JsonMistake, JsonReader } from '../../recipe/json-reader.ts';
import { withoutComments } from './cluster-file.ts';

/** @param paths as `resources[2].properties['a b']` @returns lines from 1; places that are not in the file are left out */
export function linesOf(text: string, paths: readonly string[]): ReadonlyMap<string, number> {
  const wanted = new Map(paths.map((path) => [stepsOf(path).join('\0'), path]));
  const offsets = new Map<string, number>();
  const plain = withoutComments(text);
  const reader = new JsonReader(plain, 0, plain.length, (found, at) => {
    const path = wanted.get(found.join('\0'));
    if (path !== undefined) offsets.set(path, at);
  });
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
  }
  return new Map([...offsets].map(([path, offset]) => [path, plain.slice(0, offset).split('\n').length]));
}

function stepsOf(path: string): readonly string[] {
  return [...path.matchAll(/\['([^]*?)'\]|\[(\d+)\]|([\w$]+)/g)].map(([, quoted, index, word]) => {
    return quoted ?? index ?? word ?? '';
  });
}
