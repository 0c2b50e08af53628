import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { PoolClient } from 'pg'
import {
  type Declarations,
  type DeclarationsResponse,
  type DeclarationsBody,
  type EpochMs,
  type StreamChange,
  type ApiLearnedSite,
} from '#lib/contract/index.ts'
import { findDeclarationContradictions } from '../rules/declaration-contradictions.ts'
import type { DeclarationsParameters, DeclarationsEndpointResponse } from '../api/index.ts'
import {
  findKnownResources,
  listDeclarationVersions,
  createPastReader,
  readCurrentDeclarations,
} from '#lib/history/index.ts'
import { DeclarationsConflictError, saveDeclarationsAsNewVersion } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getActorName } from '#lib/questions/actor.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/db.ts'
import { resolveDeclaredIds } from '../rules/declared-ids.ts'
import { InvalidRequestError, ConflictError } from '#lib/questions/errors.ts'
import { announceStreamChange } from '#lib/questions/live/announce-change.ts'
import { buildAgeWithoutPolls } from '#lib/questions/freshness-without-polls.ts'
import { assertPastWithinHistory } from '#lib/questions/retention.ts'
import { readLearnedSites } from '#lib/questions/learned-sites.ts'

/**
 * Topics of the change stream that are announced after a new version of the declarations. Open pages then read these
 * data again, because they contain verdicts, mappings or names that depend on declarations.
 */
export const topicsAffectedByDeclarations: StreamChange['topics'] = [
  'declarations',
  'overview',
  'circuits',
  'gateways',
  'sessions',
  'events',
  'sources',
]

/** Returns the current declarations of operators. If `at` is given, returns the version that was valid at that time. */
export async function getDeclarations(
  db: ReadableDatabase,
  { at }: DeclarationsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<DeclarationsEndpointResponse<'declarations'>> {
  const q = getSqlExecutor(db)
  // Versions of declarations are never deleted, so there is no limit for how far `at` is in the past.
  assertPastWithinHistory('at', at, now, Number.POSITIVE_INFINITY)
  const data = at === undefined ? await inForce(q) : await readCurrentDeclarations(createPastReader(q, at))
  return { data, ...buildAgeWithoutPolls(at ?? now) }
}

/** Returns a page of the versions of the declarations, each with its author and its changes, newest first. */
export async function getDeclarationsVersions(
  db: ReadableDatabase,
  paging: { limit: number; cursor?: string | undefined },
  now: EpochMs = getDatabaseNow(),
): Promise<DeclarationsEndpointResponse<'declarationsVersions'>> {
  const { rows, nextCursor } = await listDeclarationVersions(getSqlExecutor(db), paging)
  return { data: rows, ...buildAgeWithoutPolls(now), nextCursor }
}

/**
 * Saves the lists in the request as a new version, and notifies workers and open pages. ARM IDs are converted to short
 * IDs.
 * @throws InvalidRequestError if an ID is unknown, or if two declarations contradict each other. The database is then
 *   unchanged
 * @throws ConflictError if `version` is given and is not the current version
 */
export async function putDeclarations(
  db: Database,
  { version, ...lists }: DeclarationsBody,
  now: EpochMs = getDatabaseNow(),
): Promise<DeclarationsEndpointResponse<'declarations'> & { data: DeclarationsResponse }> {
  const data = await db.transaction(async (client) => {
    await saveDeclarationLists(client, lists, version ?? null, now)
    return inForce(client)
  })
  return { data, ...buildAgeWithoutPolls(now) }
}

/**
 * Saves lists in the transaction of the caller. It throws the same errors as {@link putDeclarations}.
 * @param expected the version that the user edited; null = any version
 */
export async function saveDeclarationLists(
  client: PoolClient,
  lists: Partial<Declarations>,
  expected: number | null,
  now: EpochMs,
): Promise<void> {
  const before = await readCurrentDeclarations(client)
  const sent = signed(await resolveDeclaredIds((ids) => findKnownResources(client, ids), lists, before))
  refuseContradictions({ ...listsOf(before), ...sent })
  const saved = await saveDeclarationsAsNewVersion(client, sent, { by: getActorName(), expected }).catch(conflict)
  if (!saved.changed) return
  await announceStreamChange(client, topicsAffectedByDeclarations, now)
}

/** Returns the current declarations, and the sites that Peerwatch found in routes. */
async function inForce(q: SqlExecutor): Promise<DeclarationsResponse> {
  const declared = await readCurrentDeclarations(q)
  return { ...declared, learnedSites: await getLearnedSites(q, declared) }
}

/**
 * Adds the current user as the author of each pause (of polling) without an author, so that others can ask this user
 * about the missing data.
 */
function signed(lists: Partial<Declarations>): Partial<Declarations> {
  const { pauses } = lists
  return pauses ? { ...lists, pauses: pauses.map((pause) => ({ ...pause, by: pause.by || getActorName() })) } : lists
}

function listsOf({ version, updatedAt, updatedBy, unreadable, ...lists }: DeclarationsResponse): Declarations {
  return lists
}

function refuseContradictions(declarations: Declarations): void {
  const [first, ...more] = findDeclarationContradictions(declarations)
  if (!first) return
  const others = more.length > 0 ? ` (and ${more.length} more)` : ''
  throw new InvalidRequestError(`${first.path.join('.')}: ${first.message}${others}`)
}

function conflict(error: unknown): never {
  if (!(error instanceof DeclarationsConflictError)) throw error
  throw new ConflictError(
    `version: ${error.message}. Read /api/v1/declarations, bring your change to it, and send it with version ${error.current}.`,
  )
}

/** Returns the sites that Peerwatch found in routes and that no declared site covers, with their number of prefixes. */
async function getLearnedSites(q: SqlExecutor, declared: Pick<Declarations, 'sites'>): Promise<ApiLearnedSite[]> {
  const sites = await readLearnedSites(q, declared)
  return sites.map(({ prefixes, ...site }) => ({ ...site, prefixes: prefixes.length }))
}
