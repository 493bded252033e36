/** Clusters of every shape that a definition can ask for, by what they are like. */
import { EXISTING, privatePool, publicPool } from './examples.ts';

const ZONES = { zones: ['1', '2', '3'] };
const DISKS = [{ gib: 128 }, { gib: 1024, type: 'PremiumV2_LRS' }];

export const SHAPES: Readonly<Record<string, object>> = {
  'as it is by default': {},
  'with nobody who may come': { access: {}, pools: [privatePool()] },
  'with masters alone': { pools: [] },
  'in zones': { masters: { placement: ZONES }, pools: [privatePool({ placement: ZONES }), publicPool()] },
  'with flexible scale sets': {
    pools: [privatePool({ orchestration: 'flexible', placement: ZONES }), publicPool({ orchestration: 'flexible' })],
  },
  'with single machines': {
    masters: { placement: { regional: true } },
    pools: [
      privatePool({ orchestration: 'availability-set' }),
      publicPool({ orchestration: 'availability-set', placement: { availability_set: { fault_domains: 3 } } }),
    ],
  },
  'in a network that is there': { network: EXISTING },
  'with single machines in a network that is there': {
    network: EXISTING,
    pools: [privatePool({ orchestration: 'availability-set' }), publicPool({ orchestration: 'availability-set' })],
  },
  'with data disks': { pools: [privatePool({ data_disks: DISKS, placement: ZONES })] },
  'with many agents': { pools: [privatePool({ count: 600 })] },
  'for those who come through the network': {
    access: { ssh_from: ['10.200.0.0/16'], web_from: ['192.168.7.1'] },
    network: EXISTING,
  },
  'with a service tag and everybody': { access: { ssh_from: ['AzureCloud'], web_from: ['*'] } },
  'with ports of its own for some': {
    pools: [
      publicPool({ ports: [25, 9090], ports_from: ['192.0.2.0/25', '192.0.2.200'] }),
      publicPool({ name: 'two', dns_prefix: 'test-two' }),
    ],
  },
};
