import { createHash } from 'node:crypto'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readMaintenanceWindows, getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  announceStreamChange,
  type ReadableDatabase,
  getSqlExecutor,
  limitToAccessScope,
} from '#lib/questions/index.ts'
import {
  deleteOutlooks,
  saveMaintenanceOutlook,
  listDrills,
  recordOutlooksChecked,
  readSingleLossRun,
  readStoredOutlook,
} from '../../store/index.ts'
import { BackgroundComputationThrottle } from '../single-losses/background-pace.ts'
import { findAccessScopesToRefresh } from '../single-losses/refresh-single-losses.ts'
import { readWhatIfData } from '../what-if/read-tables.ts'
import { OUTLOOK_PERIOD_MS } from './answers.ts'
import type { StoredMaintenanceOutlookBody } from './outlook-body.ts'
import { computeOutlook } from './compute-outlook.ts'
import { OutlookPathRateCache } from './rate-cache.ts'
import { saveUpcomingLossEvents } from './upcoming-losses.ts'
import { determineLossesOfWindows } from './window-losses.ts'

/**
 * Maximum age of an outlook in milliseconds. (An outlook contains the losses that announced maintenance will cause.)
 * After this time, it is computed again even if its fingerprint is unchanged, because the fingerprint does not contain
 * the rates of paths.
 */
const GOOD_FOR_MS = MS_PER_HOUR
/**
 * Maximum share of the processor's time (0 to 1) for computing outlooks. The rest is left for the polls in the same
 * process.
 */
const SHARE = 0.15
const ratesOf = memoizePerObject((_: Database) => new OutlookPathRateCache())
/** Maximum number of drills among which future drills are searched. */
const MAX_DRILLS = 50

/**
 * Updates the outlooks of the next four weeks, and creates events about announced losses. There is one outlook for all
 * resources, and one for each set of resources that a user or token may see. An outlook is computed again if
 * maintenance windows, drills, route tables or resources changed. The fingerprint of single losses shows this
 * (ADR 0282).
 * @param scopes sets of resources that users and tokens may see
 * @returns numbers for the log
 */
export async function refreshOutlook(
  db: Database,
  scopes: readonly AccessScope[],
  { now, signal, share = SHARE }: { now: () => EpochMs; signal: AbortSignal; share?: number },
): Promise<{ scopes: number; computed: number; raised: number; workedMs: number }> {
  const pace = new BackgroundComputationThrottle(share, signal)
  const wanted = await findAccessScopesToRefresh(db, scopes, now())
  await deleteOutlooks(db.pool, [...wanted.keys()])
  const unchanged: string[] = []
  let [computed, raised] = [0, 0]
  for (const [audience, scope] of wanted) {
    signal.throwIfAborted()
    pace.resume()
    const at = now()
    const reader = await limitToAccessScope(db, scope, at)
    const announced = await announcedTo(reader, audience, at)
    const last = await readStoredOutlook(getSqlExecutor(reader), audience)
    let body = last?.body as StoredMaintenanceOutlookBody | undefined
    if (body && last?.restsOn === announced.restsOn && at < last.computedAt + GOOD_FOR_MS) unchanged.push(audience)
    else {
      const fresh = await outlookOf(reader, announced, at, { pace, rates: ratesOf(db) })
      body = fresh
      await db.transaction(async (client) => {
        const visible = getReaderVisibility(getSqlExecutor(reader))
        await saveMaintenanceOutlook(client, audience, visible, {
          restsOn: announced.restsOn,
          computedAt: at,
          body: fresh,
        })
        if (audience === '') await announceStreamChange(client, ['resilience', 'overview'], at)
      })
      computed += 1
    }
    if (audience === '') raised = await saveUpcomingLossEvents(db, body, at)
  }
  await recordOutlooksChecked(db.pool, unchanged, now())
  return { scopes: wanted.size, computed, raised, workedMs: Math.round(pace.workedMs) }
}

interface Announced {
  windows: Awaited<ReturnType<typeof readMaintenanceWindows>>
  drills: Awaited<ReturnType<typeof listDrills>>
  restsOn: string
}

async function announcedTo(reader: ReadableDatabase, audience: string, now: EpochMs): Promise<Announced> {
  const q = getSqlExecutor(reader)
  const windows = await readMaintenanceWindows(q, { from: now, to: now + OUTLOOK_PERIOD_MS }, decodeResourceConfig)
  const drills = windows.length === 0 ? [] : (await listDrills(q, MAX_DRILLS)).filter(({ to }) => to > now)
  const run = windows.length === 0 ? null : await readSingleLossRun(q, audience)
  const restsOn = createHash('sha256')
    .update(JSON.stringify([windows, drills, run?.restsOn]))
    .digest('hex')
  return { windows, drills, restsOn }
}

async function outlookOf(
  reader: ReadableDatabase,
  { windows, drills }: Announced,
  now: EpochMs,
  { pace, rates }: { pace: BackgroundComputationThrottle; rates: OutlookPathRateCache },
): Promise<StoredMaintenanceOutlookBody> {
  if (windows.length === 0) return { windows: [], intervals: [], notComputed: 0 }
  const world = await readWhatIfData(reader, { at: undefined, now }, () => pace.rest())
  const judged = await determineLossesOfWindows(windows, drills, world)
  const known = world.isBlind
    ? judged.map(({ view }) => ({ view: { ...view, unknown: view.unknown ?? BLIND }, takes: null }))
    : judged
  const { intervals, notComputed } = await computeOutlook(getSqlExecutor(reader), world, known, {
    now,
    to: now + OUTLOOK_PERIOD_MS,
    pace,
    rates,
  })
  return { windows: known.map(({ view }) => view), intervals, notComputed }
}

const BLIND = 'no table of routes was read yet'
