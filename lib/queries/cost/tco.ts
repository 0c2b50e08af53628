import type { CostTcoParameters, EpochMs, ResponseOf } from '#lib/contract/index.ts'
import { billingMonth, estateSheet, monthAfter, type TcoFacts, type TcoFrame, tcoOf } from '#lib/cost/index.ts'
import { subscriptionNames } from '#lib/history/index.ts'
import { type Db, queryable } from '../db.ts'
import { iso } from '../wire.ts'
import { readCircuitStandings } from './circuit-inputs.ts'
import { readFrame } from './frame.ts'
import { costFreshness } from './projections.ts'
import { readTcoCircuits } from './tco-circuits.ts'
import { readTcoGateways } from './tco-gateways.ts'
import { hubUses, readTcoNetworks, tcoPeerings } from './tco-networks.ts'

/**
 * What the whole edge costs over so many billing months, the current one as far as it has come. A customer is a subscription, until
 * customers exist.
 */
export async function getCostTco(
  db: Db,
  { months: count }: CostTcoParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'costTco'>> {
  const q = queryable(db)
  const current = billingMonth(now)
  const months = Array.from({ length: count }, (_, i) => monthAfter(current, i + 1 - count))
  const from = months[0]?.from ?? current.from
  const frame = await readFrame(q, { ...current, from }, now)
  const time: TcoFrame = { from, to: now, months, gb: frame.gb.bytes }
  const networks = await readTcoNetworks(q)
  const circuits = await readTcoCircuits(q, await readCircuitStandings(q, frame), networks, frame, time)
  const facts: TcoFacts = {
    circuits,
    gateways: await readTcoGateways(q, time),
    peerings: tcoPeerings(networks, circuits),
    hubs: hubUses(networks, circuits),
    sheet: estateSheet(frame.sheet, frame.overrides, now),
    names: await subscriptionNames(q),
  }
  return { data: tcoOf(facts, time), asOf: iso(now), freshness: await costFreshness(q, now) }
}
