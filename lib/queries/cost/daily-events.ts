import type { PoolClient } from 'pg'
import type { DetectedEvent, EpochMs, StreamChange } from '#lib/contract/index.ts'
import { billingMonth } from '#lib/cost/index.ts'
import {
  type GroupState,
  foldCost,
  type FoldedGroup,
  readScope,
  samePlain,
  settingsWith,
} from '#lib/detection/index.ts'
import {
  currentSettings,
  ensureSources,
  eventIdOf,
  loadDetectionScopes,
  saveDetectionScopes,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { notify } from '#lib/platform/notifications/index.ts'
import { CHANGES_CHANNEL } from '../live/process-hub.ts'
import { iso } from '../wire.ts'
import { readBudgetStandings } from './budgets.ts'
import { type CostScope, dailyFacts } from './daily-facts.ts'
import { readFrame } from './frame.ts'
import { recentProjections } from './projections.ts'

/** Called, in the transaction that writes them, with incidents that may have changed. */
type IncidentsChanged = (client: PoolClient, ids: readonly string[], at: EpochMs) => Promise<void>

/**
 * The daily evaluation of cost: raises and ends budgets, break-even and surges of egress. An open event is not raised
 * again, so that it may run as often as anybody likes.
 * @returns the events that are new or different
 */
export async function evaluateCost(
  db: Database,
  now: EpochMs,
  incidentsChanged?: IncidentsChanged,
): Promise<DetectedEvent[]> {
  const projected = await recentProjections(db.pool, await readFrame(db.pool, billingMonth(now), now))
  const scopes = await dailyFacts(db.pool, projected, await readBudgetStandings(db.pool, projected, now), now)
  return db.transaction((client) => foldInto(client, scopes, now, incidentsChanged))
}

async function foldInto(
  client: PoolClient,
  scopes: readonly CostScope[],
  now: EpochMs,
  incidentsChanged: IncidentsChanged | undefined,
): Promise<DetectedEvent[]> {
  const ids = await ensureSources(
    client,
    scopes.map(({ resourceId }) => ({ resourceId, subresource: '' })),
  )
  const sourceOf = new Map(scopes.map(({ facts }, i) => [facts.scope, ids[i] ?? 0]))
  const before = await loadState(client, [...sourceOf.keys()])
  const saved = await currentSettings(client)
  const settings = settingsWith(saved?.changed ?? {})
  const folded = foldCost(
    before,
    scopes.map(({ facts }) => facts),
    now,
    settings,
  )
  await saveState(client, before, folded)
  for (const [scope, events] of Map.groupBy(folded.events, (event) => event.scope)) {
    await upsertEvents(client, sourceOf.get(scope) ?? 0, events, saved?.version ?? 0)
  }
  await upsertIncidents(client, folded.incidents)
  const changed = folded.incidents.map(({ key }) => eventIdOf(key))
  if (changed.length > 0) await incidentsChanged?.(client, changed, now)
  if (folded.events.length > 0) {
    const change: StreamChange = { topics: ['events', 'overview', 'cost'], scope: null, at: iso(now) }
    await notify(client, CHANGES_CHANNEL, JSON.stringify(change))
  }
  return folded.events
}

/** What is known of a circuit's cost lies beside what is known of it as a part of the network: they are no parts of one incident. */
const stored = (scope: string): string => `cost:${scope}`

async function loadState(client: PoolClient, scopes: readonly string[]): Promise<GroupState> {
  const known = await loadDetectionScopes(client, scopes.map(stored))
  return Object.fromEntries(scopes.map((scope) => [scope, readScope(known.get(stored(scope)) ?? null)]))
}

async function saveState(client: PoolClient, before: GroupState, { state }: FoldedGroup): Promise<void> {
  const changed = Object.entries(state).filter(([scope, now]) => !samePlain(now, before[scope]))
  await saveDetectionScopes(
    client,
    changed.map(([scope, now]) => ({ scope: stored(scope), state: now, recheckAt: null })),
  )
}
