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

/** The effective routes of an interface whose virtual machine is off end as not polled, with Azure's reason: there is nothing to poll, and nothing is wrong. */
export const isOfStoppedVm = ({ lastOutcome, error }: { lastOutcome: string | null; error: object | null }): boolean =>
  lastOutcome === 'not_polled' && error !== null
