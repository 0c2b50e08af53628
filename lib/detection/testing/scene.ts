import type { AwaitedPollData, Bounds, DetectedEvent, EventKind, PollRecord } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { GroupEvaluationInput } from '../group/group-input.ts'
import { type DetectionContext, storeEventInScope } from '../model/context.ts'
import { createEvent } from '../model/create-event.ts'
import type { DetectionRecheckTime } from '../model/recheck.ts'
import type { LiveEvent, SessionFact } from '../model/scope-state.ts'
import { quietEstate } from './quiet-estate.ts'
import { clock } from './world.ts'

/** One poll of T2 and the stored state before it, which is the whole input of one stage. */
export interface Scene {
  context: DetectionContext
  input: GroupEvaluationInput
}

/** The effect of a stage on a scene. */
export interface StageCase {
  name: string
  scene: () => Scene
  /** returns the compared value, which differs from {@link StageCase.is} before the stage has run */
  shows: (context: DetectionContext) => unknown
  is: unknown
}

/** The time at which a stage acts again on a scope of a scene, before it has run. */
export interface RecheckCase {
  name: string
  scene: () => Scene
  scope: string
  at: DetectionRecheckTime | AwaitedPollData
}

export interface StageCases {
  changes: readonly StageCase[]
  /** cases for stages that can be due again; in at least one of them the stage is due */
  rechecks?: readonly RecheckCase[]
}

/** End of the poll of every scene. */
export const NOW = clock('10:00')
/** Time from the previous poll to this poll. */
export const LATELY: Bounds = { earliest: NOW - MINUTE, latest: NOW }
/** Bounds of a time long before the poll of every scene. */
export const LONG_AGO: Bounds = { earliest: NOW - 600 * MINUTE, latest: NOW - 600 * MINUTE }

/** Returns a good poll one minute after the previous poll, without a stored state and without signals. */
export function scene(
  mark: Partial<PollRecord> & Pick<PollRecord, 'kind' | 'scope'>,
  given: Partial<GroupEvaluationInput> = {},
  prepare: (context: DetectionContext) => void = () => undefined,
): Scene {
  const quiet = quietEstate(NOW)
  const own: PollRecord = {
    ...quiet.mark,
    startedAt: NOW - 2_000,
    previousOkAt: NOW - MINUTE,
    previousAttemptAt: NOW - MINUTE,
    ...mark,
  }
  const context: DetectionContext = { ...quiet, mark: own }
  prepare(context)
  const input: GroupEvaluationInput = {
    mark: own,
    everyMs: context.everyMs,
    signals: [],
    events: [],
    scopeOfResource: (resourceId) => resourceId.split('/').at(-1) ?? '',
    ...given,
  }
  return { context, input }
}

/** Returns an ongoing event that began with the last poll. */
export const eventOf = (
  kind: EventKind,
  scope: string,
  subject: string,
  more: Partial<DetectedEvent> = {},
): DetectedEvent => ({
  ...createEvent(quietEstate(NOW).mark, { kind, scope, subject, severity: 'major', started: LATELY }),
  ended: null,
  ...more,
})

/** Stores an event in its scope. */
export const remember = (
  context: DetectionContext,
  event: DetectedEvent,
  more: Partial<Omit<LiveEvent, 'event'>> = {},
): LiveEvent => storeEventInScope(context, event, { confirm: null, ...more })

/** Returns a session of a gateway's instance that has been up for long. */
export const sessionFact = (localAddress: string, neighbor: string, more: Partial<SessionFact> = {}): SessionFact => ({
  subresource: '',
  localAddress,
  neighbor,
  asn: 12076,
  level: 'up',
  since: LONG_AGO,
  downReason: null,
  prefixes: 6,
  lastPrefixes: 6,
  countBetween: null,
  ...more,
})

/** Returns the kinds of the live events in a scope, sorted. */
export const kindsIn =
  (scope: string) =>
  ({ scopes }: DetectionContext): EventKind[] =>
    Object.values(scopes[scope]?.live ?? {})
      .map(({ event }) => event.kind)
      .toSorted()

/** Returns the only live event in a scope. */
export const eventIn = (scope: string, { scopes }: DetectionContext): DetectedEvent | undefined =>
  Object.values(scopes[scope]?.live ?? {})[0]?.event
