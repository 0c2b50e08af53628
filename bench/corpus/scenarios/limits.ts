/** Numbers of prefixes, and the default route. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'

const LON = 'ckt-lon'
const AMS = 'ckt-ams'
const LATE = { propagation: '3s' } as const
const many = (first: string, count: number) => [{ first, count }]

const s16: ScenarioData = {
  id: 'S16',
  title: 'Prefix limit exceeded',
  labels: ['fault'],
  topology: 'T2',
  start: '13:50:00',
  end: '15:05:00',
  truth: [
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.128.0.0/24', 2800),
      asPath: [65001],
      at: LONG_AGO,
    },
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.160.0.0/24', 1010),
      asPath: [65001],
      at: '14:00:20',
      until: '14:30:00',
    },
    {
      op: 'session-loss',
      circuit: AMS,
      path: 'primary',
      word: 'Idle (PfxCt)',
      at: '14:10:15',
      until: '14:30:40',
      routesAfter: '10s',
    },
    {
      op: 'session-loss',
      circuit: AMS,
      path: 'secondary',
      word: 'Idle (PfxCt)',
      at: '14:10:15',
      until: '14:30:40',
      routesAfter: '10s',
    },
  ],
  expect: [
    site('dc-b', '14:10:17', '14:30:50'),
    // by the gateway's table, which hears of it two seconds after the edge; the catalogue dates it by the edge's, [14:00:15, 14:01:17]
    {
      event: 'mass_announce',
      subject: AMS,
      sees: 'lr',
      at: '14:00:22',
      until: '14:10:15',
      t: ['14:00:05', '14:01:07'],
      severity: 'warning',
    },
    ...(['primary', 'secondary'] as const).map((path) => ({
      event: 'prefix_headroom' as const,
      subject: `${AMS}/${path}`,
      sees: 'cs' as const,
      at: '14:00:20',
      until: '14:10:15',
      t: ['14:00:10', '14:01:12'] as [string, string],
      severity: 'major' as const,
      ends: { at: '14:30:40', t: ['14:30:10', '14:31:12'] as [string, string] },
    })),
    {
      event: 'prefix_limit_exceeded',
      subject: AMS,
      sees: 'cs',
      at: '14:10:15',
      until: '14:30:40',
      t: ['14:10:10', '14:11:12'],
      severity: 'critical',
      ends: { at: '14:30:40', told: 'upDown', t: ['14:30:38', '14:30:41'] },
      outage: ['19:26', '20:31'],
    },
    {
      event: 'failover',
      subject: 'ckt-ams > ckt-lon',
      sees: 'lr',
      at: '14:10:17',
      until: '14:30:50',
      t: ['14:10:05', '14:11:07'],
    },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '14:30:50', t: ['14:30:05', '14:31:07'] },
  ],
  forbid: [{ cause: 'provider_outage' }, { event: 'route_churn' }],
  pages: 2,
  beyond: ['the 300 prefixes that overflow the limit never reach a table'],
}

const s17: ScenarioData = {
  id: 'S17',
  title: 'Headroom around the threshold',
  labels: ['fault'],
  topology: 'T2',
  start: '14:50:00',
  end: '15:55:00',
  truth: [
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.128.0.0/24', 2984),
      asPath: [65001],
      at: LONG_AGO,
    },
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.160.0.0/24', 200),
      asPath: [65001],
      at: LONG_AGO,
      until: '15:20:20',
    },
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.161.0.0/24', 5),
      asPath: [65001],
      at: '15:00:20',
      until: '15:20:20',
    },
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.162.0.0/24', 15),
      asPath: [65001],
      at: '15:00:20',
      until: '15:04:20',
    },
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-b',
      prefixes: many('10.163.0.0/24', 10),
      asPath: [65001],
      at: '15:07:20',
      until: '15:20:20',
    },
  ],
  expect: (['primary', 'secondary'] as const).flatMap((path) => {
    const high = {
      event: 'prefix_headroom' as const,
      subject: `${AMS}/${path}`,
      sees: 'cs' as const,
      severity: 'warning' as const,
      ends: { at: '15:20:20', t: ['15:20:10', '15:21:12'] as [string, string] },
    }
    return [
      { ...high, at: '15:00:20', until: '15:04:20', t: ['15:00:10', '15:01:12'] as [string, string] },
      // who polls so rarely that the first four minutes over 80 % are hidden sees the second time
      {
        ...high,
        at: '15:07:20',
        until: '15:20:20',
        unless: ['15:00:20', '15:04:20'] as [string, string],
        ends: { at: '15:20:20' },
      },
    ]
  }),
  forbid: [{ event: 'mass_announce' }],
  pages: 0,
}

const s18: ScenarioData = {
  id: 'S18',
  title: 'Default route appears',
  labels: ['fault'],
  topology: 'T2',
  start: '15:50:00',
  end: '16:58:00',
  truth: [
    {
      op: 'announce',
      circuit: LON,
      site: 'dc-a',
      prefixes: ['0.0.0.0/0'],
      asPath: [65001],
      at: '16:00:25',
      until: '16:25:05',
      ...LATE,
    },
  ],
  expect: [
    {
      event: 'default_route_appeared',
      subject: '0.0.0.0/0',
      sees: 'lr',
      at: '16:00:28',
      until: '16:25:08',
      t: ['16:00:05', '16:01:07'],
      det: '16:01:07',
      severity: 'major',
    },
    {
      event: 'default_route_disappeared',
      subject: '0.0.0.0/0',
      sees: 'lr',
      at: '16:25:08',
      t: ['16:25:05', '16:26:07'],
      severity: 'major',
    },
  ],
  forbid: [{ event: 'best_path_shift' }, { event: 'more_specific' }, { event: 'no_path' }],
  pages: 1,
}

const s19: ScenarioData = {
  id: 'S19',
  title: 'Default route is lost',
  labels: ['fault'],
  topology: 'T2',
  start: '15:50:00',
  end: '16:43:00',
  truth: [
    {
      op: 'announce',
      circuit: LON,
      site: 'dc-a',
      prefixes: ['0.0.0.0/0'],
      asPath: [65001],
      at: LONG_AGO,
      until: '16:00:25',
      ...LATE,
    },
    { op: 'announce', circuit: LON, site: 'dc-a', prefixes: ['0.0.0.0/0'], asPath: [65001], at: '16:09:00', ...LATE },
  ],
  expect: [
    {
      event: 'default_route_disappeared',
      subject: '0.0.0.0/0',
      sees: 'lr',
      at: '16:00:28',
      until: '16:09:03',
      t: ['16:00:05', '16:01:07'],
      severity: 'major',
      ends: { at: '16:09:03', t: ['16:08:05', '16:09:07'] },
      outage: ['6:58', '9:02'],
    },
    { event: 'default_route_appeared', subject: '0.0.0.0/0', sees: 'lr', at: '16:09:03', t: ['16:08:05', '16:09:07'] },
  ],
  forbid: [{ event: 'no_path' }, { event: 'session_down' }, { event: 'path_down' }],
  pages: 1,
}

export const limits: readonly ScenarioData[] = [s16, s17, s18, s19]
