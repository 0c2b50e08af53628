import { circuitPaths } from '#lib/contract/index.ts'
import type { TrafficExpectation, TrafficBaseline } from '../model/traffic-baseline.ts'
import { t2 } from './estates.ts'
import { clock, type World } from './world.ts'

export const MBPS = 1e6

const expect = (bps: number): TrafficExpectation => ({ bps, confidence: 'normal' })

/** Returns a baseline with the same expected rates for both paths of a circuit, in Mb/s. */
export function expecting(bitsIn: number, out: number, more: Partial<TrafficBaseline> = {}): TrafficBaseline {
  const path = { in: expect(bitsIn * MBPS), out: expect(out * MBPS) }
  return {
    bandwidthBps: 1e9,
    paths: { primary: path, secondary: path },
    busiest: { in: null, out: null },
    ...more,
  }
}

/** Sets the rates of both paths of a circuit from the given time on, in Mb/s. */
export function flows(world: World, circuit: string, rates: { in: number; out: number }, at: number): void {
  for (const path of circuitPaths) world.traffic.set(circuit, path, { in: rates.in * MBPS, out: rates.out * MBPS }, at)
}

/** Returns T2 with the daytime rates of the catalogue. */
export function busyT2(): World {
  const world = t2()
  const long = clock('0:00')
  flows(world, 'ckt-lon', { in: 200, out: 120 }, long)
  flows(world, 'ckt-ams', { in: 100, out: 60 }, long)
  world.traffic.baselines.set('ckt-lon', expecting(150, 90))
  world.traffic.baselines.set('ckt-ams', expecting(70, 40))
  return world
}

/** Returns T2 with the daytime rates of the catalogue and with bit rates of Azure Monitor. */
export function meteredT2(): World {
  const world = busyT2()
  for (const circuit of world.circuits.keys()) world.traffic.metered.add(circuit)
  return world
}

/** Rates of a path with only keepalives and BFD, in Mb/s. */
export const DEAD = { in: 0.002, out: 0.002 }
