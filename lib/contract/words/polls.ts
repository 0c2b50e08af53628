import type { PollKind } from '../poll.ts'

const names: Readonly<Record<PollKind, string>> = {
  peers: 'BGP peers',
  summary: 'CE sessions',
  arp: 'ARP',
  stats: 'Counters',
  learned: 'Learned',
  advertised: 'Advertised',
  tables: 'Path tables',
  effective: 'Effective routes',
  connection: 'Connections',
  inventory: 'Inventory',
  metrics: 'Metrics',
  activity: 'Activity log',
  probe: 'Probe',
}

/** What a kind of poll reads: `BGP peers`. */
export const pollKindWords = (kind: PollKind): string => names[kind]
