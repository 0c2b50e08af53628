import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type BackTestBody, backTestResultSchema, type EpochMs, type ThresholdsBody } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { SetupEndpointResponse, SetupCommandResult } from '../api/index.ts'
import {
  listErrorsOfThresholdValues,
  isThresholdName,
  applyThresholdChanges,
  detectionThresholdDefinitions,
} from '#lib/detection/index.ts'
import { findThresholdConflicts } from '../threshold-conflicts.ts'
import {
  requestBackTest as storeBackTest,
  readBackTestById,
  BackTestQueueFullError,
  cancelBackTest as storeCancel,
  readCurrentSettings,
  readRecentBackTests,
  saveThresholdsAsNewVersion,
  ThresholdsConflictError,
  readSettingsVersions,
  type StoredBackTest,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  getActorName,
  type ReadableDatabase,
  getSqlExecutor,
  ConflictError,
  InvalidRequestError,
  LimitError,
  NotFoundError,
  announceStreamChange,
  buildAgeWithoutPolls,
  resolveRangeWithinHistory,
} from '#lib/questions/index.ts'

const BACK_TEST_MS = 7 * MS_PER_DAY
const LISTED_BACK_TESTS = 20

const sources = { D: 'documentation', S: 'design', A: 'assumption' } as const

/** Returns all thresholds of detection, each with the source of its default, and all saved versions. */
export async function getThresholds(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'thresholds'>> {
  return { data: await thresholdsAnswer(db), ...buildAgeWithoutPolls(now) }
}

async function thresholdsAnswer(db: ReadableDatabase): Promise<SetupEndpointResponse<'thresholds'>['data']> {
  const saved = await readSettingsVersions(getSqlExecutor(db))
  const [current] = saved
  return {
    version: current?.version ?? 0,
    savedAt: current?.savedAt ?? null,
    savedBy: current?.savedBy ?? null,
    note: current?.note ?? '',
    thresholds: Object.entries(detectionThresholdDefinitions).map(([name, { value, unit, source, meaning }]) => ({
      name,
      meaning,
      unit,
      value: current?.changed[name] ?? value,
      shipped: value,
      source: sources[source],
    })),
    versions: [...saved, { version: 0, changed: {}, savedAt: null, savedBy: null, note: 'as shipped' }],
  }
}

/**
 * Saves thresholds of detection as a new version. Every worker uses it from its next poll on.
 * @throws InvalidRequestError if a name or a value is invalid
 * @throws ConflictError if `version` is not the current version
 */
export async function putThresholds(
  db: Database,
  { version, values, note = '' }: ThresholdsBody,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'thresholds'>> {
  await db.transaction(async (client) => {
    const changed = changedBy((await readCurrentSettings(client))?.changed ?? {}, values)
    await saveThresholdsAsNewVersion(client, { changed, expected: version, by: getActorName(), note }).catch(conflict)
    await announceStreamChange(client, ['settings', 'events'], now)
  })
  return getThresholds(db, now)
}

function conflict(error: unknown): never {
  if (!(error instanceof ThresholdsConflictError)) throw error
  throw new ConflictError(
    `version: ${error.message}. Read /api/v1/settings/thresholds, bring your change to it, and send it with version ${error.current}.`,
  )
}

/**
 * Returns all thresholds that differ from their defaults after a change.
 * @param values changed thresholds; null resets a threshold to its default
 * @throws InvalidRequestError if a value is invalid, or if thresholds contradict each other
 */
function changedBy(
  before: Readonly<Record<string, number>>,
  values: Readonly<Record<string, number | null>>,
): Record<string, number> {
  const [fault] = listErrorsOfThresholdValues(values)
  if (fault) throw new InvalidRequestError(`values.${fault}`)
  const all = Object.entries({ ...before, ...values })
  const changed = Object.fromEntries(
    all.flatMap(([name, value]) => (isChanged(name, value) ? [[name, value] as const] : [])),
  )
  const [contradiction] = findThresholdConflicts(applyThresholdChanges(changed))
  if (contradiction) throw new InvalidRequestError(`values.${contradiction}`)
  return changed
}

const isChanged = (name: string, value: number | null): value is number =>
  value !== null && !(isThresholdName(name) && detectionThresholdDefinitions[name].value === value)

/** Returns the most recent back-tests, newest first. A back-test evaluates stored history with other thresholds. */
export async function getBackTests(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'backTests'>> {
  const stored = await readRecentBackTests(getSqlExecutor(db), LISTED_BACK_TESTS)
  return { data: stored.map(withProgress), ...buildAgeWithoutPolls(now) }
}

/**
 * Returns one back-test.
 * @throws NotFoundError if there is no back-test with this ID
 */
export async function getBackTest(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'backTest'>> {
  return { data: await backTestOf(db, id), ...buildAgeWithoutPolls(now) }
}

/**
 * Requests a back-test, which evaluates stored history with other thresholds.
 * @throws InvalidRequestError if a name, a value or the range is invalid
 * @throws LimitError if too many back-tests are waiting
 */
export async function placeBackTestOrder(
  db: ReadableDatabase,
  { values, from, to }: BackTestBody,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupCommandResult<'askBackTest'>> {
  const q = getSqlExecutor(db)
  const current = await readCurrentSettings(q)
  const range = resolveRangeWithinHistory({ from: momentOf(from), to: momentOf(to) }, now, BACK_TEST_MS)
  if (range.from >= range.to) throw new InvalidRequestError('from: it must lie before to')
  const stored = await storeBackTest(q, {
    requestedBy: getActorName(),
    from: range.from,
    to: range.to,
    version: current?.version ?? 0,
    changed: changedBy(current?.changed ?? {}, values),
  }).catch(full)
  await announceStreamChange(q, ['settings'], now)
  return { data: withProgress(stored) }
}

function full(error: unknown): never {
  if (!(error instanceof BackTestQueueFullError)) throw error
  throw new LimitError(`${error.message}: cancel one, or send this when one is done.`, {
    status: 429,
    retryAfterSeconds: 60,
  })
}

const momentOf = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))

/**
 * Cancels a back-test. A back-test that is already finished is unchanged.
 * @throws NotFoundError if there is no back-test with this ID
 */
export async function cancelRequestedBackTest(
  db: ReadableDatabase,
  id: string,
): Promise<SetupCommandResult<'cancelBackTest'>> {
  await storeCancel(getSqlExecutor(db), id)
  return { data: await backTestOf(db, id) }
}

async function backTestOf(db: ReadableDatabase, id: string) {
  const stored = await readBackTestById(getSqlExecutor(db), id)
  if (!stored) throw new NotFoundError(`no back-test ${id}: /api/v1/back-tests lists the last ones`)
  return withProgress(stored)
}

function withProgress({ pollsDone, pollsAll, result, ...test }: StoredBackTest) {
  const isDone = test.state === 'done'
  return {
    ...test,
    progress: isDone ? 1 : pollsAll ? Math.min(1, pollsDone / pollsAll) : 0,
    result: isDone ? backTestResultSchema.parse(result) : null,
  }
}
