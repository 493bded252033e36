/** Cluster definitions in tests: one that is right, and what is said of others. */
import { UserError, UserErrors } from '../../src/model/errors.ts';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';

/** The least that a definition has to have. */
const LEAST_CLUSTER = { name: 'prod', image: { definition: 'node' } };

/** One line for each mistake: key, what is wrong, what to do. None: the definition is read. */
export function clusterMistakes(more: object): readonly string[] {
  try {
    parseClusterDefinition('cluster.json', JSON.stringify({ ...LEAST_CLUSTER, ...more }));
    return [];
  } catch (error) {
    if (!(error instanceof UserError || error instanceof UserErrors)) throw error;
    const errors = error instanceof UserErrors ? error.errors : [error];
    return errors.map(({ place, message, hint }) => `${place?.key}: ${message.replace('cluster.json: ', '')} ${hint}`);
  }
}

/** One line for each warning. @throws UserError, UserErrors */
export function clusterWarnings(more: object): readonly string[] {
  const { warnings } = parseClusterDefinition('cluster.json', JSON.stringify({ ...LEAST_CLUSTER, ...more }));
  return warnings.map(({ place, message }) => `${place.key}: ${message.replace('cluster.json: ', '')}`);
}
