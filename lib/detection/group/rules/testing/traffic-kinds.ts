import { A, B } from '../../../testing/estates.ts'
import { busyT2, DEAD, expecting, flows, MBPS, meteredT2 } from '../../../testing/flows.ts'
import { clock, type Happening, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, withdraws } from '../../../testing/happenings.ts'
import type { SeriesOfKind } from '../../../testing/kind-cases.ts'
import type { World } from '../../../testing/world.ts'

const LON = ['10.0.4.4', '10.0.4.5']
export const at = (time: string, act: Happening['do']): Happening => ({ at: time, do: act })
export const series = (truth: Happening[], more: Partial<Timeline> = {}): Timeline => ({
  world: meteredT2,
  from: '9:40',
  to: '10:40',
  truth,
  ...more,
})
export const lon = (rates: { in: number; out: number }) => (world: World, when: number) =>
  flows(world, 'ckt-lon', rates, when)
export const one =
  (path: 'primary' | 'secondary', rates: { in: number; out: number }) => (world: World, when: number) =>
    world.traffic.set('ckt-lon', path, { in: rates.in * MBPS, out: rates.out * MBPS }, when)
export const USUAL = { in: 200, out: 120 }
export const changed = (make: () => World, change: (world: World) => void) => () => {
  const world = make()
  change(world)
  return world
}
const window = (path: 'primary' | 'secondary' | null) => ({
  id: 'w',
  title: 'Work',
  announcedBy: 'operator' as const,
  from: clock('9:55'),
  to: clock('10:35'),
  scopes: ['ckt-lon'],
  paths: path === null ? [] : [path],
})

/** For each kind: series of steps that must raise it, and similar series that must not raise it. */
export const trafficKindCases: Record<string, SeriesOfKind> = {
  green_but_dead: {
    raises: {
      'both paths of one circuit': series([at('10:00:30', lon(DEAD)), at('10:20:30', lon(USUAL))]),
      'one path of two': series([at('10:00:30', one('secondary', DEAD))]),
      'no bit rates, twice as long': series([at('10:00:30', lon(DEAD))], { world: busyT2 }),
      'the ARP entry goes, the session stays, and nothing moves': series([
        at('10:00:30', (w, t) => {
          one('primary', DEAD)(w, t)
          w.path('ckt-lon', 'primary').arp = 'incomplete'
        }),
      ]),
      'the ARP entry goes where no counters are reported': series(
        [at('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete'))],
        {
          world: busyT2,
          collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }],
        },
      ),
    },
    not: {
      'shorter than the window': series([at('10:00:30', lon(DEAD)), at('10:04:30', lon(USUAL))]),
      'one direction only': series([at('10:00:30', lon({ in: DEAD.in, out: 120 }))]),
      'nothing expected at this hour': series([at('10:00:30', lon(DEAD))], {
        world: changed(meteredT2, (w) => void w.traffic.baselines.set('ckt-lon', expecting(0.05, 0.05))),
      }),
      'nothing known of the past': series([at('10:00:30', lon(DEAD))], {
        world: changed(meteredT2, (w) => void w.traffic.baselines.delete('ckt-lon')),
      }),
      'bit rates say that it flows': series(
        [at('10:00:30', (w, t) => w.traffic.cached.set('ckt-lon', w.traffic.stats('ckt-lon', t) ?? []))],
        {},
      ),
      'the session falls before the window is full': series([
        at('10:00:30', one('primary', DEAD)),
        at('10:03:02', (w) => endsCe(w, 'ckt-lon', 'primary')),
      ]),
      'the declared standby': series([at('10:00:30', lon(DEAD))], {
        world: changed(meteredT2, (w) =>
          w.policies.push({ kind: 'active_standby', circuits: ['ckt-ams', 'ckt-lon'], prefixes: [] }),
        ),
      }),
      'announced work': series([at('10:00:30', lon(DEAD)), at('10:30:30', lon(USUAL))], {
        world: changed(meteredT2, (w) => w.maintenance.push(window(null))),
      }),
      'its prefixes were withdrawn': series([
        at('10:00:30', (w, t) => {
          withdraws(w, LON, [...A, ...B])
          lon(DEAD)(w, t)
        }),
      ]),
      'ARP flickers for one sample': series([
        at('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete')),
        at('10:01:00', one('primary', DEAD)),
        at('10:01:40', (w) => (w.path('ckt-lon', 'primary').arp = 'complete')),
        at('10:02:00', one('primary', USUAL)),
      ]),
      'ARP is gone, and bytes move': series([at('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete'))]),
      'the session fell just before ARP was read': series([
        at('10:00:15', (w, t) => {
          one('primary', DEAD)(w, t)
          endsCe(w, 'ckt-lon', 'primary')
          w.path('ckt-lon', 'primary').arp = 'incomplete'
        }),
      ]),
    },
  },
  one_way_traffic: {
    raises: {
      'nothing comes in': series([at('10:00:30', lon({ in: DEAD.in, out: 84 }))]),
      'nothing goes out': series([at('10:00:30', lon({ in: 200, out: DEAD.out }))], { world: busyT2 }),
    },
    not: {
      'nothing at all': series([at('10:00:30', lon(DEAD))]),
      'one path only: the other takes over': series([
        at('10:00:30', one('primary', { in: DEAD.in, out: 120 })),
        at('10:00:30', one('secondary', { in: 400, out: 120 })),
      ]),
      'the other direction is faint': series([at('10:00:30', lon({ in: DEAD.in, out: 10 }))]),
      'shorter than the window': series([at('10:00:30', lon({ in: DEAD.in, out: 84 })), at('10:04:30', lon(USUAL))]),
    },
  },
  bandwidth_high: {
    raises: {
      'full for five minutes': series([at('10:00:30', one('primary', { in: 985, out: 120 }))]),
      'high for a quarter of an hour': series([at('10:00:30', one('primary', { in: 200, out: 850 }))]),
    },
    not: {
      'full for three minutes': series([
        at('10:00:30', one('primary', { in: 985, out: 120 })),
        at('10:04:00', one('primary', USUAL)),
      ]),
      'high for ten minutes': series([
        at('10:00:30', one('primary', { in: 850, out: 120 })),
        at('10:10:30', one('primary', USUAL)),
      ]),
      'both directions together': series([at('10:00:30', one('primary', { in: 500, out: 500 }))]),
    },
  },
  n1_capacity_risk: {
    raises: {
      'both together do not fit on one': series([], {
        world: changed(meteredT2, (w) => void w.traffic.baselines.set('ckt-lon', busy(1_100))),
      }),
      'in the other direction': series([], {
        world: changed(
          meteredT2,
          (w) => void w.traffic.baselines.set('ckt-lon', expecting(150, 90, { busiest: { in: 4e8, out: 1.01e9 } })),
        ),
      }),
    },
    not: {
      'they just fit': series([], {
        world: changed(meteredT2, (w) => void w.traffic.baselines.set('ckt-lon', busy(990))),
      }),
      'an hour of overload': series([at('10:00:30', lon({ in: 600, out: 120 }))]),
    },
  },
  asymmetric_forwarding: {
    raises: {
      'in on one path, out on the other': series([
        at('9:45:30', one('primary', { in: 380, out: 10 })),
        at('9:45:30', one('secondary', { in: 20, out: 230 })),
      ]),
      'in on one circuit, out on the other': series([
        at('9:30:00', lon({ in: 200, out: 2 })),
        at('9:30:00', (w, t) => flows(w, 'ckt-ams', { in: 3, out: 60 }, t)),
      ]),
    },
    not: {
      'not quite so much': series([
        at('9:45:30', one('primary', { in: 300, out: 60 })),
        at('9:45:30', one('secondary', { in: 100, out: 180 })),
      ]),
      'for ten minutes': series([
        at('9:45:30', one('primary', { in: 380, out: 10 })),
        at('9:45:30', one('secondary', { in: 20, out: 230 })),
        at('9:55:30', lon(USUAL)),
      ]),
    },
  },
  traffic_shift: {
    raises: {
      'from both paths to one': series([
        at('10:05:30', one('primary', { in: 380, out: 220 })),
        at('10:05:30', one('secondary', { in: 20, out: 20 })),
      ]),
      'a link loses packets: one path carries less, and the other carries its usual traffic': series([
        at('10:05:30', one('primary', { in: 90, out: 50 })),
      ]),
      'from one path to the other': series(
        [
          at('9:30', one('primary', { in: 380, out: 220 })),
          at('9:30', one('secondary', { in: 20, out: 20 })),
          at('10:05:30', one('primary', { in: 20, out: 20 })),
          at('10:05:30', one('secondary', { in: 380, out: 220 })),
        ],
        {},
      ),
    },
    not: {
      'less on both paths': series([at('10:05:30', lon({ in: 90, out: 50 }))]),
      'less on a path, within its usual traffic': series([at('10:05:30', one('primary', { in: 130, out: 75 }))]),
      'less on a path of which only the last day is known': series(
        [at('10:05:30', one('primary', { in: 90, out: 50 }))],
        {
          world: changed(meteredT2, (w) => {
            const unsure = { bps: 150 * MBPS, confidence: 'low' as const }
            const path = { in: unsure, out: unsure }
            w.traffic.baselines.set('ckt-lon', expecting(150, 90, { paths: { primary: path, secondary: path } }))
          }),
        },
      ),
      'a little': series([
        at('10:05:30', one('primary', { in: 280, out: 160 })),
        at('10:05:30', one('secondary', { in: 120, out: 80 })),
      ]),
      'because a path fell': series([
        at('10:05:30', (w, t) => {
          endsCe(w, 'ckt-lon', 'secondary')
          one('secondary', { in: 0, out: 0 })(w, t)
          one('primary', { in: 400, out: 240 })(w, t)
        }),
      ]),
      'because routes moved': series([
        at('10:05:30', (w, t) => {
          announces(w, ['10.0.4.5'], A, [65001, 65001, 65001])
          one('secondary', { in: 20, out: 10 })(w, t)
          one('primary', { in: 380, out: 230 })(w, t)
        }),
      ]),
    },
  },
  traffic_low_everywhere: {
    raises: {
      'a quiet holiday': series([at('10:00:30', everywhere(0.03))]),
      'nothing anywhere': series([at('10:00:30', everywhere(0))]),
    },
    not: {
      'one circuit of two': series([at('10:00:30', lon({ in: 6, out: 3.6 }))]),
      'half of the usual': series([at('10:00:30', everywhere(0.5))]),
      'because a path fell': series([
        at('10:00:30', (w, t) => {
          endsCe(w, 'ckt-lon', 'secondary')
          everywhere(0.03)(w, t)
        }),
      ]),
    },
  },
}

function everywhere(share: number): Happening['do'] {
  return (world, when) => {
    flows(world, 'ckt-lon', { in: 200 * share, out: 120 * share }, when)
    flows(world, 'ckt-ams', { in: 100 * share, out: 60 * share }, when)
  }
}

function busy(mbps: number) {
  return expecting(150, 90, { busiest: { in: mbps * MBPS, out: 4e8 } })
}
