import { databaseNow } from '#lib/platform/database-clock.ts'
import { armKey, type EpochMs, isSameCustomer, UNALLOCATED } from '#lib/contract/index.ts'
import type { CostTcoParameters, ResponseOf, StoredTco, TcoRow } from '../../api/index.ts'
import {
  billingMonth,
  estateSheet,
  monthAfter,
  type TcoVisibility,
  type TcoFacts,
  type TcoFrame,
  tcoOf,
} from '../../rules/index.ts'
import { scopedBase, subscriptionNames, type Visible, visibleTo } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '#lib/questions/index.ts'

import { readCircuitStandings } from '../circuits/circuit-inputs.ts'
import { readFrame } from '../frame.ts'
import { costAge } from '../projections.ts'
import { readTcoCircuits } from './tco-circuits.ts'
import { readTcoGateways } from './tco-gateways.ts'
import { hubUses, readTcoNetworks, type TcoNetworks, tcoPeerings } from './tco-networks.ts'

/**
 * What the whole edge costs over so many billing months, the current one as far as it has come. Who pays is a resource's customer; without
 * customers it is the subscription. Shares of what several use come from all that they carried, also for whoever sees one share only.
 */
export async function answerCostTco(
  db: Db,
  { months: count }: Pick<CostTcoParameters, 'months'>,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'costTco'>> {
  const reader = queryable(db)
  const visible = visibleTo(reader)
  const current = billingMonth(now)
  const months = Array.from({ length: count }, (_, i) => monthAfter(current, i + 1 - count))
  const from = months[0]?.from ?? current.from
  const frame = await readFrame(scopedBase(reader) ?? reader, { ...current, from }, now)
  const time: TcoFrame = { from, to: now, months, gb: frame.gb.bytes }
  const { facts, networks } = await readFacts(scopedBase(reader) ?? reader, frame, time)
  const data = visible
    ? seenPart(await withOwnPeerings(reader, facts, visible), networks, visible, time)
    : tcoOf(facts, time)
  return { data, ...(await costAge(reader, now)) }
}

async function readFacts(q: Queryable, frame: Awaited<ReturnType<typeof readFrame>>, time: TcoFrame) {
  const networks = await readTcoNetworks(q)
  const circuits = await readTcoCircuits(q, await readCircuitStandings(q, frame), networks, frame, time)
  const facts: TcoFacts = {
    circuits,
    gateways: await readTcoGateways(q, networks, time),
    peerings: tcoPeerings(networks, circuits),
    hubs: hubUses(networks, circuits),
    sheet: estateSheet(frame.sheet, frame.overrides, frame.now),
    names: await subscriptionNames(q),
  }
  return { facts, networks }
}

/** Peerings name both ends and are bound by all circuits of a hub: they are those that the reader sees himself. */
async function withOwnPeerings(reader: Queryable, facts: TcoFacts, { shortIds }: Visible): Promise<TcoFacts> {
  const circuits = facts.circuits.filter(({ circuitId }) => shortIds.includes(circuitId))
  return { ...facts, peerings: tcoPeerings(await readTcoNetworks(reader), circuits), hubs: [] }
}

/** Of what the reader sees whole all but the shares of others, of anything else his own share. */
function seenPart(facts: TcoFacts, networks: TcoNetworks, visible: Visible, time: TcoFrame): StoredTco {
  const seenKeys = new Set(visible.armKeys)
  const byKey = (resourceId: string) =>
    networks.estate.byKey.get(armKey(resourceId)) ?? networks.networks.get(armKey(resourceId))?.resource
  const isNamed = (customer: string) =>
    visible.customers.some((name) => isSameCustomer(name, customer)) ||
    visible.subscriptions.includes(customer.toLowerCase())
  const sight: TcoVisibility = {
    isNamed,
    rowSeen(row: TcoRow) {
      const { resourceId, customer } = row
      const resource = resourceId === null ? undefined : byKey(resourceId)
      const isWhole = resourceId !== null && seenKeys.has(armKey(resourceId))
      if (isWhole) {
        const isOwn = customer === UNALLOCATED || (resource && networks.payerOf(resource) === customer)
        return isOwn || isNamed(customer) ? row : null
      }
      if (!isNamed(customer)) return null
      if (resource && visible.sharedShortIds.includes(resource.id)) return row
      // which one it is, and what its owner notes about it, are the owner's
      const note = row.note.split('; ').at(-1) ?? ''
      return { ...row, circuitId: null, resourceId: null, name: 'a shared resource', note }
    },
  }
  const tco = tcoOf(facts, time, sight)
  return { ...tco, perCircuit: tco.perCircuit.filter(({ circuitId }) => visible.shortIds.includes(circuitId)) }
}
