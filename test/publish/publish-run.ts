/**
 * Run as a process of its own, and killed: creates a release in a channel, promotes it to another, cleans. It waits for a
 * line on standard input, so that it is the work that is cut off and not the start. argv: location of the store, folder for
 * the tarballs, number of the release.
 */
import { once } from 'node:events';
import { openStore } from '../../src/store/index.ts';
import { publishRound } from './publish-round.ts';

const [location = '', folder = '', round = ''] = process.argv.slice(2);
const store = openStore(location);
await store.has('warm');
process.stdout.write('ready\n');
await once(process.stdin, 'data');
await publishRound(store, folder, Number(round));
process.stdout.write('done\n');
process.exit();
