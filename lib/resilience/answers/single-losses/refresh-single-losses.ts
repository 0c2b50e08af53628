import { createHash } from 'node:crypto'
import { countPrefixesByOutcome } from '../../api/index.ts'
import {
  type AccessScope,
  formatAccessScopeKey,
  type EpochMs,
  type StreamChange,
  parseWhatIfLosses,
} from '#lib/contract/index.ts'
import { isForwardingTablePollKind } from '#lib/contract/poll.ts'
import {
  deleteSingleLosses,
  type ForwardingDataFingerprints,
  readForwardingRevision,
  saveSingleLosses,
  recordSingleLossesChecked,
  readSingleLossRun,
} from '../../store/index.ts'
import { listSources, type SourceStatus, getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  getLastGoodTime,
  judgePollFreshness,
  CHANGES_CHANNEL,
  readOwningCustomers,
  limitToAccessScope,
  formatIso,
} from '#lib/questions/index.ts'
import { BackgroundComputationThrottle } from './background-pace.ts'
import { PathRates } from './path-rates.ts'
import {
  computeWhatIfRows,
  findSaturatedPaths,
  findLoadShifts,
  createAffectedTablesFinder,
  judgeTrafficMove,
} from '../../rules/index.ts'
import { createResourceNameFinder, listGatewayInstances } from '../what-if.ts'
import { findUnreadOfLost, readTrafficMoveInput } from '../what-if/move-facts.ts'
import { findPathsOfSharedGateways } from '../what-if/shared-gateway-paths.ts'
import { readWhatIfData } from '../what-if/read-tables.ts'
import { resolveWhatIfLossesAndChanges } from '../what-if/resolve-terms.ts'
import { createSiteFinder } from '../what-if/site-finder.ts'
import { type StoredSingleLossEffects, countRowsByOutcome, compareWorstCaseFirst } from './loss-case.ts'
import { createResourceFinder, listPossibleLosses } from './possible-losses.ts'

/**
 * Maximum age of results in milliseconds. After this time, they are computed again even if the fingerprint is
 * unchanged, because the fingerprint does not contain rates and learned sites.
 */
const GOOD_FOR_MS = 3_600_000
/** Maximum number of sets of visible resources for which single losses are computed. */
const MAX_SCOPES = 100
/**
 * Maximum share of the processor's time (0 to 1) for this computation. The rest is left for the polls in the same
 * process.
 */
const SHARE = 0.25

const rates = new PathRates()

/**
 * Updates the effects of the losses of single resources. They are computed for all resources together, and for each set
 * of resources that a user, token or customer may see. The effects of a set are computed again if route tables or
 * connections changed, or after {@link GOOD_FOR_MS}.
 * @param scopes sets of resources that users and tokens may see
 * @returns numbers for the log
 */
export async function refreshSingleLosses(
  db: Database,
  scopes: readonly AccessScope[],
  { now, signal, share = SHARE }: { now: () => EpochMs; signal: AbortSignal; share?: number },
): Promise<{ scopes: number; computed: number; cases: number; workedMs: number }> {
  const pace = new BackgroundComputationThrottle(share, signal)
  const wanted = await findAccessScopesToRefresh(db, scopes, now())
  await deleteSingleLosses(db.pool, [...wanted.keys()])
  const sources = await listSources(db.pool, {})
  const revision = await readForwardingRevision(db.pool)
  const unchanged: string[] = []
  let [computed, cases] = [0, 0]
  for (const [audience, scope] of wanted) {
    signal.throwIfAborted()
    pace.resume()
    const at = now()
    const reader = await limitToAccessScope(db, scope, at)
    const visible = getReaderVisibility(getSqlExecutor(reader))
    const tables = tablesIn(sources, visible && new Set([...visible.sources, ...visible.sharedSources]), at)
    const restsOn = fingerprint(revision, tables.seen)
    const last = await readSingleLossRun(getSqlExecutor(reader), audience)
    if (last?.restsOn === restsOn && at < last.computedAt + GOOD_FOR_MS) {
      unchanged.push(audience)
      continue
    }
    const found = await computeLosses(reader, at, pace, rates)
    if (!found) continue
    const { cases: own, ...counts } = found
    const run = { audience, restsOn, tablesAt: tables.newest, computedAt: at, ...counts }
    const losses = own.map((one) => ({ term: one.term, strands: one.stranded > 0, unsure: one.unknown > 0, body: one }))
    await db.transaction(async (client) => {
      await saveSingleLosses(client, run, visible, losses)
      // Open pages are notified only about the results for all resources. Callers with limited access get no
      // notification of their results.
      if (audience === '') await sendMessageToPostgresChannel(client, CHANGES_CHANNEL, JSON.stringify(changeAt(at)))
    })
    computed += 1
    cases += counts.computed
  }
  await recordSingleLossesChecked(db.pool, unchanged, now())
  return { scopes: wanted.size, computed, cases, workedMs: Math.round(pace.workedMs) }
}

const changeAt = (at: EpochMs): StreamChange => ({ topics: ['overview', 'routes'], scope: null, at: formatIso(at) })

/**
 * Returns the sets of visible resources whose results are updated, without duplicates. The set of all resources comes
 * first, then the sets of users and tokens, then those of customers.
 */
export async function findAccessScopesToRefresh(
  db: Database,
  scopes: readonly AccessScope[],
  now: EpochMs,
): Promise<Map<string, AccessScope>> {
  const customers = await readOwningCustomers(db, now)
  const ofCustomers = customers.map((name): AccessScope => ({ subscriptions: [], customers: [name] }))
  const all: AccessScope[] = ['everything', ...scopes, ...ofCustomers]
  const wanted = new Map(all.map((scope) => [formatAccessScopeKey(scope), scope]))
  return new Map([...wanted].slice(0, MAX_SCOPES))
}

interface TablesSeen {
  /** Ids of the sources whose route table is current. */
  seen: number[]
  newest: EpochMs | null
}

function tablesIn(sources: readonly SourceStatus[], within: ReadonlySet<number> | null, now: EpochMs): TablesSeen {
  const own = sources.filter(
    ({ sourceId, poll }) => isForwardingTablePollKind(poll.kind) && (within === null || within.has(sourceId)),
  )
  const usable = own.filter(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now)))
  const ends = usable.flatMap(({ poll }) => getLastGoodTime(poll) ?? [])
  return { seen: usable.map(({ sourceId }) => sourceId), newest: ends.length === 0 ? null : Math.max(...ends) }
}

/**
 * Returns a fingerprint of the route tables and configurations on which the effects of losses depend, and the time of
 * the newest route table.
 */
export async function readLossFingerprint(
  db: Database,
  reader: ReadableDatabase,
  now: EpochMs,
): Promise<{ restsOn: string; tablesAt: EpochMs | null }> {
  const visible = getReaderVisibility(getSqlExecutor(reader))
  const within = visible && new Set([...visible.sources, ...visible.sharedSources])
  const tables = tablesIn(await listSources(db.pool, {}), within, now)
  return { restsOn: fingerprint(await readForwardingRevision(db.pool), tables.seen), tablesAt: tables.newest }
}

/** Version of the stored effects. If it is changed, the first run after an upgrade computes all effects again. */
const VERSION = 'hub connections'

function fingerprint({ tables, rest }: ForwardingDataFingerprints, seen: readonly number[]): string {
  const own = seen.toSorted((a, b) => a - b).map((id) => `${id} ${tables.get(id) ?? ''}`)
  return createHash('sha256')
    .update([VERSION, rest, ...own].join('\n'))
    .digest('hex')
}

/** Maximum number of losses that are computed for one set of visible resources. */
const MAX_CASES = 2_000

interface ComputedLosses {
  /** losses after which the path of a prefix changes, and all losses of circuits; worst first */
  cases: StoredSingleLossEffects[]
  computed: number
  notComputed: number
  /** True if all route tables were read. */
  complete: boolean
}

/**
 * Computes the effect of the loss of each single resource that the caller may see. Each loss is a separate what-if.
 * Returns null if no route table was read yet.
 */
async function computeLosses(
  db: ReadableDatabase,
  now: EpochMs,
  pace: BackgroundComputationThrottle,
  rates: PathRates,
): Promise<ComputedLosses | null> {
  const world = await readWhatIfData(db, { at: undefined, now }, () => pace.rest())
  if (world.isBlind) return null
  const { facts, ribs } = world
  const names = { siteOf: createSiteFinder(facts.sites), nameOf: createResourceNameFinder(facts) }
  const find = createResourceFinder(world)
  const terms = listPossibleLosses(world)
  const touchedBy = createAffectedTablesFinder(ribs)
  const besideOf = findPathsOfSharedGateways(world)
  const moveFacts = await readTrafficMoveInput(getSqlExecutor(db), world, names, undefined)
  const cases: StoredSingleLossEffects[] = []
  for (const text of terms.slice(0, MAX_CASES)) {
    await pace.rest()
    const read = parseWhatIfLosses(text)
    // A name with a comma is left out, because the parameter `lose` uses commas as separators.
    if (!('terms' in read) || read.terms.length !== 1) continue
    const asked = { lose: read.terms, change: [] }
    const { lost, failure } = await resolveWhatIfLossesAndChanges(find, asked, facts, (gateway) =>
      listGatewayInstances(world, gateway),
    )
    const [what] = lost
    const tables = touchedBy(failure).flatMap((place) => {
      const rib = ribs[place]
      return rib ? [{ rib, rows: computeWhatIfRows(rib, failure, names, 'changed') }] : []
    })
    const rows = tables.flatMap(({ rows: own }) => own)
    if (!what || (rows.length === 0 && what.kind !== 'circuit')) continue
    const shifts = findLoadShifts(rows)
    await rates.read(getSqlExecutor(db), facts, { shifts, besideOf }, now, pace)
    const saturated = findSaturatedPaths(
      shifts,
      (carrier) => rates.p95Of(carrier, now),
      rates.bandwidthOf(facts),
      besideOf,
    )
    cases.push({
      ...what,
      ...countRowsByOutcome(rows),
      saturated: saturated?.length ?? null,
      move: judgeTrafficMove(
        tables,
        { failure, ribs, full: saturated ?? [], facts: moveFacts },
        findUnreadOfLost(world, lost).length > 0,
      ),
      ...(what.kind === 'circuit' &&
        what.id !== null && {
          failover: {
            ...countPrefixesByOutcome(rows),
            unread: [...new Set(world.unreadOf(what.id).map(names.nameOf))].toSorted(),
          },
        }),
    })
  }
  return {
    cases: cases.toSorted(compareWorstCaseFirst),
    computed: Math.min(terms.length, MAX_CASES),
    notComputed: Math.max(0, terms.length - MAX_CASES),
    complete: world.covered,
  }
}
