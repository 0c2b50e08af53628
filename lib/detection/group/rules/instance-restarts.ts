import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { computeDurationBounds, computeLatestBeginBounds, computeEarliestBeginBounds } from '../../model/event-key.ts'
import { createEvent } from '../../model/create-event.ts'
import { parseSubjectInstance, parseSubjectNeighbor, formatSessionSubject } from '../../model/subject.ts'
import { type DetectionContext, storeEventInScope, ensureResourceState } from '../../model/context.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { isSessionInsideGateway } from '../facts/gateway-sessions.ts'

/** A session that restarted between two polls, and the time when it was established again. */
interface Restart {
  event: DetectedEvent
  up: TimestampBounds
}

/**
 * Raises gateway_instance_restarted if all sessions of an instance restarted together between two polls, and both polls
 * showed them as up (docs/rules/detection.md 3.6). All of its sessions with external neighbors must have been
 * established again within the setting `instance.restart.spread`, while other instances kept their sessions with the
 * same neighbors. Restarts that are proved only by message counters are ignored, because their time is unknown.
 */
export function detectInstanceRestarts(context: DetectionContext, events: readonly DetectedEvent[]): void {
  const { mark } = context
  if (mark.kind !== 'peers') return
  const restarts = events.flatMap((event): Restart[] =>
    event.kind === 'session_flap' &&
    event.ended &&
    !event.flags.includes('by_counters') &&
    event.started.earliest >= (mark.previousAttemptAt ?? 0)
      ? [{ event, up: event.ended }]
      : [],
  )
  const sessions = Object.values(ensureResourceState(context, mark.scope).sessions).filter(
    ({ level }) => level === 'up',
  )
  for (const [instance, own] of Map.groupBy(restarts, ({ event }) => parseSubjectInstance(event.subject)))
    if (isWholeInstance(context, instance, own, { restarts, sessions })) raise(context, instance, own)
}

function isWholeInstance(
  context: DetectionContext,
  instance: string,
  own: readonly Restart[],
  { restarts, sessions }: { restarts: readonly Restart[]; sessions: readonly SessionFact[] },
): boolean {
  if (own.length < 2) return false
  const restarted = new Set(restarts.map(({ event }) => event.subject))
  const isRestarted = (session: SessionFact) => restarted.has(formatSessionSubject(session))
  const neighbors = new Set(own.map(({ event }) => parseSubjectNeighbor(event.subject)))
  const { settings, mark } = context
  const outside = sessions.filter((session) => !isSessionInsideGateway(context, mark.scope, session))
  const others = outside.filter(({ localAddress }) => localAddress !== instance)
  // if other instances lost the same neighbors too, the neighbors themselves may have restarted
  const kept = others.filter(({ neighbor }) => neighbors.has(neighbor))
  const spread = Math.max(...own.map(({ up }) => up.earliest)) - Math.min(...own.map(({ up }) => up.latest))
  return (
    outside.filter(({ localAddress }) => localAddress === instance).every(isRestarted) &&
    kept.length > 0 &&
    !others.some(isRestarted) &&
    spread <= settings['instance.restart.spread']
  )
}

function raise(context: DetectionContext, instance: string, own: readonly Restart[]): void {
  const { mark } = context
  const up = computeEarliestBeginBounds(own.map((restart) => restart.up))
  // The instance was up until the last sample that showed its sessions. It was down at the latest when the first of
  // them came back.
  const { earliest } = computeLatestBeginBounds(own.map(({ event }) => event.started))
  const started = { earliest, latest: Math.max(earliest, up.latest) }
  const event = createEvent(mark, {
    kind: 'gateway_instance_restarted',
    severity: 'minor',
    scope: mark.scope,
    subject: instance,
    started,
    evidence: own.flatMap((restart) => restart.event.evidence),
  })
  storeEventInScope(context, { ...event, ended: up, duration: computeDurationBounds(started, up) }, { confirm: null })
}
