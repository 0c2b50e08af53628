/** Whose prefixes they are, and through whom they come: watched ones, origins, transit, pieces of others, and unrest. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, fault, LATE, LON, near, type Truth } from './frame.ts'
import { A, B } from './prefixes.ts'

const [FIRST = '', SECOND = '', THIRD = ''] = A
const LON_PEERS = ['10.0.4.4', '10.0.4.5'] as const
const AMS_PEERS = ['10.0.4.6', '10.0.4.7'] as const
type Watched = 'route_announced' | 'route_withdrawn' | 'path_change'
const told = (event: Watched, prefix: string, peers: readonly string[], at: string, until?: string) =>
  peers.map((peer) => ({
    event,
    subject: `${prefix} from ${peer}`,
    sees: 'lr' as const,
    at,
    ...(until === undefined ? {} : { until }),
    severity: 'warning' as const,
  }))
/** The prefix comes by another path while this lasts. */
const instead = (circuit: string, prefixes: string[], asPath: number[], at: string, until: string) =>
  [
    { op: 'withdraw', circuit, prefixes, at, until, ...LATE },
    { op: 'announce', circuit, prefixes, asPath, at, until, ...LATE },
  ] as const

const watchedGone: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S134',
  title: 'A watched prefix is withdrawn, announced again, and longer for a while',
  declared: { watched: [FIRST] },
  truth: [
    { op: 'withdraw', circuit: AMS, prefixes: [FIRST], at: '10:00:30', until: '10:06:00', ...LATE },
    { op: 'prepend', circuit: AMS, prefixes: [FIRST], count: 1, at: '10:10:00', until: '10:14:00', ...LATE },
  ],
  expect: [
    ...told('route_withdrawn', FIRST, AMS_PEERS, '10:00:33', '10:06:03'),
    ...told('route_announced', FIRST, AMS_PEERS, '10:06:03'),
    // who did not poll while it was as before sees it come back with the longer path, which is no change
    ...told('path_change', FIRST, AMS_PEERS, '10:10:03', '10:14:03').map((change) => ({
      ...change,
      between: ['10:06:03', '10:10:03'] as [string, string],
    })),
    ...told('path_change', FIRST, AMS_PEERS, '10:14:03'),
  ],
  forbid: [{ event: 'mass_withdraw' }, { event: 'best_path_shift' }, { event: 'failover' }],
  pages: 0,
}

const watchedPart: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S135',
  title: 'A piece of a watched prefix comes and goes',
  declared: { watched: ['10.20.0.0/15'] },
  truth: [
    { op: 'withdraw', circuit: LON, prefixes: B.slice(0, 1), at: '10:00:30', until: '10:12:00', ...LATE },
    { op: 'prepend', circuit: LON, prefixes: B.slice(1), count: 1, at: '10:05:30', ...LATE },
  ],
  expect: [
    ...told('route_withdrawn', '10.20.0.0/16', LON_PEERS, '10:00:33', '10:12:03'),
    ...told('route_announced', '10.20.0.0/16', LON_PEERS, '10:12:03'),
    ...told('path_change', '10.21.0.0/16', LON_PEERS, '10:05:33'),
  ],
  forbid: [{ event: 'mass_withdraw' }, { event: 'best_path_shift' }],
  pages: 0,
}

const unwatched: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S138',
  title: 'Prefixes that nobody watches come, go and gain a prepend; tables of the watched one are spelled otherwise',
  declared: { watched: [FIRST] },
  truth: [
    { op: 'withdraw', circuit: AMS, prefixes: [SECOND], at: '10:00:30', until: '10:06:00', ...LATE },
    { op: 'prepend', circuit: AMS, prefixes: [THIRD], count: 2, at: '10:08:00', until: '10:12:00', ...LATE },
    { op: 'api-fault', fault: 'spelling', operation: 'gateway.learned', at: '10:02:00', until: '10:12:00' },
    { op: 'api-fault', fault: 'shuffled', operation: 'circuit', at: '10:02:00', until: '10:12:00' },
  ],
  forbid: [
    { event: 'route_announced' },
    { event: 'route_withdrawn' },
    { event: 'path_change' },
    { event: 'origin_change' },
    { event: 'unexpected_transit' },
    { event: 'route_churn' },
  ],
}

const watchedUnread: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S141',
  title: 'A watched prefix is missing from answers that are not whole',
  declared: { watched: [FIRST] },
  truth: [
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '10:02:00', until: '10:03:10' },
    {
      op: 'api-fault',
      fault: 'missing-instance',
      operation: 'gateway.learned',
      instance: '10.0.4.12',
      at: '10:05:00',
      until: '10:08:10',
    },
  ],
  forbid: [
    { event: 'route_announced' },
    { event: 'route_withdrawn' },
    { event: 'path_change' },
    { event: 'site_state_changed' },
    { event: 'route_churn' },
    { event: 'more_specific' },
    { event: 'unexpected_transit' },
  ],
}

const otherOrigin = (id: string, circuit: string, prefix: string, asPath: number[]): ScenarioData => ({
  ...aroundTen,
  ...fault,
  id,
  known: true,
  title: `${prefix} comes from another origin on ${circuit}`,
  truth: [
    // a network behind the customer's that has always been there
    { op: 'announce', circuit, prefixes: ['10.40.0.0/16'], asPath: [65001, asPath.at(-1) ?? 0], at: LONG_AGO },
    ...instead(circuit, [prefix], asPath, '10:00:30', '10:12:00'),
  ],
  expect: [
    {
      event: 'origin_change',
      subject: `${prefix} from AS${asPath.at(-1)}`,
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:03',
      severity: 'minor',
      ends: { at: '10:12:03' },
    },
  ],
  forbid: [{ event: 'unexpected_transit' }, { event: 'mass_withdraw' }, { event: 'failover' }],
  pages: 0,
})

const leakedByPublic: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S139',
  title: 'A prefix of a site comes through the Internet',
  truth: [...instead(AMS, [SECOND], [65001, 3356, 65001], '10:00:30', '10:12:00')],
  expect: [
    {
      event: 'unexpected_transit',
      subject: AMS,
      sees: 'lr',
      source: 'ergw-hub',
      at: '10:00:33',
      until: '10:12:03',
      severity: 'warning',
      ends: { at: '10:12:03' },
    },
  ],
  forbid: [{ event: 'origin_change' }, { event: 'best_path_shift' }],
  pages: 0,
}

const pieceElsewhere: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S140',
  title: 'A piece of a site is announced by the other circuit',
  truth: [
    {
      op: 'announce',
      circuit: LON,
      prefixes: ['10.20.4.0/22'],
      asPath: [65001],
      at: '10:00:30',
      until: '10:12:00',
      ...LATE,
    },
  ],
  expect: [
    {
      event: 'more_specific',
      subject: '10.20.4.0/22',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:03',
      severity: 'major',
      ends: { at: '10:12:03' },
    },
    { event: 'site_state_changed', subject: 'dc-b', sees: 'lr', at: '10:00:33', until: '10:12:03', severity: 'minor' },
  ],
  forbid: [{ event: 'origin_change' }, { event: 'mass_announce' }, { event: 'own_space_heard' }],
  pages: 1,
}

const pieceAtHome: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S125',
  title: 'A piece of a site is announced at home, by the very origin',
  truth: [
    {
      op: 'announce',
      circuit: LON,
      site: 'dc-a',
      prefixes: ['10.11.8.0/21'],
      asPath: [65001],
      at: '10:00:30',
      until: '10:12:00',
      ...LATE,
    },
  ],
  forbid: [
    { event: 'more_specific' },
    { event: 'origin_change' },
    { event: 'unexpected_transit' },
    { event: 'own_space_heard' },
    { event: 'site_state_changed' },
  ],
}

const FORTY_FIVE = [{ first: '10.14.0.0/24', count: 45 }]
const MINUTES = Array.from({ length: 12 }, (_, n) => n)
const clockOf = (minute: number) => `10:${String(minute).padStart(2, '0')}:30`

/** @param odd the path of the prefixes in the first minute of two, @param even in the second */
const unrest = (id: string, title: string, circuit: string, even: number[], odd: number[]): ScenarioData => ({
  ...aroundTen,
  ...fault,
  id,
  title,
  start: '09:54:00',
  end: '11:00:00',
  truth: [
    { op: 'announce', circuit, prefixes: FORTY_FIVE, asPath: even, at: LONG_AGO, until: clockOf(0), ...LATE },
    ...MINUTES.flatMap((n): Truth[] => [
      {
        op: 'announce',
        circuit,
        prefixes: FORTY_FIVE,
        asPath: odd,
        at: clockOf(2 * n),
        until: clockOf(2 * n + 1),
        ...LATE,
      },
      {
        op: 'announce',
        circuit,
        prefixes: FORTY_FIVE,
        asPath: even,
        at: clockOf(2 * n + 1),
        until: clockOf(2 * n + 2),
        ...LATE,
      },
    ]),
    { op: 'announce', circuit, prefixes: FORTY_FIVE, asPath: even, at: clockOf(24), ...LATE },
  ],
  expect: [
    {
      event: 'route_churn',
      subject: 'learned routes',
      sees: 'lr',
      at: '10:00:33',
      until: '10:24:33',
      proved: '10:05:33',
      severity: 'warning',
    },
  ],
  pages: 0,
  beyond: ['polled more rarely than every two minutes, half of the changes are not seen'],
})

export const origins: readonly ScenarioData[] = [
  watchedGone,
  watchedPart,
  unwatched,
  watchedUnread,
  otherOrigin('S136', LON, '10.12.0.0/16', [65001, 65099]),
  otherOrigin('S137', AMS, '10.21.0.0/16', [65001, 65123]),
  leakedByPublic,
  pieceElsewhere,
  pieceAtHome,
  unrest(
    'S142',
    'Forty-five prefixes gain and lose two prepends for half an hour',
    AMS,
    [65001],
    [65001, 65001, 65001],
  ),
  unrest('S143', 'Forty-five prefixes gain and lose a prepend for half an hour', LON, [65001], [65001, 65001]),
]
