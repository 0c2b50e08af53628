/** What looks like a fault and is none. */
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

const s40: ScenarioData = {
  ...usual,
  id: 'S40',
  title: 'Byte counter reset',
  truth: [{ op: 'counter-reset', circuit: 'ckt-lon', at: '10:07:10' }],
  expect: [
    {
      event: 'counter_reset',
      subject: 'ckt-lon',
      sees: 'st',
      at: '10:07:10',
      t: ['10:06:25', '10:07:27'],
      severity: 'info',
    },
  ],
}

const s41: ScenarioData = {
  ...usual,
  id: 'S41',
  title: '429 storm',
  end: '10:55:00',
  truth: [{ op: 'api-fault', fault: '429', retryAfter: 60, at: '10:05:00', for: '2m', every: '3m', times: 5 }],
}

const s42: ScenarioData = {
  ...usual,
  id: 'S42',
  title: 'Poll gap, nothing happened',
  end: '10:45:00',
  collector: [{ kind: 'pause', at: '10:10:30', until: '10:13:30' }],
}

const s43: ScenarioData = {
  ...usual,
  id: 'S43',
  title: 'One ARM error and one empty async result',
  truth: [
    { op: 'api-fault', fault: '500', operation: 'gateway.peers', at: '10:02:40', until: '10:03:20' },
    { op: 'api-fault', fault: 'null', operation: 'gateway.learned', at: '10:03:50', until: '10:04:20' },
  ],
  collector: [{ kind: 'timeout', poll: 'cs', source: 'ckt-lon/primary', at: '10:05:00', until: '10:05:30' }],
}

const s45: ScenarioData = {
  ...usual,
  id: 'S45',
  title: 'Clock skew and a step',
  collector: [{ kind: 'clock', at: '10:03:30', stepMs: 1200, ppm: 50 }],
  beyond: ['the Date header: bounds do not come from it, so that the run has none'],
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
  truth: [peersFault('state-unknown', '10.0.4.13', '10:02:40', '10:05:40')],
}

const s51: ScenarioData = {
  ...usual,
  id: 'S51',
  title: 'Empty tables during convergence',
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
  truth: [{ op: 'api-fault', fault: 'cached', operation: 'gateway.peers', at: '10:02:01', until: '10:03:30' }],
}

const s54: ScenarioData = {
  ...usual,
  id: 'S54',
  end: '10:45:00',
  title: 'Internal peer that never connects',
  silent: false,
  truth: [
    {
      op: 'session-loss',
      gateway: GW,
      instance: '10.0.4.12',
      neighbor: '10.0.4.13',
      at: '10:10:05',
      until: '10:10:20',
    },
  ],
  expect: [{ event: 'session_flap', subject: '10.0.4.12~10.0.4.13', sees: 'ps', at: '10:10:20', severity: 'info' }],
  forbid: [
    { event: 'session_down', subject: '10.0.4.15' },
    { event: 'peer_lost' },
    { event: 'path_down' },
    { event: 'redundancy_lost' },
  ],
}

const s55: ScenarioData = {
  ...usual,
  id: 'S55',
  title: 'Stats cached for five minutes',
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

const s56: ScenarioData = {
  ...usual,
  id: 'S56',
  title: 'Quiet holiday',
  silent: false,
  start: '07:50:00',
  end: '09:10:00',
  truth: [{ op: 'traffic', factor: 0.03, at: '08:00:00' }],
  expect: [
    {
      event: 'traffic_low_everywhere',
      subject: '*',
      sees: 'st',
      source: 'ckt-lon',
      at: '08:00:00',
      samples: 3,
      flat: '5:00',
      severity: 'info',
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'one_way_traffic' }],
}

const s57: ScenarioData = {
  ...usual,
  id: 'S57',
  title: 'ARP oddities',
  patch: { circuits: { 'ckt-ams': { arpShowsMicrosoft: false } } },
  end: '10:55:00',
  collector: [{ kind: 'timeout', poll: 'ar', source: 'ckt-ams/primary', at: '10:20:00', until: '10:20:40' }],
  beyond: ["both paths of ckt-ams lack Microsoft's row, and ages go round by themselves"],
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

const s59: ScenarioData = {
  ...usual,
  id: 'S59',
  title: 'Keepalive counter beats',
  truth: [
    { op: 'keepalive-stall', gateway: GW, neighbor: '10.0.4.5', at: '10:03:00', for: '70s', every: '3m', times: 5 },
  ],
}

const s61: ScenarioData = {
  id: 'S61',
  title: 'Collector restart in the middle of an outage',
  labels: ['benign', 'collector'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:45:00',
  truth: [{ op: 'cut-path', circuit: 'ckt-lon', path: 'primary', at: '10:00:30', until: '10:12:40' }],
  collector: [{ kind: 'restart', at: '10:05:40', until: '10:06:20' }],
  expect: [
    {
      event: 'path_down',
      subject: 'ckt-lon/primary',
      sees: 'cs',
      at: '10:00:31',
      until: '10:12:52',
      t: ['10:00:10', '10:01:12'],
      ends: { at: '10:12:52', told: 'upDown', t: ['10:12:50', '10:12:53'] },
      outage: ['11:38', '12:43'],
    },
    {
      event: 'redundancy_lost',
      subject: 'ckt-lon',
      sees: 'cs',
      at: '10:00:31',
      until: '10:12:52',
      t: ['10:00:10', '10:01:12'],
    },
    { event: 'redundancy_restored', subject: 'ckt-lon', sees: 'cs', at: '10:12:52', samples: 2 },
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:58',
      t: ['10:00:05', '10:01:07'],
    },
    { event: 'ecmp_restored', subject: '10.0.4.5 > 10.0.4.4,10.0.4.5', sees: 'lr', at: '10:12:58' },
  ],
  forbid: [{ event: 'failover' }, { event: 'circuit_down' }, { event: 'mass_withdraw', alone: true }],
  pages: 1,
}

export const benign: readonly ScenarioData[] = [
  s40, s41, s42, s43, s45, s46, s47, s48, s49, s50, s51, s52, s53, s54, s55, s56, s57, s58, s59, s61,
] // biome-ignore format: a list
