/** Answers of ARM that look odd and tell of nothing. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'

const GW = 'ergw-hub'
/** Three quarters of an hour around what happens at ten past ten. */
const usual = {
  labels: ['benign'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:40:00',
  silent: true,
  pages: 0,
} satisfies Partial<ScenarioData>
const peersFault = (
  fault: 'state-unknown' | 'null-duration' | 'whole-seconds',
  instance: string,
  at: string,
  until: string,
  neighbor?: string,
) =>
  ({
    op: 'api-fault',
    fault,
    operation: 'gateway.peers',
    instance,
    at,
    until,
    ...(neighbor ? { neighbor } : {}),
  }) as const

const s43: ScenarioData = {
  ...usual,
  id: 'S43',
  title: 'One ARM error and one empty async result',
  forbid: [
    { event: 'redundancy_restored' },
    { event: 'collector_degraded' },
    { event: 'nothing_polled' },
    { event: 'mass_withdraw' },
  ],
  truth: [
    { op: 'api-fault', fault: '500', operation: 'gateway.peers', at: '10:02:40', until: '10:03:20' },
    { op: 'api-fault', fault: 'null', operation: 'gateway.learned', at: '10:03:50', until: '10:04:20' },
  ],
  collector: [{ kind: 'timeout', poll: 'cs', source: 'ckt-lon/primary', at: '10:05:00', until: '10:05:30' }],
}

const s46: ScenarioData = {
  ...usual,
  id: 'S46',
  title: 'Duplicated rows',
  truth: [
    { op: 'api-fault', fault: 'duplicate-rows', operation: 'gateway.peers', at: '10:01:40', until: '10:06:40' },
    {
      op: 'api-fault',
      fault: 'duplicate-rows',
      operation: 'gateway.learned',
      instance: '10.0.4.13',
      at: '10:01:40',
      until: '10:06:40',
    },
  ],
}

const s47: ScenarioData = {
  ...usual,
  id: 'S47',
  title: 'Shuffled order and cosmetic differences',
  truth: [
    {
      op: 'announce',
      circuit: 'ckt-lon',
      site: 'dc-a',
      prefixes: ['10.14.0.0/16'],
      asPath: [65001, null, 65001],
      at: LONG_AGO,
    },
    { op: 'api-fault', fault: 'spelling', operation: 'gateway.learned', at: '10:01:40' },
    {
      op: 'api-fault',
      fault: 'shuffled',
      operation: 'gateway.learned',
      at: '10:02:40',
      for: '1m',
      every: '2m',
      times: 18,
    },
    { op: 'api-fault', fault: 'shuffled', operation: 'gateway.peers', at: '10:01:40' },
    { op: 'api-fault', fault: 'shuffled', operation: 'circuit', at: '10:01:40' },
  ],
}

const s48: ScenarioData = {
  ...usual,
  id: 'S48',
  title: 'IPv6 spellings',
  patch: {
    circuits: {
      'ckt-lon': {
        peerings: [
          {
            vlan: 100,
            peerAsn: 65001,
            primary: '172.16.0.0/30',
            secondary: '172.16.0.4/30',
            ipv6: { primary: 'fd00:172::/126', secondary: 'fd00:172::4/126' },
          },
        ],
      },
    },
  },
  truth: [
    { op: 'announce', circuit: 'ckt-lon', site: 'dc-a', prefixes: ['fd00:10::/32'], asPath: [65001], at: LONG_AGO },
    {
      op: 'api-fault',
      fault: 'spelling',
      operation: 'gateway.learned',
      at: '10:00:40',
      for: '1m',
      every: '3m',
      times: 10,
    },
    {
      op: 'api-fault',
      fault: 'long-spelling',
      operation: 'gateway.learned',
      at: '10:01:40',
      for: '1m',
      every: '3m',
      times: 10,
    },
    {
      op: 'api-fault',
      fault: 'long-spelling',
      operation: 'circuit.routes',
      at: '10:01:40',
      for: '1m',
      every: '3m',
      times: 10,
    },
  ],
}

const s49: ScenarioData = {
  ...usual,
  id: 'S49',
  title: 'Duration formats',
  truth: [
    {
      op: 'session-loss',
      gateway: GW,
      instance: '10.0.4.12',
      neighbor: '10.0.4.6',
      at: '2030-03-03T10:02:00Z',
      until: '2030-03-03T10:02:30Z',
    },
    peersFault('whole-seconds', '10.0.4.12', '10:02:40', '10:03:20', '10.0.4.6'),
    peersFault('null-duration', '10.0.4.12', '10:03:40', '10:04:20', '10.0.4.6'),
  ],
}

const s50: ScenarioData = {
  ...usual,
  id: 'S50',
  title: 'State Unknown',
  forbid: [
    { event: 'session_down' },
    { event: 'session_up' },
    { event: 'session_unknown' },
    { event: 'gateway_instance_lost' },
    { event: 'mass_withdraw' },
  ],
  // who polls twice a minute or more sees each of them in five samples
  expect: ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7'].map((neighbor) => ({
    event: 'session_unknown' as const,
    subject: `10.0.4.13~${neighbor}`,
    sees: 'ps' as const,
    at: '10:02:40',
    until: '10:05:40',
    samples: 5,
    ends: { at: '10:05:40' },
  })),
  truth: [peersFault('state-unknown', '10.0.4.13', '10:02:40', '10:05:40')],
}

const s51: ScenarioData = {
  ...usual,
  id: 'S51',
  title: 'Empty tables during convergence',
  forbid: [
    { event: 'collector_error' },
    { event: 'mass_withdraw' },
    { event: 'no_path' },
    { event: 'default_route_disappeared' },
    { event: 'parity_mismatch' },
  ],
  truth: [
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '10:02:50', until: '10:03:20' },
    {
      op: 'api-fault',
      fault: 'empty-table',
      operation: 'circuit.routes',
      resource: 'ckt-lon',
      path: 'primary',
      at: '10:04:00',
      until: '10:04:30',
    },
  ],
}

const s52: ScenarioData = {
  ...usual,
  id: 'S52',
  title: 'Answer from one instance only',
  forbid: [
    { event: 'ecmp_reduced' },
    { event: 'ecmp_restored' },
    { event: 'gateway_instance_lost' },
    { event: 'initial_state' },
  ],
  truth: [
    {
      op: 'api-fault',
      fault: 'missing-instance',
      operation: 'gateway.learned',
      instance: '10.0.4.13',
      at: '10:02:50',
      until: '10:04:30',
    },
  ],
}

const s53: ScenarioData = {
  ...usual,
  id: 'S53',
  title: 'Cached answer',
  forbid: [{ event: 'keepalive_stall' }, { event: 'collector_error' }, { event: 'session_flap' }],
  truth: [{ op: 'api-fault', fault: 'cached', operation: 'gateway.peers', at: '10:02:01', until: '10:03:30' }],
}

const s55: ScenarioData = {
  ...usual,
  id: 'S55',
  title: 'Stats cached for five minutes',
  forbid: [
    { event: 'counter_reset' },
    { event: 'green_but_dead' },
    { event: 'one_way_traffic' },
    { event: 'bandwidth_high' },
  ],
  truth: [
    {
      op: 'api-fault',
      fault: 'cached',
      operation: 'circuit.stats',
      resource: 'ckt-ams',
      at: '08:00:26',
      for: '299s',
      every: '5m',
      times: 60,
    },
  ],
}

const s58: ScenarioData = {
  ...usual,
  id: 'S58',
  title: 'Long AS numbers and strange paths',
  patch: { circuits: { 'ckt-lon': { router: 'cisco' } } },
  truth: [
    {
      op: 'announce',
      circuit: 'ckt-lon',
      site: 'dc-a',
      prefixes: ['10.15.0.0/16'],
      asPath: [65001, 4_200_000_001, 4_514_841_457],
      at: LONG_AGO,
    },
  ],
}

export const answers: readonly ScenarioData[] = [s43, s46, s47, s48, s49, s50, s51, s52, s53, s55, s58]
