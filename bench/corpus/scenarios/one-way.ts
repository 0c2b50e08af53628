/** Traffic of one direction only, or on one path only. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, fault, LON, longerAroundTen, near } from './frame.ts'

/** A circuit on which one of the paths carries nothing of one direction. */
const without = (path: 'primary' | 'secondary', direction: 'in' | 'out', at: string, until: string) =>
  ({ op: 'blackhole', circuit: LON, path, direction, at, until }) as const

const deadLink: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S144',
  title: 'A link is cut, its ARP entry fails at once, and the session lives on until the hold timer',
  truth: [
    {
      op: 'cut-path',
      circuit: LON,
      path: 'primary',
      at: '10:00:30',
      until: '10:14:48',
      detection: '170s',
      arpAfter: '10s',
    },
  ],
  expect: [
    {
      event: 'green_but_dead',
      subject: 'ckt-lon/primary',
      // two ARP samples prove it, the counters tell since when
      sees: 'st',
      source: LON,
      at: '10:00:30',
      until: '10:03:20',
      flat: '0:01',
      severity: 'major',
    },
    {
      event: 'path_down',
      subject: 'ckt-lon/primary',
      sees: 'cs',
      at: '10:03:20',
      until: '10:15:00',
      cause: 'provider_or_customer_link',
      ends: { at: '10:15:00', told: 'upDown' },
    },
    // a path over which nothing flows makes no pair (detection.md 2.4)
    {
      event: 'redundancy_lost',
      subject: LON,
      sees: 'st',
      at: '10:00:30',
      until: '10:15:00',
      flat: '0:01',
    },
    { event: 'redundancy_restored', subject: LON, sees: 'cs', at: '10:15:00', told: 'upDown', samples: 2 },
    { event: 'ecmp_reduced', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:03:22', until: '10:15:06' },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:15:06' },
  ],
  forbid: [{ event: 'one_way_traffic' }, { event: 'circuit_down' }, { event: 'traffic_low_everywhere' }],
  pages: 1,
}

const oneWayOut: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S145',
  title: 'Nothing goes out to a site any more, and all of it comes in',
  truth: [{ op: 'blackhole', circuit: AMS, direction: 'out', at: '10:00:30', until: '10:25:30' }],
  expect: [
    {
      event: 'one_way_traffic',
      subject: AMS,
      sees: 'st',
      at: '10:00:30',
      until: '10:25:30',
      samples: 3,
      flat: '5:00',
      severity: 'major',
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'path_down' }, { event: 'asymmetric_forwarding' }],
  pages: 1,
}

const onePathOneWay: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S148',
  start: '09:35:00',
  title: 'One path of two takes nothing in any more; its routes stay',
  truth: [without('primary', 'in', '10:00:30', '10:35:30')],
  expect: [
    {
      event: 'traffic_shift',
      subject: LON,
      sees: 'st',
      at: '10:00:30',
      until: '10:35:30',
      flat: '15:00',
      severity: 'info',
    },
  ],
  forbid: [
    { event: 'one_way_traffic' },
    { event: 'green_but_dead' },
    { event: 'path_down' },
    { event: 'asymmetric_forwarding' },
  ],
  pages: 0,
}

const onePathOneWayOut: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S146',
  start: '09:35:00',
  title: 'One path of two sends nothing out any more; its routes stay',
  truth: [without('secondary', 'out', '10:00:30', '10:35:30')],
  expect: [
    {
      event: 'traffic_shift',
      subject: LON,
      sees: 'st',
      at: '10:00:30',
      until: '10:35:30',
      flat: '15:00',
      severity: 'info',
    },
  ],
  forbid: [{ event: 'one_way_traffic' }, { event: 'green_but_dead' }, { event: 'path_down' }],
  pages: 0,
}

const smallShift: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S149',
  title: 'A third of one path is lost in one direction: its share falls by ten points',
  truth: [
    { op: 'blackhole', circuit: LON, path: 'primary', direction: 'in', share: 0.33, at: '10:00:30', until: '10:35:30' },
  ],
  forbid: [
    { event: 'traffic_shift' },
    { event: 'asymmetric_forwarding' },
    { event: 'green_but_dead' },
    { event: 'one_way_traffic' },
    { event: 'traffic_low_everywhere' },
  ],
}

const crossed = (id: string, inPath: 'primary' | 'secondary'): ScenarioData => {
  const outPath = inPath === 'primary' ? 'secondary' : 'primary'
  return {
    ...longerAroundTen,
    ...fault,
    id,
    known: true,
    title: `Traffic comes in on the ${inPath} path alone, and goes out on the other`,
    patch: {
      sites: {
        'dc-a': {
          egress: [
            { circuit: LON, path: inPath, weight: 10 },
            { circuit: AMS, weight: 5 },
          ],
        },
      },
    },
    // Azure prefers the other path by length
    truth: [
      {
        op: 'prepend',
        circuit: LON,
        path: inPath,
        site: 'dc-a',
        count: 1,
        at: '10:00:30',
        until: '10:35:30',
        propagation: '3s',
      },
      { op: 'traffic', demand: 'dc-b', factor: 0.001, at: LONG_AGO },
    ],
    expect: [
      {
        event: 'asymmetric_forwarding',
        subject: LON,
        sees: 'st',
        at: '10:00:33',
        until: '10:35:33',
        flat: '15:00',
        // what goes out on the other path: a half, then all of it, as multiples of 80 %
        level: { was: 0.5 / 0.8, is: 1 / 0.8 },
        severity: 'info',
      },
      {
        event: 'best_path_shift',
        subject: `10.0.4.4,10.0.4.5 > ${outPath === 'primary' ? '10.0.4.4' : '10.0.4.5'}`,
        sees: 'lr',
        at: '10:00:33',
        until: '10:35:33',
      },
      {
        event: 'ecmp_restored',
        subject: `10.0.4.4,10.0.4.5 > ${outPath === 'primary' ? '10.0.4.4' : '10.0.4.5'}`,
        sees: 'lr',
        at: '10:35:33',
      },
      {
        event: 'parity_mismatch',
        subject: LON,
        sees: 'ct',
        source: `ckt-lon/${inPath}`,
        at: '10:00:30',
        until: '10:35:30',
        samples: 3,
      },
      {
        event: 'unintended_active_passive',
        subject: LON,
        sees: 'ct',
        source: `ckt-lon/${inPath}`,
        at: '10:00:30',
        until: '10:35:30',
        samples: 3,
      },
    ],
    forbid: [
      { event: 'one_way_traffic' },
      { event: 'green_but_dead' },
      { event: 'traffic_shift' },
      { event: 'failover' },
    ],
    pages: 0,
  }
}

export const oneWay: readonly ScenarioData[] = [
  deadLink,
  oneWayOut,
  onePathOneWay,
  onePathOneWayOut,
  smallShift,
  crossed('S147', 'primary'),
  crossed('S158', 'secondary'),
]
