import { type EpochMs, formatHubConnectionPath, UNALLOCATED_CUSTOMER } from '#lib/contract/index.ts'
import {
  computeBilledUsage,
  type CostContext,
  type ConnectionBytesAndCustomers,
  mapCircuitToMeters,
  applyPriceOverrides,
  computeCustomerPortions,
  type TcoInput,
  type TotalCostPeriod,
} from '../../rules/index.ts'
import { type ResourceView, readUsage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listCircuitHubConnections } from '#lib/questions/index.ts'
import type { CostCircuit } from '../circuits/circuit-inputs.ts'
import { readGlobalReachUsage, convertToUsageInput } from '../circuits/circuit-usage.ts'
import { mapWithLimitedConcurrency } from '../map-concurrent.ts'
import { computeBytesByHour, type BytesByHour, sumHoursKnownInAllSeries } from '../circuits/bytes-by-hour.ts'
import { listGatewayPayers, type NetworksWithSharedGateways } from './tco-networks.ts'

type TcoCircuitFacts = TcoInput['circuits'][number]

/**
 * Returns the facts about circuits for the cost of the whole estate: traffic, declared charges, and the customer who
 * pays.
 */
export function readTcoCircuits(
  q: SqlExecutor,
  circuits: readonly CostCircuit[],
  networks: NetworksWithSharedGateways,
  frame: CostContext,
  time: TotalCostPeriod,
): Promise<TcoCircuitFacts[]> {
  return mapWithLimitedConcurrency(circuits, (circuit) => tcoCircuit(q, circuit, networks, frame, time))
}

async function tcoCircuit(
  q: SqlExecutor,
  circuit: CostCircuit,
  networks: NetworksWithSharedGateways,
  { sheet, overrides, now }: CostContext,
  { from, to }: TotalCostPeriod,
): Promise<TcoCircuitFacts> {
  const { resource, configured, unread, globalReachEnabled } = circuit
  const { id, resourceId, name } = resource
  const overridden = applyPriceOverrides(sheet, overrides, { circuitId: id, at: now })
  const mappings = configured.map(({ from: begin, to: end, facts }) => ({
    from: begin,
    to: end,
    mapping: mapCircuitToMeters(overridden.sheet, facts, overridden.zone),
  }))
  const unpriced = mappings.findLast(({ mapping }) => !mapping.ok)?.mapping
  const used = await readUsage(q, { scope: id, from, to, step: 'hour' })
  const bytes = computeBytesByHour(used)
  const links = linksOf(circuit, networks)
  const payers = [...new Set(links.flatMap(({ gateway }) => listGatewayPayers(networks, gateway)))]
  // If the circuit belongs to a customer, that customer pays for all of it, even if networks of other customers use it.
  // Otherwise the cost is shared if the circuit has several payers, or if the caller may not see one of its gateways.
  const isShared =
    networks.customerOf(resource) === null &&
    (payers.length > 1 || circuit.linked.some(({ gateway }) => gateway === null))
  const [only] = networks.customerOf(resource) === null ? payers : []
  return {
    circuitId: id,
    resourceId,
    name,
    customer: isShared ? UNALLOCATED_CUSTOMER : (only ?? networks.payerOf(resource)),
    direct: configured.at(-1)?.facts.direct ?? false,
    globalReach: globalReachEnabled === true,
    unpricedBecause: unpriced && !unpriced.ok ? unpriced.why : null,
    sheet: overridden.sheet,
    sold: mappings.flatMap(({ from: begin, to: end, mapping }) =>
      mapping.ok ? [{ from: begin, to: end, quote: mapping.quote }] : [],
    ),
    unread,
    hours: computeBilledUsage(
      convertToUsageInput(used, circuit, await readGlobalReachUsage(q, circuit, { from, to })),
      from,
      to,
    ).hours,
    charges: chargesWithin(overrides, id, from, to),
    bytesIn: bytes.into,
    bytesOut: bytes.out,
    portions: isShared ? await portions(q, links, networks, bytes.byHour, overridden.shares, from, to) : [],
    sharedBy: isShared ? payers.filter((payer) => payer !== UNALLOCATED_CUSTOMER) : [],
  }
}

/** Returns the charges of a circuit that are in force at any time in [from, to). */
function chargesWithin(overrides: CostContext['overrides'], id: string, from: EpochMs, to: EpochMs) {
  return overrides.flatMap((one) =>
    one.kind === 'charge' &&
    (one.circuitIds === null || one.circuitIds.includes(id)) &&
    one.from < to &&
    (one.until ?? to) > from
      ? [one]
      : [],
  )
}

/** A connection between a circuit and a gateway that the caller may see. */
interface Link {
  gateway: ResourceView
  /** scope and path by which the bytes of the connection are found in the database */
  measured: { scope: string; path?: string }
}

/** Returns a circuit's connections to gateways of virtual networks and to gateways of Virtual WAN hubs. */
const linksOf = ({ linked, resource }: CostCircuit, { estate }: NetworksWithSharedGateways): Link[] => [
  ...linked.flatMap(({ gateway, connectionId }) => (gateway ? [{ gateway, measured: { scope: connectionId } }] : [])),
  ...listCircuitHubConnections(estate, resource.resourceId).map(({ gateway, connection }) => ({
    gateway,
    measured: { scope: gateway.id, path: formatHubConnectionPath(connection.name) },
  })),
]

/**
 * Returns the share of a circuit's cost that each customer pays, in proportion to bytes. Only hours in which the
 * circuit and all its visible connections were measured are counted, so that all sums cover the same hours.
 */
async function portions(
  q: SqlExecutor,
  linked: readonly Link[],
  networks: NetworksWithSharedGateways,
  circuit: BytesByHour,
  declared: readonly { customer: string; share: number }[],
  from: EpochMs,
  to: EpochMs,
): Promise<TcoCircuitFacts['portions']> {
  const links: { customers: string[]; byHour: BytesByHour }[] = []
  for (const { gateway, measured } of linked) {
    const { byHour } = computeBytesByHour(await readUsage(q, { ...measured, from, to, step: 'hour' }))
    links.push({ customers: listGatewayPayers(networks, gateway), byHour })
  }
  const [total = 0n, ...carried] = sumHoursKnownInAllSeries([circuit, ...links.map(({ byHour }) => byHour)])
  const uses = links.map(({ customers }, n): ConnectionBytesAndCustomers => ({ customers, bytes: carried[n] ?? 0n }))
  return computeCustomerPortions(uses, total, declared)
}
