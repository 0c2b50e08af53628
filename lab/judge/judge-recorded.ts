/** Plays an estate into a database, and judges its conclusions during each fault, after it, and at the end. */
import type { EpochMs, EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { readDetectedEventsSince } from './concluded.ts'
import { judgeSimulatedEstateRun, type CorrectnessJudgement } from './judge.ts'
import type { SimulatedEstateRun } from './play.ts'
import { type AnswerJudgeFunction, beginRecording } from './record.ts'
import { truthOfPlayed } from './truth.ts'

interface Stop {
  readonly at: EpochMs
  /** conclusions that begin before this time were judged at an earlier stop and are not judged again */
  readonly since: EpochMs
  readonly label: 'during' | 'after'
}

/** Share of a fault's duration after which the conclusions are judged for the first time. */
const MIDDLE = 0.75
/** Time in milliseconds after a fault by which its events have ended. */
const AFTER_MS = 25 * MS_PER_MINUTE

/**
 * Returns the moments at which conclusions are judged: one during each fault, and one after each group of faults that
 * follow each other closely.
 */
function stopsOf({ faults, end }: SimulatedEstateRun): Stop[] {
  let [since, over] = [0, 0]
  return faults
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({ from, until }, n, sorted): Stop[] => {
      if (from > over) since = from
      over = Math.max(over, until + AFTER_MS)
      const during: Stop = { at: from + Math.round(MIDDLE * (until - from)), since, label: 'during' }
      const next = sorted[n + 1]
      return next && next.from <= over ? [during] : [during, { at: over, since, label: 'after' }]
    })
    .filter(({ at }) => at < end)
    .toSorted((a, b) => a.at - b.at)
}

/**
 * Kinds that polls of sessions show, every minute. Lists are polled every 10 minutes and tables every 5 minutes, and
 * some kinds depend on two tables.
 */
const SESSIONS: ReadonlySet<EventKind> = new Set<EventKind>([
  'circuit_down',
  'path_down',
  'session_down',
  'peer_lost',
  'gateway_instance_lost',
  'tunnel_down',
  'connection_down',
])
/**
 * Returns the minimum duration in milliseconds of a fault that polls certainly show as an event of this kind.
 * Connections are polled only every 15 minutes, like counters.
 */
const seenAfterMs = (kind: EventKind) =>
  (SESSIONS.has(kind) ? 4 : kind === 'global_reach_disconnected' ? 46 : 11) * MS_PER_MINUTE

/**
 * Judges the API's answers about an estate that is recorded in a database.
 * @param db empty database
 * @param asked further answers, which are queried at the end
 */
export async function judgeRecorded(
  db: Database,
  plain: SimulatedEstateRun,
  asked: readonly AnswerJudgeFunction[],
): Promise<{ judgements: CorrectnessJudgement[]; stops: number }> {
  const played = { ...plain, seenAfterMs }
  const recording = await beginRecording(db, played)
  const judgements: CorrectnessJudgement[] = []
  const stops = stopsOf(played)
  try {
    for (const { at, since, label } of stops) {
      const concluded = await readDetectedEventsSince(await recording.upTo(at), since)
      const known = { ...concluded, faults: played.faults.filter(({ from }) => from <= at) }
      const time = new Date(at).toISOString()
      for (const one of judgeSimulatedEstateRun(known))
        judgements.push({ ...one, of: `${label}: ${one.of}`, detail: one.detail && `${one.detail} (as of ${time})` })
    }
    const recorded = await recording.upTo(played.end)
    judgements.push(...judgeSimulatedEstateRun(await readDetectedEventsSince(recorded, played.start)))
    for (const one of asked) judgements.push(...(await one(recorded, truthOfPlayed(played))))
  } finally {
    recording.close()
  }
  return { judgements, stops: stops.length }
}
