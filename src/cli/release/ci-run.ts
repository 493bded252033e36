/** Which CI service runs this, as it tells by its variables: provenance names it. */
import type { RunDetails } from '../../sign/statement.ts';
import type { Context } from '../context.ts';

/**
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
 */
export function ciRun({ env }: Pick<Context, 'env'>): Pick<RunDetails, 'builderId' | 'invocationId'> {
  if (env['GITHUB_ACTIONS'] === 'true') {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_WORKFLOW_REF: workflow } = env;
    const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = '1' } = env;
    if (server === undefined || repository === undefined || workflow === undefined || run === undefined) return {};
    return {
      builderId: `${server}/${workflow}`,
      invocationId: `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`,
    };
  }
  if (env['TF_BUILD'] === 'True') {
    const { SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: project } = env;
    const { SYSTEM_DEFINITIONID: definition, BUILD_BUILDID: run } = env;
    if (collection === undefined || project === undefined || definition === undefined || run === undefined) return {};
    const builds = `${collection}${encodeURIComponent(project)}/_build`;
    return { builderId: `${builds}?definitionId=${definition}`, invocationId: `${builds}/results?buildId=${run}` };
  }
  return {};
}
