/**
 * Azure Monitor's metrics of ExpressRoute Direct ports (platform metrics list of Microsoft.Network/expressRoutePorts).
 */
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { isEffectActiveAt, findLatestEffectOccurrence } from '../effect.ts'
import { hashSeedToSignedFraction } from '../hash.ts'
import { type TrafficDirectionName, edgeCounter, edgeKey, formatOpticalPowerKey } from '../keys.ts'
import type { ExpressRoutePortSpec } from '../schema.ts'
import type { SimulatedWorld } from '../world.ts'
import { fastPathRoutesMetric, type SimulatedMetric, type SimulatedMetricSeries } from './metric-series.ts'

const LINKS = [
  ['link1', 'primary'],
  ['link2', 'secondary'],
] as const
const LANES = ['0', '1', '2', '3']
/** Light levels of healthy optics in dBm, and (`NOISE`) how much a lane varies around them. */
const USUAL = { rx: -3.2, tx: -0.8 } as const
const NOISE = 0.15

export function listExpressRoutePortMetrics(world: SimulatedWorld, port: ExpressRoutePortSpec): SimulatedMetric[] {
  const perLink = (value: (link: (typeof LINKS)[number]) => SimulatedMetricSeries['value']): SimulatedMetricSeries[] =>
    LINKS.map((link) => ({ dimensions: { Link: link[0] }, value: value(link) }))
  const of = (
    name: string,
    unit: SimulatedMetric['unit'],
    dimensions: string[],
    series: SimulatedMetricSeries[],
  ): SimulatedMetric => ({
    name,
    unit,
    aggregation: 'Average',
    dimensions,
    grain: MS_PER_MINUTE,
    series,
  })
  const light = (name: string, signal: 'rx' | 'tx') =>
    of(
      name,
      'Count',
      ['Link', 'Lane'],
      LINKS.flatMap(([link]) =>
        LANES.map((lane, n) => ({
          dimensions: { Link: link, Lane: lane },
          value: (from: number) =>
            lightAt(world, formatOpticalPowerKey(port.name, link, signal), USUAL[signal], from, n),
        })),
      ),
    )
  const bits = (name: string, direction: TrafficDirectionName) =>
    of(
      name,
      'BitsPerSecond',
      ['Link'],
      perLink(
        ([, path]) =>
          (from, to) =>
            rateOf(world, port, path, direction, from, to),
      ),
    )
  return [
    of(
      'AdminState',
      'Count',
      ['Link'],
      perLink(() => () => 1),
    ),
    of(
      'LineProtocol',
      'Count',
      ['Link'],
      perLink(() => () => 1),
    ),
    light('RxLightLevel', 'rx'),
    light('TxLightLevel', 'tx'),
    fastPathRoutesMetric(
      'FastPathRoutesCountForDirectPort',
      world.scenario.circuits.reduce((sum, one) => sum + (one.port === port.name ? one.fastPathRoutes : 0), 0),
    ),
    bits('PortBitsInPerSecond', 'in'),
    bits('PortBitsOutPerSecond', 'out'),
  ]
}

function lightAt(world: SimulatedWorld, key: string, usual: number, at: number, lane: number): number {
  const level = world.timeline.effects.reduce((before, e) => {
    if (e.kind !== 'light' || e.key !== key || !isEffectActiveAt(e, at)) return before
    const since = at - (findLatestEffectOccurrence(e, at)?.from ?? at)
    return before + (e.to - before) * (e.over > 0 ? Math.min(1, since / e.over) : 1)
  }, usual)
  return Math.round((level + NOISE * hashSeedToSignedFraction(lane, at / MS_PER_MINUTE)) * 100) / 100
}

function rateOf(
  world: SimulatedWorld,
  port: ExpressRoutePortSpec,
  path: 'primary' | 'secondary',
  direction: TrafficDirectionName,
  from: number,
  to: number,
): number {
  const circuits = world.scenario.circuits.filter((circuit) => circuit.port === port.name)
  return circuits.reduce((sum, { name, peerings }) => {
    const domain = world.topology.domainOfCircuit.get(name)
    if (!domain) return sum
    const counters = world.counters(domain)
    const keys = peerings.map(({ type }) => edgeCounter(edgeKey(name, type, path), direction))
    return sum + keys.reduce((own, key) => own + counters.bitsPerSecond(key, from, to), 0)
  }, 0)
}
