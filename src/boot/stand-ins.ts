/** What stands in for Azure around a guest: metadata service, wireserver, its place in the network, and the CD it is provisioned by. */
import { join } from 'node:path';
import { serveHttp, type HttpAnswer, type HttpRequest } from '../host/http-server.ts';
import { writeFileWhole } from '../host/files.ts';
import { SOCKET_FORWARDER } from '../host/socket-forwarder.ts';
import type { Guest } from './guest.ts';
import { answerImds } from './imds.ts';
import { isoImage } from './iso-image.ts';
import { PLATFORM } from './network/address.ts';
import type { Gateway } from './network/gateway.ts';
import { OVF_ENV_NAME, ovfEnvironment } from './ovf-env.ts';
import type { MachineSockets } from './qemu-arguments.ts';
import { answerHostPlugin, answerWireserver, type HealthReport } from './wireserver.ts';

/** As Azure labels it, but for a date behind it; cloud-init looks for the beginning. */
const MEDIA_LABEL = 'rd_rdfe_stable';

export interface StandIns extends AsyncDisposable {
  readonly sockets: Omit<MachineSockets, 'qmp'>;
  /** The CD. */
  readonly media: string;
  /** What the guest reported so far. */
  readonly health: readonly HealthReport[];
  /** `imds GET /metadata/instance 200`: all that it asked for. */
  readonly requests: readonly string[];
  /** Whether the guest took its address since the last call of {@link forgetLease}. */
  isLeased(): boolean;
  forgetLease(): void;
}

/**
 * Everything listens at sockets in that folder, until the scope ends.
 *
 * @param gateway of the network that the guest is a member of
 */
export async function openStandIns(folder: string, guest: Guest, gateway: Gateway): Promise<StandIns> {
  await using stack = new AsyncDisposableStack();
  const health: HealthReport[] = [];
  const requests: string[] = [];
  let leased = false;
  const serve = async (name: string, answer: (request: HttpRequest) => HttpAnswer): Promise<string> => {
    const noted = (request: HttpRequest): HttpAnswer => {
      const reply = answer(request);
      requests.push(`${name} ${request.method} ${request.url.pathname}${request.url.search} ${reply.status}`);
      return reply;
    };
    const socket = join(folder, name);
    stack.use(await serveHttp(socket, noted));
    return socket;
  };
  const wireserver = (request: HttpRequest): HttpAnswer => {
    return answerWireserver(request, guest, (report) => health.push(report));
  };
  const forwards = [
    { ip: PLATFORM.imds, port: 80, socket: await serve('imds', (request) => answerImds(request, guest)) },
    { ip: PLATFORM.wireserver, port: 80, socket: await serve('wireserver', wireserver) },
    { ip: PLATFORM.wireserver, port: 32526, socket: await serve('plugin', answerHostPlugin) },
  ];
  const sockets = { guest: join(folder, 'guest'), world: join(folder, 'world') };
  const onLease = (): void => {
    leased = true;
  };
  stack.use(await gateway.attach(guest, { cardSocket: sockets.guest, worldSocket: sockets.world, onLease }));
  const opened = stack.move();
  return {
    sockets: { ...sockets, forwarder: await writeForwarder(folder), forwards },
    media: await writeMedia(folder, guest),
    health,
    requests,
    isLeased: () => leased,
    forgetLease: () => {
      leased = false;
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function writeForwarder(folder: string): Promise<string> {
  const path = join(folder, 'forward.pl');
  await writeFileWhole(path, SOCKET_FORWARDER);
  return path;
}

async function writeMedia(folder: string, guest: Guest): Promise<string> {
  const path = join(folder, 'media.iso');
  const content = Buffer.from(ovfEnvironment(guest));
  await writeFileWhole(path, isoImage({ label: MEDIA_LABEL, fileName: OVF_ENV_NAME.toUpperCase(), content }));
  return path;
}
