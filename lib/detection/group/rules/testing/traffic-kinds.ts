import { SITE_A_PREFIXES, SITE_B_PREFIXES } from '../../../testing/estates.ts'
import {
  busyT2,
  KEEPALIVE_ONLY_RATES_MBPS,
  createTrafficBaselineOfRates,
  setTrafficRatesOfBothPaths,
  BITS_PER_MEGABIT,
  meteredT2,
} from '../../../testing/flows.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'
import type { SeriesOfKind } from '../../../testing/kind-cases.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

const LON = ['10.0.4.4', '10.0.4.5']
export const createScheduledTrafficChange = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({
  at: time,
  do: act,
})
export const createTrafficTimeline = (truth: TestTimelineChange[], more: Partial<TestTimeline> = {}): TestTimeline => ({
  world: meteredT2,
  from: '9:40',
  to: '10:40',
  truth,
  ...more,
})
export const setLondonRates = (rates: { in: number; out: number }) => (world: SimulatedEstate, when: number) =>
  setTrafficRatesOfBothPaths(world, 'ckt-lon', rates, when)
export const setRatesOfOnePath =
  (path: 'primary' | 'secondary', rates: { in: number; out: number }) => (world: SimulatedEstate, when: number) =>
    world.traffic.set('ckt-lon', path, { in: rates.in * BITS_PER_MEGABIT, out: rates.out * BITS_PER_MEGABIT }, when)
export const USUAL_RATES_MBPS = { in: 200, out: 120 }
export const createChangedWorldFactory =
  (make: () => SimulatedEstate, change: (world: SimulatedEstate) => void) => () => {
    const world = make()
    change(world)
    return world
  }
const window = (path: 'primary' | 'secondary' | null) => ({
  id: 'w',
  title: 'Work',
  announcedBy: 'operator' as const,
  from: parseTimeOfSimulatedDay('9:55'),
  to: parseTimeOfSimulatedDay('10:35'),
  scopes: ['ckt-lon'],
  paths: path === null ? [] : [path],
})

/** For each kind: series of steps that must raise it, and similar series that must not raise it. */
export const trafficKindCases: Record<string, SeriesOfKind> = {
  green_but_dead: {
    raises: {
      'both paths of one circuit': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:20:30', setLondonRates(USUAL_RATES_MBPS)),
      ]),
      'one path of two': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('secondary', KEEPALIVE_ONLY_RATES_MBPS)),
      ]),
      'no bit rates, twice as long': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))],
        { world: busyT2 },
      ),
      'the ARP entry goes, the session stays, and nothing moves': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w, t) => {
          setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)(w, t)
          w.path('ckt-lon', 'primary').arp = 'incomplete'
        }),
      ]),
      'the ARP entry goes where no counters are reported': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete'))],
        {
          world: busyT2,
          collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }],
        },
      ),
    },
    not: {
      'shorter than the window': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:04:30', setLondonRates(USUAL_RATES_MBPS)),
      ]),
      'one direction only': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 120 })),
      ]),
      'nothing expected at this hour': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))],
        {
          world: createChangedWorldFactory(
            meteredT2,
            (w) => void w.traffic.baselines.set('ckt-lon', createTrafficBaselineOfRates(0.05, 0.05)),
          ),
        },
      ),
      'nothing known of the past': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))],
        {
          world: createChangedWorldFactory(meteredT2, (w) => void w.traffic.baselines.delete('ckt-lon')),
        },
      ),
      'bit rates say that it flows': createTrafficTimeline(
        [
          createScheduledTrafficChange('10:00:30', (w, t) =>
            w.traffic.cached.set('ckt-lon', w.traffic.stats('ckt-lon', t) ?? []),
          ),
        ],
        {},
      ),
      'the session falls before the window is full': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:03:02', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
      ]),
      'the declared standby': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))],
        {
          world: createChangedWorldFactory(meteredT2, (w) =>
            w.policies.push({ kind: 'active_standby', circuits: ['ckt-ams', 'ckt-lon'], prefixes: [] }),
          ),
        },
      ),
      'announced work': createTrafficTimeline(
        [
          createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)),
          createScheduledTrafficChange('10:30:30', setLondonRates(USUAL_RATES_MBPS)),
        ],
        {
          world: createChangedWorldFactory(meteredT2, (w) => w.maintenance.push(window(null))),
        },
      ),
      'its prefixes were withdrawn': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w, t) => {
          withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
          setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)(w, t)
        }),
      ]),
      'ARP flickers for one sample': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete')),
        createScheduledTrafficChange('10:01:00', setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:01:40', (w) => (w.path('ckt-lon', 'primary').arp = 'complete')),
        createScheduledTrafficChange('10:02:00', setRatesOfOnePath('primary', USUAL_RATES_MBPS)),
      ]),
      'ARP is gone, and bytes move': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete')),
      ]),
      'the session fell just before ARP was read': createTrafficTimeline([
        createScheduledTrafficChange('10:00:15', (w, t) => {
          setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)(w, t)
          endSimulatedCustomerSession(w, 'ckt-lon', 'primary')
          w.path('ckt-lon', 'primary').arp = 'incomplete'
        }),
      ]),
    },
  },
  one_way_traffic: {
    raises: {
      'nothing comes in': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 84 })),
      ]),
      'nothing goes out': createTrafficTimeline(
        [createScheduledTrafficChange('10:00:30', setLondonRates({ in: 200, out: KEEPALIVE_ONLY_RATES_MBPS.out }))],
        { world: busyT2 },
      ),
    },
    not: {
      'nothing at all': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)),
      ]),
      'one path only: the other takes over': createTrafficTimeline([
        createScheduledTrafficChange(
          '10:00:30',
          setRatesOfOnePath('primary', { in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 120 }),
        ),
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('secondary', { in: 400, out: 120 })),
      ]),
      'the other direction is faint': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 10 })),
      ]),
      'shorter than the window': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 84 })),
        createScheduledTrafficChange('10:04:30', setLondonRates(USUAL_RATES_MBPS)),
      ]),
    },
  },
  bandwidth_high: {
    raises: {
      'full for five minutes': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', { in: 985, out: 120 })),
      ]),
      'high for a quarter of an hour': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', { in: 200, out: 850 })),
      ]),
    },
    not: {
      'full for three minutes': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', { in: 985, out: 120 })),
        createScheduledTrafficChange('10:04:00', setRatesOfOnePath('primary', USUAL_RATES_MBPS)),
      ]),
      'high for ten minutes': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', { in: 850, out: 120 })),
        createScheduledTrafficChange('10:10:30', setRatesOfOnePath('primary', USUAL_RATES_MBPS)),
      ]),
      'both directions together': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('primary', { in: 500, out: 500 })),
      ]),
    },
  },
  n1_capacity_risk: {
    raises: {
      'both together do not fit on one': createTrafficTimeline([], {
        world: createChangedWorldFactory(meteredT2, (w) => void w.traffic.baselines.set('ckt-lon', busy(1_100))),
      }),
      'in the other direction': createTrafficTimeline([], {
        world: createChangedWorldFactory(
          meteredT2,
          (w) =>
            void w.traffic.baselines.set(
              'ckt-lon',
              createTrafficBaselineOfRates(150, 90, { busiest: { in: 4e8, out: 1.01e9 } }),
            ),
        ),
      }),
    },
    not: {
      'they just fit': createTrafficTimeline([], {
        world: createChangedWorldFactory(meteredT2, (w) => void w.traffic.baselines.set('ckt-lon', busy(990))),
      }),
      'an hour of overload': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: 600, out: 120 })),
      ]),
    },
  },
  asymmetric_forwarding: {
    raises: {
      'in on one path, out on the other': createTrafficTimeline([
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('primary', { in: 380, out: 10 })),
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('secondary', { in: 20, out: 230 })),
      ]),
      'in on one circuit, out on the other': createTrafficTimeline([
        createScheduledTrafficChange('9:30:00', setLondonRates({ in: 200, out: 2 })),
        createScheduledTrafficChange('9:30:00', (w, t) =>
          setTrafficRatesOfBothPaths(w, 'ckt-ams', { in: 3, out: 60 }, t),
        ),
      ]),
    },
    not: {
      'not quite so much': createTrafficTimeline([
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('primary', { in: 300, out: 60 })),
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('secondary', { in: 100, out: 180 })),
      ]),
      'for ten minutes': createTrafficTimeline([
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('primary', { in: 380, out: 10 })),
        createScheduledTrafficChange('9:45:30', setRatesOfOnePath('secondary', { in: 20, out: 230 })),
        createScheduledTrafficChange('9:55:30', setLondonRates(USUAL_RATES_MBPS)),
      ]),
    },
  },
  traffic_shift: {
    raises: {
      'from both paths to one': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 380, out: 220 })),
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('secondary', { in: 20, out: 20 })),
      ]),
      'a link loses packets: one path carries less, and the other carries its usual traffic': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 90, out: 50 })),
      ]),
      'from one path to the other': createTrafficTimeline(
        [
          createScheduledTrafficChange('9:30', setRatesOfOnePath('primary', { in: 380, out: 220 })),
          createScheduledTrafficChange('9:30', setRatesOfOnePath('secondary', { in: 20, out: 20 })),
          createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 20, out: 20 })),
          createScheduledTrafficChange('10:05:30', setRatesOfOnePath('secondary', { in: 380, out: 220 })),
        ],
        {},
      ),
    },
    not: {
      'less on both paths': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', setLondonRates({ in: 90, out: 50 })),
      ]),
      'less on a path, within its usual traffic': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 130, out: 75 })),
      ]),
      'less on a path of which only the last day is known': createTrafficTimeline(
        [createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 90, out: 50 }))],
        {
          world: createChangedWorldFactory(meteredT2, (w) => {
            const unsure = { bps: 150 * BITS_PER_MEGABIT, confidence: 'low' as const }
            const path = { in: unsure, out: unsure }
            w.traffic.baselines.set(
              'ckt-lon',
              createTrafficBaselineOfRates(150, 90, { paths: { primary: path, secondary: path } }),
            )
          }),
        },
      ),
      'a little': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('primary', { in: 280, out: 160 })),
        createScheduledTrafficChange('10:05:30', setRatesOfOnePath('secondary', { in: 120, out: 80 })),
      ]),
      'because a path fell': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', (w, t) => {
          endSimulatedCustomerSession(w, 'ckt-lon', 'secondary')
          setRatesOfOnePath('secondary', { in: 0, out: 0 })(w, t)
          setRatesOfOnePath('primary', { in: 400, out: 240 })(w, t)
        }),
      ]),
      'because routes moved': createTrafficTimeline([
        createScheduledTrafficChange('10:05:30', (w, t) => {
          announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001])
          setRatesOfOnePath('secondary', { in: 20, out: 10 })(w, t)
          setRatesOfOnePath('primary', { in: 380, out: 230 })(w, t)
        }),
      ]),
    },
  },
  traffic_low_everywhere: {
    raises: {
      'a quiet holiday': createTrafficTimeline([createScheduledTrafficChange('10:00:30', everywhere(0.03))]),
      'nothing anywhere': createTrafficTimeline([createScheduledTrafficChange('10:00:30', everywhere(0))]),
    },
    not: {
      'one circuit of two': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates({ in: 6, out: 3.6 })),
      ]),
      'half of the usual': createTrafficTimeline([createScheduledTrafficChange('10:00:30', everywhere(0.5))]),
      'because a path fell': createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w, t) => {
          endSimulatedCustomerSession(w, 'ckt-lon', 'secondary')
          everywhere(0.03)(w, t)
        }),
      ]),
    },
  },
}

function everywhere(share: number): TestTimelineChange['do'] {
  return (world, when) => {
    setTrafficRatesOfBothPaths(world, 'ckt-lon', { in: 200 * share, out: 120 * share }, when)
    setTrafficRatesOfBothPaths(world, 'ckt-ams', { in: 100 * share, out: 60 * share }, when)
  }
}

function busy(mbps: number) {
  return createTrafficBaselineOfRates(150, 90, { busiest: { in: mbps * BITS_PER_MEGABIT, out: 4e8 } })
}
