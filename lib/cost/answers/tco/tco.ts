import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { normalizeArmId, type EpochMs, isSameCustomer, UNALLOCATED_CUSTOMER } from '#lib/contract/index.ts'
import type { CostTcoParameters, CostEndpointResponse, StoredTco, TcoRow } from '../../api/index.ts'
import {
  getBillingMonth,
  applyEstateOverrides,
  addBillingMonths,
  type VisibleTcoPart,
  type TcoInput,
  type TotalCostPeriod,
  computeTco,
} from '../../rules/index.ts'
import {
  getConnectionBelowScope,
  readSubscriptionNames,
  type RowsVisibleInAccessScope,
  getReaderVisibility,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'

import { readCostCircuits } from '../circuits/circuit-inputs.ts'
import { readCostContext } from '../cost-context.ts'
import { readAgeOfCostData } from '../projections.ts'
import { readTcoCircuits } from './tco-circuits.ts'
import { readTcoGateways } from './tco-gateways.ts'
import {
  listSharedHubGateways,
  readTcoNetworks,
  type NetworksWithSharedGateways,
  computeTcoPeerings,
} from './tco-networks.ts'

/**
 * Returns the cost of all circuits, gateways, hubs and peerings in a number of billing months, the last of which is the
 * current month until now. The cost of a resource is assigned to its customer, or to its subscription if no customers
 * are configured. Shares are always computed from the traffic of all customers, even if the caller may see only one
 * share.
 */
export async function computeCostTco(
  db: ReadableDatabase,
  { months: count }: Pick<CostTcoParameters, 'months'>,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costTco'>> {
  const reader = getSqlExecutor(db)
  const visible = getReaderVisibility(reader)
  const current = getBillingMonth(now)
  const months = Array.from({ length: count }, (_, i) => addBillingMonths(current, i + 1 - count))
  const from = months[0]?.from ?? current.from
  const frame = await readCostContext(getConnectionBelowScope(reader) ?? reader, { ...current, from }, now)
  const time: TotalCostPeriod = { from, to: now, months, gb: frame.gb.bytes }
  const { facts, networks } = await readFacts(getConnectionBelowScope(reader) ?? reader, frame, time)
  const data = visible
    ? seenPart(await withOwnPeerings(reader, facts, visible), networks, visible, time)
    : computeTco(facts, time)
  return { data, ...(await readAgeOfCostData(reader, now)) }
}

async function readFacts(q: SqlExecutor, frame: Awaited<ReturnType<typeof readCostContext>>, time: TotalCostPeriod) {
  const networks = await readTcoNetworks(q)
  const circuits = await readTcoCircuits(q, await readCostCircuits(q, frame), networks, frame, time)
  const facts: TcoInput = {
    circuits,
    gateways: await readTcoGateways(q, networks, time),
    peerings: computeTcoPeerings(networks, circuits),
    hubs: listSharedHubGateways(networks, circuits),
    sheet: applyEstateOverrides(frame.sheet, frame.overrides, frame.now),
    names: await readSubscriptionNames(q),
  }
  return { facts, networks }
}

/**
 * Computes the peerings again, only from the resources that the caller may see. The original rows name networks of
 * other customers, and their maximum includes the traffic of other circuits.
 */
async function withOwnPeerings(
  reader: SqlExecutor,
  facts: TcoInput,
  { shortIds }: RowsVisibleInAccessScope,
): Promise<TcoInput> {
  const circuits = facts.circuits.filter(({ circuitId }) => shortIds.includes(circuitId))
  return { ...facts, peerings: computeTcoPeerings(await readTcoNetworks(reader), circuits), hubs: [] }
}

/**
 * Returns the part of the cost that the caller may see. For a resource that the caller may see, it is every row except
 * the shares of other customers. For any other resource, it is only the caller's own share.
 */
function seenPart(
  facts: TcoInput,
  networks: NetworksWithSharedGateways,
  visible: RowsVisibleInAccessScope,
  time: TotalCostPeriod,
): StoredTco {
  const seenKeys = new Set(visible.armKeys)
  const byKey = (resourceId: string) =>
    networks.estate.byKey.get(normalizeArmId(resourceId)) ?? networks.networks.get(normalizeArmId(resourceId))?.resource
  const isNamed = (customer: string) =>
    visible.customers.some((name) => isSameCustomer(name, customer)) ||
    visible.subscriptions.includes(customer.toLowerCase())
  const sight: VisibleTcoPart = {
    isNamed,
    rowSeen(row: TcoRow) {
      const { resourceId, customer } = row
      const resource = resourceId === null ? undefined : byKey(resourceId)
      const isWhole = resourceId !== null && seenKeys.has(normalizeArmId(resourceId))
      if (isWhole) {
        const isOwn = customer === UNALLOCATED_CUSTOMER || (resource && networks.payerOf(resource) === customer)
        return isOwn || isNamed(customer) ? row : null
      }
      if (!isNamed(customer)) return null
      if (resource && visible.sharedShortIds.includes(resource.id)) return row
      // The name of the resource and the notes about it are removed, because only the owner of the resource may see
      // them.
      const note = row.note.split('; ').at(-1) ?? ''
      return { ...row, circuitId: null, resourceId: null, name: 'a shared resource', note }
    },
  }
  const tco = computeTco(facts, time, sight)
  return { ...tco, perCircuit: tco.perCircuit.filter(({ circuitId }) => visible.shortIds.includes(circuitId)) }
}
