import { circuitPaths } from '#lib/contract/index.ts'
import type { Expectation, TrafficBaseline } from '../model/traffic-baseline.ts'
import { t2 } from './estates.ts'
import { clock, type World } from './world.ts'

export const MBPS = 1e6

const expect = (bps: number): Expectation => ({ bps, confidence: 'normal' })

/** What is expected of both paths of a circuit alike, Mb/s. */
export function expecting(bitsIn: number, out: number, more: Partial<TrafficBaseline> = {}): TrafficBaseline {
  const path = { in: expect(bitsIn * MBPS), out: expect(out * MBPS) }
  return {
    bandwidthBps: 1e9,
    paths: { primary: path, secondary: path },
    busiest: { in: null, out: null },
    ...more,
  }
}

/** Both paths of a circuit carry this from now on, Mb/s. */
export function flows(world: World, circuit: string, rates: { in: number; out: number }, at: number): void {
  for (const path of circuitPaths) world.traffic.set(circuit, path, { in: rates.in * MBPS, out: rates.out * MBPS }, at)
}

/** T2 with the day rates of the catalogue. */
export function busyT2(): World {
  const world = t2()
  const long = clock('0:00')
  flows(world, 'ckt-lon', { in: 200, out: 120 }, long)
  flows(world, 'ckt-ams', { in: 100, out: 60 }, long)
  world.traffic.baselines.set('ckt-lon', expecting(150, 90))
  world.traffic.baselines.set('ckt-ams', expecting(70, 40))
  return world
}

/** The same, with the bit rates of Azure Monitor. */
export function meteredT2(): World {
  const world = busyT2()
  for (const circuit of world.circuits.keys()) world.traffic.metered.add(circuit)
  return world
}

/** Nothing but keepalives and BFD. */
export const DEAD = { in: 0.002, out: 0.002 }
