import { circuitPaths } from '#lib/contract/index.ts'
import type { MinExpectedTrafficRate, TrafficBaseline } from '../model/traffic-baseline.ts'
import { createTwoCircuitEstate } from './estates.ts'
import { parseTimeOfSimulatedDay, type SimulatedEstate } from './world.ts'

export const BITS_PER_MEGABIT = 1e6

const expect = (bps: number): MinExpectedTrafficRate => ({ bps, confidence: 'normal' })

/** Returns a baseline with the same expected rates for both paths of a circuit, in Mb/s. */
export function createTrafficBaselineOfRates(
  bitsIn: number,
  out: number,
  more: Partial<TrafficBaseline> = {},
): TrafficBaseline {
  const path = { in: expect(bitsIn * BITS_PER_MEGABIT), out: expect(out * BITS_PER_MEGABIT) }
  return {
    bandwidthBps: 1e9,
    paths: { primary: path, secondary: path },
    busiest: { in: null, out: null },
    ...more,
  }
}

/** Sets the rates of both paths of a circuit from the given time on, in Mb/s. */
export function setTrafficRatesOfBothPaths(
  world: SimulatedEstate,
  circuit: string,
  rates: { in: number; out: number },
  at: number,
): void {
  for (const path of circuitPaths)
    world.traffic.set(circuit, path, { in: rates.in * BITS_PER_MEGABIT, out: rates.out * BITS_PER_MEGABIT }, at)
}

/** Returns T2 with the daytime rates of the catalogue. */
export function busyT2(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  const long = parseTimeOfSimulatedDay('0:00')
  setTrafficRatesOfBothPaths(world, 'ckt-lon', { in: 200, out: 120 }, long)
  setTrafficRatesOfBothPaths(world, 'ckt-ams', { in: 100, out: 60 }, long)
  world.traffic.baselines.set('ckt-lon', createTrafficBaselineOfRates(150, 90))
  world.traffic.baselines.set('ckt-ams', createTrafficBaselineOfRates(70, 40))
  return world
}

/** Returns T2 with the daytime rates of the catalogue and with bit rates of Azure Monitor. */
export function meteredT2(): SimulatedEstate {
  const world = busyT2()
  for (const circuit of world.circuits.keys()) world.traffic.metered.add(circuit)
  return world
}

/** Rates of a path with only keepalives and BFD, in Mb/s. */
export const KEEPALIVE_ONLY_RATES_MBPS = { in: 0.002, out: 0.002 }
