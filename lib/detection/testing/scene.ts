import type { Awaits, Bounds, DetectedEvent, EventKind, PollMark } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { GroupInput } from '../group/input.ts'
import { type FoldContext, put } from '../model/context.ts'
import { newEvent } from '../model/new-event.ts'
import type { RecheckAt } from '../model/recheck.ts'
import type { LiveEvent, SessionFact } from '../model/scope-state.ts'
import { quietEstate } from './quiet-estate.ts'
import { clock } from './world.ts'

/** One poll of T2, and what is remembered before it: all that one stage of a fold is given. */
export interface Scene {
  context: FoldContext
  input: GroupInput
}

/** What a stage makes of a scene. */
export interface StageCase {
  name: string
  scene: () => Scene
  /** what is compared; before the stage has run it is not {@link StageCase.is} */
  shows: (context: FoldContext) => unknown
  is: unknown
}

/** When a stage acts again on a scope of a scene, before it has run. */
export interface RecheckCase {
  name: string
  scene: () => Scene
  scope: string
  at: RecheckAt | Awaits
}

export interface StageCases {
  changes: readonly StageCase[]
  /** of a stage that can be due; one of them is */
  rechecks?: readonly RecheckCase[]
}

/** End of the poll of every scene. */
export const NOW = clock('10:00')
/** The poll before it to this one. */
export const LATELY: Bounds = { earliest: NOW - MINUTE, latest: NOW }
/** Well before any of it. */
export const LONG_AGO: Bounds = { earliest: NOW - 600 * MINUTE, latest: NOW - 600 * MINUTE }

/** A good poll that follows one a minute before, with nothing remembered and nothing reported. */
export function scene(
  mark: Partial<PollMark> & Pick<PollMark, 'kind' | 'scope'>,
  given: Partial<GroupInput> = {},
  prepare: (context: FoldContext) => void = () => undefined,
): Scene {
  const quiet = quietEstate(NOW)
  const own: PollMark = {
    ...quiet.mark,
    startedAt: NOW - 2_000,
    previousOkAt: NOW - MINUTE,
    previousAttemptAt: NOW - MINUTE,
    ...mark,
  }
  const context: FoldContext = { ...quiet, mark: own }
  prepare(context)
  const input: GroupInput = {
    mark: own,
    everyMs: context.everyMs,
    signals: [],
    events: [],
    scopeOfResource: (resourceId) => resourceId.split('/').at(-1) ?? '',
    ...given,
  }
  return { context, input }
}

/** An event that began with the last poll, and goes on. */
export const eventOf = (
  kind: EventKind,
  scope: string,
  subject: string,
  more: Partial<DetectedEvent> = {},
): DetectedEvent => ({
  ...newEvent(quietEstate(NOW).mark, { kind, scope, subject, severity: 'major', started: LATELY }),
  ended: null,
  ...more,
})

/** Remembers that event. */
export const remember = (
  context: FoldContext,
  event: DetectedEvent,
  more: Partial<Omit<LiveEvent, 'event'>> = {},
): LiveEvent => put(context, event, { confirm: null, ...more })

/** A session of a gateway's instance, up for long. */
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

/** Kinds of the events at hand in a scope, in order of the alphabet. */
export const kindsIn =
  (scope: string) =>
  ({ scopes }: FoldContext): EventKind[] =>
    Object.values(scopes[scope]?.live ?? {})
      .map(({ event }) => event.kind)
      .toSorted()

/** The one event at hand in a scope. */
export const eventIn = (scope: string, { scopes }: FoldContext): DetectedEvent | undefined =>
  Object.values(scopes[scope]?.live ?? {})[0]?.event
