/** Records what was played in a database, as a worker records it with the default intervals, and asks the API about it. */
import { OPEN_CALLER } from '#lib/access/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { syncSchedule } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { askOwn } from '#lib/questions/index.ts'
import { table } from '#lib/table.ts'
import { INTERVALS } from '../demo-history/lanes.ts'
import { beginPast } from '../demo-history/make-past.ts'
import type { Judgement } from './judge.ts'
import type { Played } from './play.ts'
import type { Truth } from './truth.ts'

/** A played estate that is recorded up to `until`, with the API's answers about it. */
export interface Recorded extends Played {
  readonly until: EpochMs
  /** Asks for a path below `/api/v1` with its query. @returns its `data`. @throws Error if it is refused */
  readonly ask: <Data>(question: string) => Promise<Data>
  /** short ids of circuits and gateways by their names */
  readonly ids: ReadonlyMap<string, string>
}

/** Asks the API, and judges what it answers. */
export type Answers = (recorded: Recorded, truth: Truth) => Promise<Judgement[]>

interface Named {
  id: string
  name: string
}

/** @param db empty */
export async function record(db: Database, played: Played, until: EpochMs = played.end): Promise<Recorded> {
  const { world, start: from } = played
  const past = await beginPast({ db, world, from, origin: until, horizon: until + 10 * MINUTE })
  await past.upTo(until)
  past.close()
  await putOnTimetable(db)
  const own = askOwn(table, OPEN_CALLER)
  const ask = async <Data>(question: string) => ((await own(db.pool, question)) as { data: Data }).data
  const named = [...(await ask<Named[]>('/circuits')), ...(await ask<Named[]>('/gateways'))]
  return { ...played, until, ask, ids: new Map(named.map(({ id, name }) => [name, id])) }
}

const { sessionsMs, circuitsMs, routesMs, inventoryMs, activityMs } = INTERVALS
const EVERY_MS: Partial<Record<PollKind, number>> = {
  peers: sessionsMs,
  summary: circuitsMs,
  arp: circuitsMs,
  stats: circuitsMs,
  connection: circuitsMs,
  inventory: inventoryMs,
  activity: activityMs,
}

/** Puts what was polled on the timetable, so that answers know how often it is. */
export async function putOnTimetable(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ resourceId: string; subresource: string; kind: PollKind }>(
    `SELECT r.arm_id AS "resourceId", s.subresource, p.kind
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id`,
  )
  const wanted = rows.map((row) => ({ ...row, everySeconds: (EVERY_MS[row.kind] ?? routesMs) / 1_000 }))
  await db.transaction((client) => syncSchedule(client, wanted))
}
