/**
 * Records a played estate in a database, in the same way as a worker with the default intervals, and queries the API
 * about it.
 */
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { syncPollSchedule } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { GENERATED_PAST_POLL_INTERVALS } from '../demo-history/lanes.ts'
import { startPastGenerator } from '../demo-history/make-past.ts'
import type { CorrectnessJudgement } from './judge.ts'
import type { SimulatedEstateRun } from './play.ts'
import type { EstateFaultTruth } from './truth.ts'

/** A played estate that is recorded up to `until`, with access to the API's answers. */
export interface RecordedEstate extends SimulatedEstateRun {
  readonly until: EpochMs
  /**
   * Queries a path below `/api/v1` with its query string.
   * @returns the field `data`
   * @throws Error if the query is refused
   */
  readonly ask: <Data>(question: string) => Promise<Data>
  /** Queries all pages of a list. */
  readonly list: <Row>(question: string) => Promise<Row[]>
  /** short IDs of circuits and gateways by name */
  readonly ids: ReadonlyMap<string, string>
}

/** Queries the API and judges its answers. */
export type AnswerJudgeFunction = (recorded: RecordedEstate, truth: EstateFaultTruth) => Promise<CorrectnessJudgement[]>

interface Named {
  id: string
  name: string
}

/** An estate that is recorded step by step. */
interface Recording {
  /** Records up to a moment, which must be later than the moment of the previous call. */
  readonly upTo: (until: EpochMs) => Promise<RecordedEstate>
  readonly close: () => void
}

/**
 * Starts to record a played estate.
 * @param db empty database
 * @param last latest moment that is recorded
 */
export async function beginRecording(
  db: Database,
  played: SimulatedEstateRun,
  last: EpochMs = played.end,
): Promise<Recording> {
  const { world, start: from } = played
  const past = await startPastGenerator({ db, world, from, origin: last, horizon: last + 10 * MS_PER_MINUTE })
  const own = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
  const ask = async <Data>(question: string) => ((await own(db.pool, question)) as { data: Data }).data
  const list = async <Row>(question: string) => {
    const rows: Row[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const address = new URL(question, 'http://own')
      address.searchParams.set('limit', '200')
      if (cursor) address.searchParams.set('cursor', cursor)
      const page = (await own(db.pool, address.pathname + address.search)) as { data: Row[]; nextCursor: string | null }
      rows.push(...page.data)
      cursor = page.nextCursor
    }
    return rows
  }
  return {
    async upTo(until) {
      await past.upTo(until)
      await putOnTimetable(db)
      const named = [...(await ask<Named[]>('/circuits')), ...(await ask<Named[]>('/gateways'))]
      return { ...played, until, ask, list, ids: new Map(named.map(({ id, name }) => [name, id])) }
    },
    close: () => past.close(),
  }
}

/**
 * Records a played estate up to a moment.
 * @param db empty database
 */
export async function recordSimulatedEstateRun(
  db: Database,
  played: SimulatedEstateRun,
  until: EpochMs = played.end,
): Promise<RecordedEstate> {
  const recording = await beginRecording(db, played, until)
  const recorded = await recording.upTo(until)
  recording.close()
  return recorded
}

const { sessionsMs, circuitsMs, routesMs, inventoryMs, activityMs } = GENERATED_PAST_POLL_INTERVALS
const EVERY_MS: Partial<Record<PollKind, number>> = {
  peers: sessionsMs,
  summary: circuitsMs,
  arp: circuitsMs,
  stats: circuitsMs,
  connection: circuitsMs,
  inventory: inventoryMs,
  activity: activityMs,
}

/** Adds the polled sources to the timetable, so that answers know the poll intervals. */
export async function putOnTimetable(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ resourceId: string; subresource: string; kind: PollKind }>(
    `SELECT r.arm_id AS "resourceId", s.subresource, p.kind
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id`,
  )
  const wanted = rows.map((row) => ({ ...row, everySeconds: (EVERY_MS[row.kind] ?? routesMs) / 1_000 }))
  await db.transaction((client) => syncPollSchedule(client, wanted))
}
