/** Prefixes that come and go: many of them, Azure's own, everything. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, fault, LATE, LON, near, type Truth } from './frame.ts'

const many = (first: string, count: number) => [{ first, count }]
const announced = (
  circuit: string,
  prefixes: (string | { first: string; count: number })[],
  at: string,
  until?: string,
): Extract<Truth, { op: 'announce' }> => ({
  op: 'announce',
  circuit,
  site: circuit === LON ? 'dc-a' : 'dc-b',
  prefixes,
  asPath: [65001],
  at,
  ...(until === undefined ? {} : { until }),
  ...LATE,
})

/** Short before anybody looked. */
const shortHeadroom = (['primary', 'secondary'] as const).map((path) => ({
  event: 'prefix_headroom' as const,
  subject: `${AMS}/${path}`,
  sees: 'cs' as const,
  at: '09:55:10',
  standing: true,
}))

const sixtyNew: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S114',
  title: 'Sixty new prefixes at once',
  truth: [announced(LON, many('10.14.0.0/24', 60), '10:00:30')],
  expect: [{ event: 'mass_announce', subject: LON, sees: 'lr', at: '10:00:33', severity: 'warning' }],
  forbid: [
    { event: 'mass_withdraw' },
    { event: 'route_churn' },
    { event: 'origin_change' },
    { event: 'more_specific' },
  ],
  pages: 0,
}

const ownNetworkHeard: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S115',
  title: "On-premises announces a virtual network's very prefix",
  truth: [announced(AMS, ['10.101.0.0/16'], '10:00:30', '10:12:00')],
  expect: [
    {
      event: 'own_space_heard',
      subject: '10.101.0.0/16',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:03',
      severity: 'major',
      ends: { at: '10:12:03' },
    },
  ],
  forbid: [{ event: 'more_specific' }, { event: 'origin_change' }],
  pages: 1,
}

const aroundOwnNetwork: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S116',
  title: 'On-premises announces what holds the virtual networks, and what lies beside them',
  truth: [announced(LON, ['10.100.0.0/14', '10.104.0.0/16'], '10:00:30', '10:12:00')],
  forbid: [{ event: 'own_space_heard' }, { event: 'more_specific' }, { event: 'mass_announce' }],
}

const halves: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S117',
  title: 'Both halves of the address space are announced, which is no default route',
  truth: [announced(LON, ['0.0.0.0/1', '128.0.0.0/1'], '10:00:30', '10:12:00')],
  forbid: [
    { event: 'default_route_appeared' },
    { event: 'default_route_disappeared' },
    { event: 'site_state_changed' },
    { event: 'own_space_heard' },
  ],
}

const defaultOnOnePath: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S118',
  title: 'The default route leaves one of two paths, and a table comes back empty',
  truth: [
    { ...announced(LON, ['0.0.0.0/0'], LONG_AGO), path: 'primary' },
    { ...announced(LON, ['0.0.0.0/0'], LONG_AGO, '10:00:30'), path: 'secondary' },
    { ...announced(LON, ['0.0.0.0/0'], '10:12:00'), path: 'secondary' },
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '10:05:00', until: '10:06:04' },
  ],
  expect: [
    { event: 'ecmp_reduced', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:00:33', until: '10:12:03' },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:12:03' },
    {
      event: 'parity_mismatch',
      subject: LON,
      sees: 'ct',
      source: 'ckt-lon/secondary',
      at: '10:00:30',
      until: '10:12:00',
      samples: 3,
      // one of nine prefixes is more than 5 %
      severity: 'minor',
    },
  ],
  forbid: [{ event: 'default_route_disappeared' }, { event: 'default_route_appeared' }, { event: 'mass_withdraw' }],
}

const headroomAlmost: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S119',
  title: 'A count just below 80 % of its limit',
  truth: [
    announced(AMS, many('10.128.0.0/24', 3_100), LONG_AGO),
    announced(AMS, many('10.160.0.0/24', 84), '10:00:30', '10:12:00'),
  ],
  forbid: [{ event: 'prefix_headroom' }, { event: 'prefix_limit_exceeded' }, { event: 'mass_announce' }],
}

const premium: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S123',
  title: 'More than a Standard circuit could hold, on a Premium one',
  patch: { circuits: { [AMS]: { tier: 'Premium' } } },
  truth: [
    announced(AMS, many('10.128.0.0/24', 3_700), LONG_AGO),
    announced(AMS, many('10.160.0.0/24', 100), '10:00:30', '10:12:00'),
  ],
  forbid: [{ event: 'prefix_headroom' }, { event: 'prefix_limit_exceeded' }],
}

const fallsNearTheLimit: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S120',
  title: 'Sessions fall at 99 % of the limit, and nothing says why',
  truth: [
    announced(AMS, many('10.128.0.0/24', 3_950), LONG_AGO),
    ...(['primary', 'secondary'] as const).map(
      (path) =>
        ({ op: 'session-loss', circuit: AMS, path, at: '10:00:30', until: '10:12:30', routesAfter: '6s' }) as const,
    ),
  ],
  expect: [
    ...shortHeadroom,
    {
      event: 'prefix_limit_exceeded',
      subject: AMS,
      sees: 'cs',
      at: '10:00:30',
      until: '10:12:30',
      severity: 'critical',
      cause: 'prefix_limit_exceeded',
      ends: { at: '10:12:30', told: 'upDown' },
    },
    { event: 'failover', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:00:32', until: '10:12:36' },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:12:36' },
    { event: 'site_state_changed', subject: 'dc-b', sees: 'lr', at: '10:00:32', until: '10:12:36' },
  ],
  forbid: [{ cause: 'provider_outage' }, { event: 'circuit_down', alone: true }],
  // 99 % of the limit is major by itself, long before the fall
  pages: 2,
}

const fallsBelowTheLimit: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S121',
  title: 'A link is cut at 90 % of the limit',
  truth: [
    announced(AMS, many('10.128.0.0/24', 3_600), LONG_AGO),
    { op: 'cut-path', circuit: AMS, path: 'primary', at: '10:00:30', until: '10:12:18' },
  ],
  expect: [
    ...shortHeadroom,
    {
      event: 'path_down',
      subject: 'ckt-ams/primary',
      sees: 'cs',
      at: '10:00:31',
      until: '10:12:30',
      ends: { at: '10:12:30', told: 'upDown' },
      cause: 'provider_or_customer_link',
    },
    { event: 'redundancy_lost', subject: AMS, sees: 'cs', at: '10:00:31', until: '10:12:30' },
    { event: 'redundancy_restored', subject: AMS, sees: 'cs', at: '10:12:30', told: 'upDown', samples: 2 },
    { event: 'ecmp_reduced', subject: '10.0.4.6,10.0.4.7 > 10.0.4.7', sees: 'lr', at: '10:00:33', until: '10:12:36' },
    { event: 'ecmp_restored', subject: '10.0.4.6,10.0.4.7 > 10.0.4.7', sees: 'lr', at: '10:12:36' },
  ],
  forbid: [{ event: 'prefix_limit_exceeded' }, { event: 'mass_withdraw', alone: true }, { event: 'mass_announce' }],
  pages: 1,
}

const secondReset: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S122',
  title: 'Counters of one circuit start again, twice',
  truth: [
    { op: 'counter-reset', circuit: AMS, at: '10:02:10' },
    { op: 'counter-reset', circuit: AMS, at: '10:12:10' },
  ],
  expect: ['10:02:10', '10:12:10'].flatMap((at) =>
    (['primary', 'secondary'] as const).map((path) => ({
      event: 'counter_reset' as const,
      subject: `${AMS}/${path}`,
      source: AMS,
      sees: 'st' as const,
      at,
      severity: 'info' as const,
    })),
  ),
  forbid: [
    { event: 'green_but_dead' },
    { event: 'one_way_traffic' },
    { event: 'traffic_shift' },
    { event: 'bandwidth_high' },
  ],
}

export const tables: readonly ScenarioData[] = [
  sixtyNew,
  ownNetworkHeard,
  aroundOwnNetwork,
  halves,
  defaultOnOnePath,
  headroomAlmost,
  premium,
  fallsNearTheLimit,
  fallsBelowTheLimit,
  secondReset,
]
