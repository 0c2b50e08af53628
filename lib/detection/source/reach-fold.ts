import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type DetectedEvent,
  type PollRecord,
} from '#lib/contract/index.ts'
import { createEvent, getSampleBounds } from '../model/create-event.ts'
import type { GlobalReachMemory } from '../model/source-state.ts'
import type { ExtraDataOfGoodPoll } from './readings.ts'
import { closeSessionEvent } from './session-event.ts'

type Memory = Readonly<Record<string, GlobalReachMemory>>
type Row = NonNullable<ExtraDataOfGoodPoll['reach']>[number]

/**
 * Evaluates one good poll of the Global Reach connections that were created at a circuit. A connection in state
 * Disconnected raises an event, even at its first poll. The state Connected, or a missing row in a complete response,
 * ends it. A connection that Azure is changing or connecting is ignored. The circuit at the other end lists the same
 * connection, but that list is not evaluated, because the event would be raised twice.
 * @returns the given state if no connection changed
 */
export function updateGlobalReachStates(
  memory: Memory,
  rows: readonly Row[],
  mark: PollRecord,
): { memory: Memory; events: DetectedEvent[] } {
  const isComplete = mark.outcome === 'ok'
  const gone = isComplete ? Object.keys(memory).filter((name) => !rows.some((row) => row.name === name)) : []
  const news = rows.filter(({ name, state }) => state !== 'unknown' && memory[name]?.state !== state)
  if (gone.length + news.length === 0) return { memory, events: [] }
  const steps = news.map((row) => [row.name, stepOf(memory[row.name], row, mark)] as const)
  const kept = Object.entries(memory).filter(([name]) => !gone.includes(name))
  return {
    memory: { ...Object.fromEntries(kept), ...Object.fromEntries(steps.map(([name, { next }]) => [name, next])) },
    events: [
      ...steps.flatMap(([, { event }]) => event ?? []),
      ...gone.flatMap((name) => ended(memory[name], mark) ?? []),
    ],
  }
}

function stepOf(
  before: GlobalReachMemory | undefined,
  { name, state, status }: Row,
  mark: PollRecord,
): { next: GlobalReachMemory; event: DetectedEvent | null } {
  if (state !== 'down') return { next: { state: 'up', event: null }, event: ended(before, mark) }
  const started = before ? sinceLast(mark) : { earliest: INSTANT_BEFORE_MONITORING, latest: mark.finishedAt }
  const event = createEvent(mark, {
    kind: 'global_reach_disconnected',
    severity: 'major',
    scope: mark.scope,
    subject: name,
    started,
    evidence: [
      {
        field: 'circuitConnectionStatus',
        before: before ? 'Connected' : null,
        after: status,
        sampledBefore: { earliest: started.earliest, latest: mark.startedAt },
        sampledAfter: getSampleBounds(mark),
      },
    ],
  })
  return { next: { state: 'down', event }, event }
}

const ended = (before: GlobalReachMemory | undefined, mark: PollRecord): DetectedEvent | null =>
  before?.event ? closeSessionEvent(before.event, sinceLast(mark)) : null

/** Returns the bounds of a change: after the start of the last good poll, and before the end of this poll. */
const sinceLast = (mark: PollRecord): TimestampBounds => ({
  earliest: mark.previousOkAt ?? INSTANT_BEFORE_MONITORING,
  latest: mark.finishedAt,
})
