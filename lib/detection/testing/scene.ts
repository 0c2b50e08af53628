import type { AwaitedPollData, TimestampBounds, DetectedEvent, EventKind, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { GroupEvaluationInput } from '../group/group-input.ts'
import { type DetectionContext, storeEventInScope } from '../model/context.ts'
import { createEvent } from '../model/create-event.ts'
import type { DetectionRecheckTime } from '../model/recheck.ts'
import type { LiveEvent, SessionFact } from '../model/scope-state.ts'
import { quietEstate } from './quiet-estate.ts'
import { parseTimeOfSimulatedDay } from './world.ts'

/** One poll of T2 and the stored state before it, which is the whole input of one stage. */
export interface EvaluationStageTestInput {
  context: DetectionContext
  input: GroupEvaluationInput
}

/** The effect of a stage on a scene. */
export interface EvaluationStageTestCase {
  name: string
  scene: () => EvaluationStageTestInput
  /** returns the compared value, which differs from {@link EvaluationStageTestCase.is} before the stage has run */
  shows: (context: DetectionContext) => unknown
  is: unknown
}

/** The time at which a stage acts again on a scope of a scene, before it has run. */
export interface RecheckCase {
  name: string
  scene: () => EvaluationStageTestInput
  scope: string
  at: DetectionRecheckTime | AwaitedPollData
}

export interface EvaluationStageTestCases {
  changes: readonly EvaluationStageTestCase[]
  /** cases for stages that can be due again; in at least one of them the stage is due */
  rechecks?: readonly RecheckCase[]
}

/** End of the poll of every scene. */
export const TEST_POLL_END_TIME = parseTimeOfSimulatedDay('10:00')
/** Time from the previous poll to this poll. */
export const TIME_BOUNDS_SINCE_PREVIOUS_POLL: TimestampBounds = {
  earliest: TEST_POLL_END_TIME - MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME,
}
/** Bounds of a time long before the poll of every scene. */
export const LONG_AGO_TIME_BOUNDS: TimestampBounds = {
  earliest: TEST_POLL_END_TIME - 600 * MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME - 600 * MS_PER_MINUTE,
}

/** Returns a good poll one minute after the previous poll, without a stored state and without signals. */
export function createEvaluationStageTestInput(
  mark: Partial<PollRecord> & Pick<PollRecord, 'kind' | 'scope'>,
  given: Partial<GroupEvaluationInput> = {},
  prepare: (context: DetectionContext) => void = () => undefined,
): EvaluationStageTestInput {
  const quiet = quietEstate(TEST_POLL_END_TIME)
  const own: PollRecord = {
    ...quiet.mark,
    startedAt: TEST_POLL_END_TIME - 2_000,
    previousOkAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
    previousAttemptAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
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
export const createOngoingEvent = (
  kind: EventKind,
  scope: string,
  subject: string,
  more: Partial<DetectedEvent> = {},
): DetectedEvent => ({
  ...createEvent(quietEstate(TEST_POLL_END_TIME).mark, {
    kind,
    scope,
    subject,
    severity: 'major',
    started: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  }),
  ended: null,
  ...more,
})

/** Stores an event in its scope. */
export const storeEventInTestContext = (
  context: DetectionContext,
  event: DetectedEvent,
  more: Partial<Omit<LiveEvent, 'event'>> = {},
): LiveEvent => storeEventInScope(context, event, { confirm: null, ...more })

/** Returns a session of a gateway's instance that has been up for long. */
export const createLongEstablishedSession = (
  localAddress: string,
  neighbor: string,
  more: Partial<SessionFact> = {},
): SessionFact => ({
  subresource: '',
  localAddress,
  neighbor,
  asn: 12076,
  level: 'up',
  since: LONG_AGO_TIME_BOUNDS,
  downReason: null,
  prefixes: 6,
  lastPrefixes: 6,
  countBetween: null,
  ...more,
})

/** Returns the kinds of the live events in a scope, sorted. */
export const listEventKindsInScope =
  (scope: string) =>
  ({ scopes }: DetectionContext): EventKind[] =>
    Object.values(scopes[scope]?.live ?? {})
      .map(({ event }) => event.kind)
      .toSorted()

/** Returns the only live event in a scope. */
export const getOnlyEventInScope = (scope: string, { scopes }: DetectionContext): DetectedEvent | undefined =>
  Object.values(scopes[scope]?.live ?? {})[0]?.event
