import type { PoolClient } from 'pg'
import type { Change, EpochMs, Observation, PollKind, PollMark } from '#lib/contract/index.ts'
import {
  type DetectionState,
  type EstateState,
  foldEstate,
  foldPoll,
  readingsOf,
  readScope,
  readState,
  type RouteTable,
  type Signal,
} from '#lib/detection/index.ts'
import {
  anyScopeWaits,
  loadDetectionScopes,
  loadDetectionState,
  saveDetectionScopes,
  saveDetectionState,
  shortIdOf,
  upsertEvents,
  upsertIncidents,
  waysTo,
} from '#lib/history/index.ts'
import { aloneGroup, type EstateBook } from './estate-book.ts'
import type { EstateGroup } from './estate-group.ts'
import { rankWays } from './rank-ways.ts'

/** Kinds whose fold remembers something from poll to poll of its source. */
const remembering: ReadonlySet<PollKind> = new Set(['peers', 'summary', 'arp', 'activity'])
/** Kinds that tell detection nothing yet. */
const untold: ReadonlySet<PollKind> = new Set(['metrics', 'advertised', 'probe', 'connection'])
/** Of a step that moves more prefixes, the best ways are compared for the first ones only. */
const COMPARED_PREFIXES = 5_000

export interface Recording {
  sourceId: number
  mark: PollMark
  changes: readonly Change[]
  observation: Observation
  /** kind `summary`: the MSEE's address in a session with this neighbor */
  localAddress: (neighbor: string) => string
  /** the configured interval of the poll */
  everyMs: number
  /** null = only what the source tells by itself is detected */
  book: EstateBook | null
}

/**
 * Folds a recorded poll, in the transaction that recorded it: first into what is known of its source, then, if that told
 * anything or something waits for time to pass, into what is known of the group that the source belongs to.
 * @returns how many events are new or in a later version
 */
export async function detect(client: PoolClient, recording: Recording): Promise<number> {
  const { sourceId, mark, changes, observation, localAddress, book, everyMs } = recording
  if (untold.has(mark.kind) && changes.every(({ type }) => type === 'outcome')) return 0
  const before = remembering.has(mark.kind) ? readState(await loadDetectionState(client, sourceId)) : null
  // the estate is introduced to the rows of a source once: only when somebody listens
  const readings = book ? readingsOf(observation, localAddress) : {}
  const { state, events, signals } = foldPoll(before, mark, changes, readings)
  if (before && state !== before) await saveDetectionState(client, sourceId, state satisfies DetectionState)
  if (!book) {
    await upsertEvents(client, sourceId, events)
    return events.length
  }
  const groups = await groupsConcerned(client, mark, book, signals)
  const scopes = [...new Set(groups.flatMap((group) => group.scopes))]
  if (events.length === 0 && signals.length === 0 && !(await anyScopeWaits(client, scopes))) return 0
  const stored = await loadDetectionScopes(client, scopes)
  let written = 0
  for (const group of groups) {
    const known: EstateState = Object.fromEntries(
      group.scopes.map((scope) => [scope, readScope(stored.get(scope) ?? null)]),
    )
    const routes = await routesFor(client, group, signals)
    const folded = foldEstate(known, group.topology, {
      mark,
      everyMs,
      signals,
      events: mark.scope in known ? events : [],
      ...(routes ? { routes } : {}),
      scopeOfResource: shortIdOf,
    })
    const waiting = new Set(folded.waits)
    const changed = Object.entries(folded.state).filter(
      ([scope, now]) => JSON.stringify(now) !== JSON.stringify(known[scope] ?? null),
    )
    await saveDetectionScopes(
      client,
      changed.map(([scope, now]) => ({ scope, state: now, waits: waiting.has(scope) })),
    )
    await upsertEvents(client, sourceId, folded.events)
    await upsertIncidents(client, folded.incidents)
    written += folded.events.length
  }
  return written
}

/** A subscription's polls are about every group that they tell something of; all others about the one of their source. */
async function groupsConcerned(
  client: PoolClient,
  mark: PollMark,
  book: EstateBook,
  signals: readonly Signal[],
): Promise<EstateGroup[]> {
  const now: EpochMs = mark.finishedAt
  if (mark.kind !== 'inventory' && mark.kind !== 'activity') return [await book.groupOf(client, mark.scope, now)]
  const named = new Set(signals.flatMap(scopesNamed))
  if (named.size === 0) return []
  const earlier = mark.kind === 'inventory' ? await book.groupsWith(client, named, now) : []
  if (mark.kind === 'inventory') book.forget()
  const current = await book.groupsWith(client, named, now)
  const listed = new Set(current.flatMap(({ scopes }) => scopes))
  const removed = signals.flatMap(scopesRemoved).filter((scope) => !listed.has(scope))
  // what was removed is told among those that it stood with; by itself where nobody remembers them
  const former = earlier.filter(({ scopes }) => scopes.some((scope) => removed.includes(scope)))
  const known = new Set(former.flatMap(({ scopes }) => scopes))
  const alone = removed.filter((scope) => !known.has(scope)).map(aloneGroup)
  return [...withFormer(current, former, removed), ...alone]
}

/** A scope stands in one group only: members of a former group that stand in a current one are told there. */
function withFormer(
  current: readonly EstateGroup[],
  former: readonly EstateGroup[],
  removed: readonly string[],
): EstateGroup[] {
  const left = [...current]
  for (const group of former) {
    const gone = group.scopes.filter((scope) => removed.includes(scope))
    const index = left.findIndex(({ scopes }) => scopes.some((scope) => group.scopes.includes(scope)))
    const heir = left[index]
    if (heir) left[index] = { ...heir, scopes: [...new Set([...heir.scopes, ...gone])].toSorted() }
    else left.push(group)
  }
  return left
}

const SEGMENTS_OF_A_RESOURCE = 9

function scopesRemoved(signal: Signal): string[] {
  if (signal.type !== 'config') return []
  return signal.changes.filter(({ op }) => op === 'removed').map(({ resourceId }) => shortIdOf(resourceId))
}

function scopesNamed(signal: Signal): string[] {
  if (signal.type === 'config') return signal.changes.map(({ resourceId }) => shortIdOf(resourceId))
  if (signal.type !== 'activity') return []
  return signal.rows.map(({ resourceId }) =>
    shortIdOf(resourceId.split('/').slice(0, SEGMENTS_OF_A_RESOURCE).join('/')),
  )
}

async function routesFor(
  client: PoolClient,
  group: EstateGroup,
  signals: readonly Signal[],
): Promise<RouteTable | null> {
  const moved = new Set(
    signals.flatMap((signal) =>
      signal.type === 'routes' && signal.kind === 'learned' ? signal.changes.map(({ prefix }) => prefix) : [],
    ),
  )
  if (moved.size === 0) return null
  const prefixes = [...moved].slice(0, COMPARED_PREFIXES)
  const { ways, covered, ownSpace } = await waysTo(
    client,
    group.topology.gateways.map(({ scope }) => scope),
    prefixes,
  )
  const byPrefix = Map.groupBy(ways, ({ prefix }) => prefix)
  return {
    ways: Object.fromEntries(prefixes.map((prefix) => [prefix, byPrefix.get(prefix) ?? []])),
    covered,
    ownSpace,
    best: (candidates) => rankWays(candidates, group),
  }
}
