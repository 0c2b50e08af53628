import type { EpochMs } from '#lib/contract/index.ts'
import {
  billedUsage,
  type CostFrame,
  type LinkUse,
  mapCircuit,
  applyOverrides,
  portionsOf,
  type TcoFacts,
  type TcoFrame,
  UNALLOCATED,
} from '#lib/cost/index.ts'
import { type Usage, usage } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CircuitStanding, reachUsage, usageFacts } from './circuit-inputs.ts'
import { mapConcurrent } from './map-concurrent.ts'
import { customersBehind, type TcoNetworks } from './tco-networks.ts'

type TcoCircuitFacts = TcoFacts['circuits'][number]

/** Circuits with what they moved, what was declared for them and whose they are. */
export function readTcoCircuits(
  q: Queryable,
  circuits: readonly CircuitStanding[],
  networks: TcoNetworks,
  frame: CostFrame,
  time: TcoFrame,
): Promise<TcoCircuitFacts[]> {
  return mapConcurrent(circuits, (circuit) => tcoCircuit(q, circuit, networks, frame, time))
}

async function tcoCircuit(
  q: Queryable,
  circuit: CircuitStanding,
  networks: TcoNetworks,
  { sheet, overrides, now }: CostFrame,
  { from, to }: TcoFrame,
): Promise<TcoCircuitFacts> {
  const { resource, configured, globalReachEnabled } = circuit
  const { id, resourceId, name, subscriptionId } = resource
  const overridden = applyOverrides(sheet, overrides, { circuitId: id, at: now })
  const mappings = configured.map(({ from: begin, to: end, facts }) => ({
    from: begin,
    to: end,
    mapping: mapCircuit(overridden.sheet, facts, overridden.zone),
  }))
  const unpriced = mappings.findLast(({ mapping }) => !mapping.ok)?.mapping
  const used = await usage(q, { scope: id, from, to, step: 'hour' })
  const bytes = bytesByHour(used)
  const customers = [
    ...new Set(circuit.linked.flatMap(({ gateway }) => (gateway ? customersBehind(networks, gateway) : []))),
  ]
  // who is behind a gateway that is not in sight is not known
  const isShared = customers.length > 1 || circuit.linked.some(({ gateway }) => gateway === null)
  const [only] = customers
  return {
    circuitId: id,
    resourceId,
    name,
    customer: isShared ? UNALLOCATED : (only ?? subscriptionId),
    direct: configured.at(-1)?.facts.direct ?? false,
    globalReach: globalReachEnabled,
    unpricedBecause: unpriced && !unpriced.ok ? unpriced.why : null,
    sheet: overridden.sheet,
    sold: mappings.flatMap(({ from: begin, to: end, mapping }) =>
      mapping.ok ? [{ from: begin, to: end, quote: mapping.quote }] : [],
    ),
    hours: billedUsage(usageFacts(used, circuit, await reachUsage(q, circuit, { from, to })), from, to).hours,
    charges: chargesWithin(overrides, id, from, to),
    bytesIn: bytes.into,
    bytesOut: bytes.out,
    portions: isShared ? await portions(q, circuit, networks, bytes.byHour, overridden.shares, from, to) : [],
  }
}

/** Charges that hold in a part of the time: also those that ended in it. */
function chargesWithin(overrides: CostFrame['overrides'], id: string, from: EpochMs, to: EpochMs) {
  return overrides.flatMap((one) =>
    one.kind === 'charge' &&
    (one.circuitIds === null || one.circuitIds.includes(id)) &&
    one.from < to &&
    (one.until ?? to) > from
      ? [one]
      : [],
  )
}

/** Hours in which something is known of a circuit or a connection, with its bytes in both directions. */
type BytesByHour = Map<EpochMs, bigint>

function bytesByHour({ points }: Usage) {
  const byHour: BytesByHour = new Map()
  let [into, out] = [0n, 0n]
  for (const point of points) {
    if (point.coveredMs > 0) byHour.set(point.start, point.in.bytes + point.out.bytes)
    into += point.in.bytes
    out += point.out.bytes
  }
  return { byHour, into, out }
}

/** By hours that the circuit and all connections in sight are known of: others would weigh one against nothing. */
async function portions(
  q: Queryable,
  { linked }: CircuitStanding,
  networks: TcoNetworks,
  circuit: BytesByHour,
  declared: readonly { customer: string; share: number }[],
  from: EpochMs,
  to: EpochMs,
): Promise<TcoCircuitFacts['portions']> {
  const links: { customers: string[]; byHour: BytesByHour }[] = []
  for (const { connectionId, gateway } of linked) {
    if (!gateway) continue
    const { byHour } = bytesByHour(await usage(q, { scope: connectionId, from, to, step: 'hour' }))
    links.push({ customers: customersBehind(networks, gateway), byHour })
  }
  const hours = [...circuit.keys()].filter((hour) => links.every(({ byHour }) => byHour.has(hour)))
  const sum = (bytes: BytesByHour) => hours.reduce((all, hour) => all + (bytes.get(hour) ?? 0n), 0n)
  const uses = links.map(({ customers, byHour }): LinkUse => ({ customers, bytes: sum(byHour) }))
  return portionsOf(uses, sum(circuit), declared)
}
