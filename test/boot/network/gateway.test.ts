/** The gateway with sockets, which two cards are connected to as QEMU's would be. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressOf, GATEWAY_MAC, PLATFORM } from '../../../src/boot/network/address.ts';
import { splitFrames, withLength } from '../../../src/boot/network/frame-stream.ts';
import { udpFrame, type Datagram } from '../../../src/boot/network/frame.ts';
import { Gateway } from '../../../src/boot/network/gateway.ts';
import { VirtualNetwork } from '../../../src/boot/network/virtual-network.ts';
import { broadcast, datagramIn, DHCP, dhcpMessage } from '../../rig/dhcp-client.ts';
import { Scratch } from '../../rig/scratch.ts';

const MASTER = { hostName: 'master-0', address: addressOf(0, { ip: '172.16.0.5', prefixLength: 24 }) };
const AGENT = { hostName: 'agent-0', address: addressOf(1, { ip: '10.32.0.4', prefixLength: 11 }) };
const toGateway = { from: MASTER.address.mac, to: GATEWAY_MAC };

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

/** One end of a socket, and the next frame that comes there. */
class Card implements Disposable {
  readonly #socket: Socket;
  readonly #frames: Buffer[] = [];
  #wake: () => void = () => undefined;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on(
      'data',
      splitFrames((frame) => {
        this.#frames.push(Buffer.from(frame));
        this.#wake();
      }),
    );
  }

  send(frame: Buffer): void {
    this.#socket.write(withLength(frame));
  }

  async next(): Promise<Buffer> {
    for (let frame = this.#frames.shift(); ; frame = this.#frames.shift()) {
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

test('two machines in different subnets get their addresses and reach each other, and the platform is on the other side', async () => {
  const gateway = new Gateway(new VirtualNetwork([MASTER, AGENT]));
  const leased: string[] = [];
  const attach = async (member: typeof MASTER): Promise<AsyncDisposable> =>
    await gateway.attach(member, {
      cardSocket: scratch.path(`${member.hostName}-card`),
      worldSocket: scratch.path(`${member.hostName}-world`),
      onLease: () => leased.push(member.hostName),
    });
  await using _master = await attach(MASTER);
  await using _agent = await attach(AGENT);
  using master = new Card(scratch.path('master-0-card'));
  using world = new Card(scratch.path('master-0-world'));
  using agent = new Card(scratch.path('agent-0-card'));

  agent.send(udpFrame(broadcast(dhcpMessage(DHCP.request, AGENT.address.mac)), toGateway));
  expect([...datagramIn(await agent.next()).payload.subarray(16, 20)].join('.')).toBe('10.32.0.4');
  expect(leased).toEqual(['agent-0']);

  const hello: Datagram = {
    ...{ sourceIp: MASTER.address.ip, targetIp: AGENT.address.ip, sourcePort: 1, targetPort: 2 },
    payload: Buffer.from('hello'),
  };
  master.send(udpFrame(hello, toGateway));
  const heard = await agent.next();
  expect(datagramIn(heard)).toEqual(hello);
  expect(heard.toString('hex', 0, 12)).toBe(`${AGENT.address.mac}${GATEWAY_MAC}`);

  const request = udpFrame({ ...hello, targetIp: PLATFORM.imds }, toGateway);
  request[23] = 6;
  master.send(request);
  const passed = await world.next();
  expect(passed.equals(request)).toBe(true);
  world.send(passed);
  expect((await master.next()).equals(request)).toBe(true);
});
