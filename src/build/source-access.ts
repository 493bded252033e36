/** The sources of components, fetched and laid out through the source room. */
import { UserError, UserErrors } from '../model/errors.ts';
import { openSources, type SourcesOptions } from '../source/index.ts';
import type { SourceAccess } from './run-context.ts';
import { requestsOf } from '../tree/source-requests.ts';
import { SOURCE_DATE_EPOCH } from './sandbox.ts';

export function sourceAccess(options: SourcesOptions): SourceAccess {
  const sources = openSources(options);
  return {
    lacks: async (component) => (await sources.missing(requestsOf(component))).length > 0,
    fetch: async (component, task, signal) => {
      await sources.fetch(requestsOf(component), {
        signal,
        onProgress: (_request, item, bytes, totalBytes) => task.progress(item, bytes, totalBytes),
      });
    },
    checkout: async (component, folder, _task, signal) => {
      const requests = requestsOf(component);
      // What was in the cache already has not been looked at by this run: it is verified here, if it was not fetched.
      await sources.fetch(requests, { signal });
      for (const request of requests) {
        await sources.checkout(request, folder, { signal, epoch: SOURCE_DATE_EPOCH });
      }
    },
    unobtainable: async (components, signal) => {
      const ends = await Promise.all(
        components.map(async (component) => {
          try {
            await sources.fetch(requestsOf(component), { signal });
            return [];
          } catch (error) {
            if (error instanceof UserError || error instanceof UserErrors) return [component];
            throw error;
          }
        }),
      );
      return ends.flat();
    },
    // Offline, a fetch asks for nothing: it names all that is missing, of all components at once.
    refuseMissing: (components) => sources.fetch(components.flatMap(requestsOf)),
  };
}
