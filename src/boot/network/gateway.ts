/**
 * The network of a set of machines, between their cards and QEMU's user-mode networks: DHCP, ARP and names are answered
 * here, packets between machines go from one to the other, TCP to the platform goes on to QEMU's side, and nothing else
 * goes anywhere. QEMU's own DHCP server knows neither option 121 nor 245, and its network would have to begin with 168. or
 * 169. for the machine.
 */
import { listenOnSocket, type Connection } from '../../host/unix-socket.ts';
import { splitFrames, withLength } from './frame-stream.ts';
import { fromCard, fromWorld, type Forwarding } from './route.ts';
import type { Member, VirtualNetwork } from './virtual-network.ts';

export interface AttachOptions {
  /** Where QEMU connects the machine's card, and where its own network. */
  readonly cardSocket: string;
  readonly worldSocket: string;
  readonly onLease: () => void;
}

interface Ends {
  card?: Connection;
  world?: Connection;
}

export class Gateway {
  readonly network: VirtualNetwork;
  readonly #ends = new Map<Member, Ends>();

  constructor(network: VirtualNetwork) {
    this.network = network;
  }

  /** Keeps a machine in the network until the scope ends. @param member one of those of the network */
  async attach(member: Member, { cardSocket, worldSocket, onLease }: AttachOptions): Promise<AsyncDisposable> {
    await using stack = new AsyncDisposableStack();
    const ends: Ends = {};
    this.#ends.set(member, ends);
    stack.defer(() => void this.#ends.delete(member));
    const listen = async (path: string, side: keyof Ends, decide: Decision): Promise<void> => {
      const act = (forwarding: Forwarding | undefined): void => {
        if (forwarding === undefined) return;
        this.#receiver(forwarding, ends, side)?.send(withLength(forwarding.frame));
        if (forwarding.to === 'sender' && forwarding.isLeased === true) onLease();
      };
      const accept = (connection: Connection): void => {
        ends[side] = connection;
        connection.onData(splitFrames((frame) => act(decide(frame))));
      };
      stack.use(await listenOnSocket(path, accept));
    };
    await listen(cardSocket, 'card', (frame) => fromCard(frame, member, this.network));
    await listen(worldSocket, 'world', (frame) => fromWorld(frame, member));
    return stack.move();
  }

  #receiver(forwarding: Forwarding, ends: Ends, side: keyof Ends): Connection | undefined {
    if (forwarding.to === 'member') return this.#ends.get(forwarding.member)?.card;
    const isBack = forwarding.to === 'sender';
    return (side === 'card') === isBack ? ends.card : ends.world;
  }
}

type Decision = (frame: Buffer) => Forwarding | undefined;
