import { BEFORE_MONITORING, type Bounds, type DetectedEvent, type PollMark } from '#lib/contract/index.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'
import type { ReachMemory } from '../model/source-state.ts'
import type { Readings } from './readings.ts'
import { closedEvent } from './session-event.ts'

type Memory = Readonly<Record<string, ReachMemory>>
type Row = NonNullable<Readings['reach']>[number]

/**
 * Folds what one good answer says of the Global Reach connections that were made on a circuit. One that is Disconnected raises an event,
 * also where it is so when it is first read; Connected, or no longer listed, ends it. What Azure is about to change or connect says nothing.
 * The same connection stands in a list of the circuit at its other end, which is not folded: it would be one fact twice.
 * @returns the very memory that was passed in where nothing is new
 */
export function foldReach(
  memory: Memory,
  rows: readonly Row[],
  mark: PollMark,
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
  before: ReachMemory | undefined,
  { name, state, status }: Row,
  mark: PollMark,
): { next: ReachMemory; event: DetectedEvent | null } {
  if (state !== 'down') return { next: { state: 'up', event: null }, event: ended(before, mark) }
  const started = before ? sinceLast(mark) : { earliest: BEFORE_MONITORING, latest: mark.finishedAt }
  const event = newEvent(mark, {
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
        sampledAfter: sampledBy(mark),
      },
    ],
  })
  return { next: { state: 'down', event }, event }
}

const ended = (before: ReachMemory | undefined, mark: PollMark): DetectedEvent | null =>
  before?.event ? closedEvent(before.event, sinceLast(mark)) : null

/** A change lies after the last good answer, and before the end of this one. */
const sinceLast = (mark: PollMark): Bounds => ({
  earliest: mark.previousOkAt ?? BEFORE_MONITORING,
  latest: mark.finishedAt,
})
