import { azureDocumentedValues, type EpochMs } from '#lib/contract/index.ts'
import type { WhatIfLimit } from '../../api/index.ts'
import { getAdvertisedPrefixLimit, getPrefixLimit } from '#lib/detection/index.ts'
import { readMetricSteps } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  countAnnouncedAfterFailure,
  type WhatIfFailure,
  findGatewayShifts,
  type PrefixCountBounds,
  countLearnedAfterFailure,
  computeLoadBounds,
  formatCircuitPathKey,
  type PathBitRatesByInterval,
  type TableWhatIfRows,
} from '../../rules/index.ts'
import { GATEWAY_LIMITS, compareGatewayLimits, SERVICE_LIMITS_SOURCE } from '#lib/circuits/rules/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { GATEWAY_BIT_RATE_METRICS, findSkuLimits, readEffectiveScaleUnits } from '#lib/gateways/answers/index.ts'
import { type GatewayResource, readThresholdsInForce } from '#lib/questions/index.ts'
import type { WhatIfFacts } from './what-if-facts.ts'
import type { WhatIfData } from './read-tables.ts'

const FIVE_MINUTES_MS = 300_000
const LOAD_DAYS = 30
/** Maximum number of gateways whose load is read for a what-if. */
const MAX_GATEWAYS = 12

/**
 * The route tables of a what-if with their rows, the assumed failure, and a function that returns the name of a
 * resource.
 */
interface Touched {
  tables: readonly TableWhatIfRows[]
  failure: WhatIfFailure
  nameOf: (id: string) => string
}

const gatewayOf = ({ topology }: WhatIfFacts, id: string) =>
  topology.gateways.find(({ resource }) => resource.id === id)

/**
 * Compares the load of ExpressRoute gateways (95th percentile of 30 days) with the limits of their SKUs or scale units.
 * Only gateways with affected prefixes are compared.
 * @returns `unmeasured` contains the gateways whose load is unknown. It was not read, or they take over traffic that is
 *   not measured, such as traffic in tunnels
 */
export async function readThroughputLimits(
  q: SqlExecutor,
  { facts, ribs }: WhatIfData,
  { tables, failure, nameOf }: Touched,
  moment: EpochMs,
): Promise<{ limits: WhatIfLimit[]; unmeasured: string[] }> {
  const limits: WhatIfLimit[] = []
  const unmeasured: string[] = []
  const rates = new Map<string, PathBitRatesByInterval>()
  const ratesOf = async (id: string): Promise<PathBitRatesByInterval> => {
    const known = rates.get(id) ?? (await gatewayRates(q, id, moment))
    rates.set(id, known)
    return known
  }
  const shifts = findGatewayShifts(tables, failure).flatMap((shift) => {
    const known = gatewayOf(facts, shift.gateway)
    return known && findSkuLimits(sizeOf(known), known.config.scaleUnits)?.bits !== undefined
      ? [{ ...shift, known }]
      : []
  })
  for (const { gateway, known, loses, from, isUnknown } of shifts.slice(0, MAX_GATEWAYS)) {
    const incoming: { rates: PathBitRatesByInterval; isWhole: boolean }[] = []
    for (const one of from) incoming.push({ rates: await ratesOf(one), isWhole: false })
    const beside: { rates: PathBitRatesByInterval; isAbsent: boolean }[] = []
    for (const { id, isAbsent } of gatewaysBeside(gateway, facts, ribs)) {
      const own = from.includes(id) ? null : await ratesOf(id)
      if (own && own.size > 0) beside.push({ rates: own, isAbsent })
    }
    const { p95BitsPerSecond, ownP95 } = computeLoadBounds(await ratesOf(gateway), incoming, beside)
    const most = findSkuLimits(sizeOf(known), await readEffectiveScaleUnits(q, known, moment))?.bits
    if (p95BitsPerSecond === null || ownP95 === null || isUnknown || most === undefined) {
      unmeasured.push(gateway)
      continue
    }
    const { atMost } = p95BitsPerSecond
    limits.push({
      scope: gateway,
      scopeName: nameOf(gateway),
      name: 'gateway_throughput',
      limit: most,
      atLeast: loses ? 0 : Math.round(ownP95),
      atMost: Math.round(atMost),
      share: atMost / most,
      source: known.config.kind === 'vwan' ? azureDocumentedValues.hub_gateway_unit.source : GATEWAY_LIMITS,
    })
  }
  return { limits, unmeasured: [...unmeasured, ...shifts.slice(MAX_GATEWAYS).map(({ gateway }) => gateway)] }
}

/** Returns the properties of a gateway that determine its limits. */
const sizeOf = ({ config: { sku }, resource: { resourceId } }: GatewayResource) => ({ sku, resourceId })

/**
 * Returns the other gateways in the same virtual network. `isAbsent` is true for a gateway that has no routes, so that
 * its traffic currently passes the others.
 */
function gatewaysBeside(gateway: string, facts: WhatIfFacts, ribs: WhatIfData['ribs']) {
  const network = gatewayOf(facts, gateway)?.config.networkKey ?? null
  const holding = new Set(ribs.flatMap(({ table }) => table.routes.map((route) => route.gateway)))
  return facts.topology.gateways.flatMap(({ resource: { id }, config }) =>
    network !== null && config.networkKey === network && id !== gateway && config.kind !== 'routeServer'
      ? [{ id, isAbsent: !holding.has(id) }]
      : [],
  )
}

/** Returns the traffic of a gateway (all instances together) in bit/s, by time; empty if it has no measurements. */
async function gatewayRates(q: SqlExecutor, scope: string, moment: EpochMs): Promise<PathBitRatesByInterval> {
  const from = moment - LOAD_DAYS * MS_PER_DAY
  const steps = await readMetricSteps(q, {
    scope,
    metrics: GATEWAY_BIT_RATE_METRICS,
    from,
    to: moment,
    stepMs: FIVE_MINUTES_MS,
  })
  return new Map(steps.map(({ start, sum }) => [start, Math.round(sum)]))
}

/**
 * Compares numbers of prefixes with Azure's limits for peerings, connections and gateways. Only resources that are
 * affected but not lost are compared.
 */
export async function comparePrefixLimits(q: SqlExecutor, world: WhatIfData, touched: Touched): Promise<WhatIfLimit[]> {
  const { facts, announced } = world
  const { tables, failure, nameOf } = touched
  const settings = await readThresholdsInForce(q)
  const near = touchedBy(touched)
  const ofPeerings = announced.flatMap(({ of, prefixes }): WhatIfLimit[] => {
    const { circuit, peering, path } = of
    if (!near.circuits.has(circuit) || failure.paths.has(formatCircuitPathKey(circuit, peering, path))) return []
    const withdrawn = failure.withdrawn.get(circuit) ?? new Set<string>()
    const isPremium = premium(facts, circuit)
    return ([4, 6] as const).flatMap((family): WhatIfLimit[] => {
      const count = [...prefixes].filter((one) => one.includes(':') === (family === 6) && !withdrawn.has(one)).length
      const limit = getPrefixLimit(peering, isPremium, settings, family)
      const name = `${nameOf(circuit)} ${path}, ${peering}${family === 6 ? ', IPv6' : ''}`
      if (limit === null || (family === 6 && count === 0)) return []
      return [
        limitRow(circuit, name, 'peering_prefixes', limit, { atLeast: count, atMost: count }, SERVICE_LIMITS_SOURCE),
      ]
    })
  })
  const ofGateways = [...countLearnedAfterFailure(tables, failure)].flatMap(([id, held]): WhatIfLimit[] => {
    const limit = learnedLimit(facts, id)
    return near.gateways.has(id) && limit !== null
      ? [limitRow(id, nameOf(id), 'learned_prefixes', limit, held, GATEWAY_LIMITS)]
      : []
  })
  const ofConnections = [...countAnnouncedAfterFailure(tables, failure)].flatMap(([key, held]): WhatIfLimit[] => {
    const [gateway = '', circuit = ''] = key.split(' ')
    if (!near.circuits.has(circuit)) return []
    const name = `${nameOf(gateway)} to ${nameOf(circuit)}`
    return [
      limitRow(
        gateway,
        name,
        'advertised_prefixes',
        getAdvertisedPrefixLimit(settings, 4),
        held,
        SERVICE_LIMITS_SOURCE,
      ),
    ]
  })
  return [...ofPeerings, ...ofGateways, ...ofConnections]
}

const limitRow = (
  scope: string,
  scopeName: string,
  name: WhatIfLimit['name'],
  limit: number,
  held: PrefixCountBounds,
  source: string,
): WhatIfLimit => ({ scope, scopeName, name, limit, ...held, share: held.atMost / limit, source })

/**
 * Returns the circuits that carry changed prefixes after the failure or whose configuration changes, and the gateways
 * of the changed tables.
 */
function touchedBy({ tables, failure }: Touched): { circuits: Set<string>; gateways: Set<string> } {
  const circuits = new Set([...failure.withdrawn.keys(), ...failure.prepends.keys()])
  const gateways = new Set<string>()
  for (const { rib, rows } of tables) {
    const changed = rows.filter(({ outcome, reduced }) => outcome !== 'stays' || reduced)
    for (const { after } of changed) for (const { circuitId } of after) if (circuitId !== null) circuits.add(circuitId)
    if (changed.length === 0 || rib.table.side !== 'azure') continue
    for (const { gateway } of rib.table.routes) if (gateway !== null) gateways.add(gateway)
  }
  return { circuits, gateways }
}

const premium = ({ topology }: WhatIfFacts, id: string) =>
  topology.circuits.find(({ resource }) => resource.id === id)?.config.sku.tier?.toLowerCase() === 'premium'

/**
 * Returns the maximum number of prefixes that an ExpressRoute gateway with this SKU may learn; null = Azure documents
 * no limit.
 */
function learnedLimit(facts: WhatIfFacts, id: string): number | null {
  const config = gatewayOf(facts, id)?.config
  if (config?.kind !== 'expressRoute') return null
  const known = compareGatewayLimits({
    kind: 'expressRoute',
    sku: config.sku.name,
    // the limit of prefixes does not depend on the number of scale units
    units: config.scaleUnits,
    connections: 0,
    locations: [],
    prefixes: 0,
    advertised: null,
  })
  return known.find(({ name }) => name === 'learned_prefixes')?.limit ?? null
}
