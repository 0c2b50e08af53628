import type { TimestampBounds, DetectedEvent, DurationBounds, EpochMs, EventKind } from '#lib/contract/index.ts'
import type { ExpectedDrillEffect, DrillEffectOutcome, DrillVerdict, CircuitsCarryingPrefix } from '../../api/index.ts'
import { convertSubjectToDrillPath } from './drill-effects.ts'

const LOSSES = [
  'path_down',
  'circuit_down',
  'session_down',
  'gateway_instance_lost',
  'peer_lost',
  'connection_down',
  'tunnel_down',
  'no_path',
] as const satisfies readonly EventKind[]

const losses: ReadonlySet<EventKind> = new Set(LOSSES)

/** Kinds of events from which the results of a drill are derived. */
export const drillEventKinds = [
  ...LOSSES,
  'failover',
  'best_path_shift',
  'ecmp_reduced',
  'mass_withdraw',
] as const satisfies readonly EventKind[]

/** Fields of an event from which the results of a drill are derived. */
export interface DrillEventFields extends Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'started' | 'ended'> {
  /**
   * Time until the traffic had moved to other paths. It is measured by bytes if possible, otherwise by routes. Null =
   * unknown.
   */
  moved: DurationBounds | null
}

/** The circuits that carried prefixes at a moment of a drill. */
export interface CircuitsOfPrefixesAtMoment {
  /** Short ids of the gateways and hubs whose route tables were known at the moment. */
  seen: ReadonlySet<string>
  /**
   * Circuits that carried a prefix, by `scope prefix`. A prefix is missing if there was no route to exactly this
   * prefix.
   */
  carriers: ReadonlyMap<string, CircuitsCarryingPrefix>
}

export interface DrillMeasurementInput {
  from: EpochMs
  to: EpochMs
  now: EpochMs
  /** Short ids of the resources that are lost or changed in the drill. */
  scopes: readonly string[]
  /** Events of {@link drillEventKinds} that may have begun during the drill. */
  events: readonly DrillEventFields[]
  /** Short ids of the resources that were not polled during a part of the drill. */
  unseen: ReadonlySet<string>
  /**
   * Configuration changes of {@link scopes} during the drill. `by` null = no entry in the Activity Log matches the
   * change.
   */
  changes: readonly {
    scope: string
    between: TimestampBounds
    by: string | null
    /** Changed fields as JSON pointers into the configuration, with their new values. */
    fields: readonly { path: string; after: unknown }[]
  }[]
  /**
   * circuits that carried prefixes at a moment when all resources were certainly lost; null = there is no such moment
   */
  during: CircuitsOfPrefixesAtMoment | null
  /** circuits that carried prefixes at the end of the drill; null = the drill is ongoing */
  after: CircuitsOfPrefixesAtMoment | null
}

/** The result of one expected effect of a drill. */
interface Measured {
  result: DrillEffectOutcome
  observedBetween: TimestampBounds | null
  duration: DurationBounds | null
  observed: string
}

/** Returns the result of each expected effect ("mark"), in the order of `marks`. */
export function measureDrillEffects(marks: readonly ExpectedDrillEffect[], facts: DrillMeasurementInput): Measured[] {
  return marks.map((mark) => judges[mark.kind](mark, facts, marks))
}

type Judge = (
  mark: ExpectedDrillEffect,
  facts: DrillMeasurementInput,
  marks: readonly ExpectedDrillEffect[],
) => Measured

const measured = (
  result: DrillEffectOutcome,
  observed: string,
  observedBetween: TimestampBounds | null = null,
): Measured => ({
  result,
  observedBetween,
  duration: null,
  observed,
})

const isOver = ({ now, to }: DrillMeasurementInput) => now >= to

/**
 * Returns the result of an expected effect that was not observed. It is `waiting` while the drill is ongoing, `unknown`
 * if one of the resources was not polled during the whole drill, and otherwise `fail`.
 */
function missing(scopes: readonly (string | null)[], facts: DrillMeasurementInput, failed: string): Measured {
  if (!isOver(facts)) return measured('waiting', 'not yet')
  if (scopes.some((scope) => scope !== null && facts.unseen.has(scope)))
    return measured('unknown', 'it was not polled all the time')
  return measured('fail', failed)
}

const pathEvents = ({ scope, subject }: ExpectedDrillEffect, { events }: DrillMeasurementInput) =>
  events.filter(
    (event) =>
      event.scope === scope &&
      ((event.kind === 'path_down' && convertSubjectToDrillPath(event.subject) === subject) ||
        (event.kind === 'circuit_down' &&
          convertSubjectToDrillPath(`${event.subject}/`).startsWith(subject.split('/')[0] ?? ''))),
  )

const sessionEvents = ({ scope, subject }: ExpectedDrillEffect, { events }: DrillMeasurementInput) =>
  events.filter((event) => event.kind === 'session_down' && event.scope === scope && event.subject === subject)

/**
 * Fields in ARM for the settings that a drill may change, each with the factor that converts its value to the unit that
 * Peerwatch uses.
 * @source Azure Network REST, connections, circuits and ports
 */
const SETTINGS = [
  { setting: 'weight', at: /\/routingWeight$/, unit: 1 },
  { setting: 'bandwidth', at: /\/bandwidthInMbps$/, unit: 1 },
  { setting: 'bandwidth', at: /\/bandwidthInGbps$/, unit: 1_000 },
]

const judgeApplied: Judge = ({ scope, subject }, facts) => {
  const [setting, planned] = subject.split(' ')
  const changes = facts.changes
    .filter((one) => one.scope === scope)
    .flatMap(({ fields, by, between }) => {
      const values: (number | null)[] = SETTINGS.filter((one) => one.setting === setting).flatMap(({ at, unit }) =>
        fields.flatMap(({ path, after }) => (at.test(path) ? Number(after) * unit : [])),
      )
      return (subject === '' ? [null] : values).map((value) => ({ by, between, value }))
    })
  // the first change in the list is the newest one
  const [change] = changes
  const what = subject === '' ? 'configuration' : setting
  if (!change) return isOver(facts) ? measured('fail', `its ${what} did not change`) : measured('waiting', 'not yet')
  const { value, by, between } = change
  const words = `${value === null ? 'changed' : `became ${value}`}, by ${by ?? 'nobody that is logged'}`
  return measured(value === null || value === Number(planned) ? 'pass' : 'fail', words, between)
}

const judgeLoss =
  (eventsOf: (mark: ExpectedDrillEffect, facts: DrillMeasurementInput) => DrillEventFields[], failed: string): Judge =>
  (mark, facts) => {
    const [event] = eventsOf(mark, facts)
    return event ? measured('pass', 'down', event.started) : missing([mark.scope], facts, failed)
  }

const same = (a: CircuitsCarryingPrefix, b: CircuitsCarryingPrefix) =>
  a.hasOther === b.hasOther && a.circuits.toSorted().join() === b.circuits.toSorted().join()

const NOTHING: CircuitsCarryingPrefix = { circuits: [], hasOther: false }
const MAX_NAMED = 5

const judgePrefixes: Judge = ({ scope, prefixes, outcome, to }, facts) => {
  const { during } = facts
  if (!during) return missing([scope], facts, 'nothing was lost that moves them')
  if (scope !== null && !during.seen.has(scope)) return measured('unknown', 'its table was not seen then')
  const hasOwnRoute = outcome === 'moves' || outcome === 'stays'
  const expected = hasOwnRoute ? (to ?? NOTHING) : NOTHING
  const others = prefixes.filter((prefix) => !same(during.carriers.get(`${scope} ${prefix}`) ?? NOTHING, expected))
  if (others.length === 0) return measured('pass', `all ${prefixes.length} as expected`)
  const named = others.slice(0, MAX_NAMED).join(', ')
  const more = others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} others` : ''
  const words = `${prefixes.length - others.length} of ${prefixes.length} as expected; otherwise: ${named}${more}`
  // while the drill is ongoing, the remaining prefixes may still move
  return measured(isOver(facts) ? 'fail' : 'waiting', words)
}

const isMove = ({ kind }: DrillEventFields) => kind === 'failover' || kind === 'best_path_shift'

const judgeTime: Judge = ({ withinSeconds }, facts, marks) => {
  const scopes = [...facts.scopes, ...marks.flatMap(({ scope }) => scope ?? [])]
  const moves = facts.events.filter((event) => isMove(event) && scopes.includes(event.scope))
  if (moves.length === 0) return missing(scopes, facts, 'no change of the best path was seen')
  const times = moves.flatMap(({ moved }) => moved ?? [])
  const [first] = times
  if (!first)
    return measured('unknown', 'traffic moved, and nothing polled shows how long that took', moves[0]?.started)
  const slowest = {
    minMs: Math.max(...times.map(({ minMs }) => minMs)),
    maxMs: Math.max(...times.map(({ maxMs }) => maxMs)),
  }
  const limit = (withinSeconds ?? 0) * 1_000
  const isUnsure = times.length < moves.length
  const result =
    slowest.minMs > limit
      ? ('fail' as const)
      : slowest.maxMs <= limit && !isUnsure
        ? ('pass' as const)
        : ('unknown' as const)
  const observed = {
    fail: 'it took longer',
    pass: 'in time',
    unknown: 'the bounds are too wide to say',
  }[result]
  return { result, observedBetween: moves[0]?.started ?? null, duration: slowest, observed }
}

const judgeNothingElse: Judge = (_, facts, marks) => {
  const involved = new Set([
    ...facts.scopes,
    ...marks.flatMap(({ scope, to }) => [...(scope === null ? [] : [scope]), ...(to?.circuits ?? [])]),
  ])
  const isExpected = (event: DrillEventFields) =>
    marks.some(
      (mark) =>
        (mark.kind === 'path_lost' && pathEvents(mark, facts).includes(event)) ||
        (mark.kind === 'session_lost' && sessionEvents(mark, facts).includes(event)) ||
        (event.kind === 'no_path' && mark.outcome === 'stranded'),
    ) ||
    // If the drill loses the whole resource, losses of its sessions and of the resource itself are expected as well.
    // A loss of a path is expected only if a mark predicts it.
    (event.kind !== 'path_down' && event.kind !== 'no_path' && isWhole(event.scope, facts, marks))
  const others = facts.events.filter(
    (event) => losses.has(event.kind) && involved.has(event.scope) && !isExpected(event),
  )
  const [first] = others
  if (first) {
    const more = others.length > 1 ? ` and ${others.length - 1} more` : ''
    return measured('fail', `${first.kind} ${first.subject}${more}`, first.started)
  }
  if (!isOver(facts)) return measured('waiting', 'nothing else so far')
  const isUnseen = [...involved].some((scope) => facts.unseen.has(scope))
  return isUnseen
    ? measured('unknown', 'not everything was polled all the time')
    : measured('pass', 'nothing else was lost')
}

/** Reports whether the drill loses or changes a gateway or circuit as a whole, and not only one of its paths. */
const isWhole = (scope: string, { scopes }: DrillMeasurementInput, marks: readonly ExpectedDrillEffect[]) => {
  if (!scopes.includes(scope)) return false
  const own = marks.filter((mark) => mark.kind === 'path_lost' && mark.scope === scope)
  return own.length !== 1
}

const judgeReturn: Judge = (_, facts, marks) => {
  const lost = marks.flatMap((mark) => {
    if (mark.kind === 'path_lost') return pathEvents(mark, facts)
    return mark.kind === 'session_lost' ? sessionEvents(mark, facts) : []
  })
  const moved = marks.filter(({ kind }) => kind === 'prefixes')
  if (lost.length === 0 && !facts.during) return missing([], facts, 'nothing was lost')
  const open = lost.filter(({ ended }) => ended === null || ended.earliest > facts.to)
  if (!isOver(facts)) {
    const isBack = lost.length > 0 && lost.every(({ ended }) => ended !== null)
    return measured('waiting', isBack ? 'sessions and paths are back' : 'not yet')
  }
  if (open.length > 0) return measured('fail', `${open.length} of ${lost.length} losses went on after the end`)
  const ends = lost.flatMap(({ ended }) => ended ?? [])
  const between = ends.length > 0 ? lastOf(ends) : null
  if (ends.some(({ latest }) => latest > facts.to))
    return measured('unknown', 'it was back about when the drill ended', between)
  const { after } = facts
  if (moved.length > 0 && (!after || moved.some(({ scope }) => scope !== null && !after.seen.has(scope))))
    return measured('unknown', 'a table was not seen as the drill ended', between)
  const away = moved.flatMap(({ scope, prefixes, before }) =>
    prefixes.filter((prefix) => !same(after?.carriers.get(`${scope} ${prefix}`) ?? NOTHING, before ?? NOTHING)),
  )
  return away.length > 0
    ? measured('fail', `${away.length} prefixes were carried otherwise than before, such as ${away[0]}`, between)
    : measured('pass', 'everything was as before', between)
}

const lastOf = (all: readonly TimestampBounds[]): TimestampBounds => ({
  earliest: Math.max(...all.map(({ earliest }) => earliest)),
  latest: Math.max(...all.map(({ latest }) => latest)),
})

const judges: Record<ExpectedDrillEffect['kind'], Judge> = {
  applied: judgeApplied,
  path_lost: judgeLoss(pathEvents, 'it was not lost'),
  session_lost: judgeLoss(sessionEvents, 'it stayed up'),
  prefixes: judgePrefixes,
  within: judgeTime,
  nothing_else: judgeNothingElse,
  returned: judgeReturn,
}

/**
 * Returns a moment at which all losses of a drill were certainly in effect; null = there is no such moment. It is the
 * last one, which is shortly before the first loss or the drill ended.
 */
export function findCertainLossMoment(
  { events, scopes, changes, from, to, now }: Omit<DrillMeasurementInput, 'during' | 'after' | 'unseen'>,
  marks: readonly ExpectedDrillEffect[],
): EpochMs | null {
  const involved = new Set([...scopes, ...marks.flatMap(({ scope }) => scope ?? [])])
  const own = events.filter(
    (event) =>
      involved.has(event.scope) &&
      (isMove(event) || event.kind === 'path_down' || event.kind === 'circuit_down' || event.kind === 'ecmp_reduced'),
  )
  const began = [...own.map(({ started }) => started.latest), ...changes.map(({ between }) => between.latest)]
  if (began.length === 0) return null
  const begin = Math.max(from, ...began)
  const end = Math.min(to, now, ...own.map(({ ended }) => ended?.earliest ?? now))
  return end > begin ? Math.max(begin, end - 1_000) : null
}

/**
 * Returns the verdict about a drill. If none of the losses that should have happened was observed, the verdict is that
 * the drill was not held.
 */
export function determineFailoverDrillVerdict(
  marks: readonly ExpectedDrillEffect[],
  record: readonly Pick<Measured, 'result'>[],
  { from, to, now, isCancelled }: { from: EpochMs; to: EpochMs; now: EpochMs; isCancelled: boolean },
): DrillVerdict {
  if (isCancelled) return 'cancelled'
  if (now < from || now < to) return 'waiting'
  const happens = record.filter((_, n) =>
    ['applied', 'path_lost', 'session_lost', 'prefixes'].includes(marks[n]?.kind ?? ''),
  )
  if (happens.length > 0 && happens.every(({ result }) => result === 'fail')) return 'not_held'
  const results = new Set(record.map(({ result }) => result))
  return results.has('fail') ? 'fail' : results.has('unknown') || results.has('waiting') ? 'unknown' : 'pass'
}
