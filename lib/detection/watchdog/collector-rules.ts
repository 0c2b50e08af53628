import { createSampleEvidence } from '../model/create-event.ts'
import {
  ALL_SUBSCRIPTIONS_SUBJECT,
  type TimestampBounds,
  CLOCK_TOLERANCE_MS,
  type DetectedEvent,
  type EpochMs,
  type PollOutcome,
  formatPollOutcome,
  type Severity,
} from '#lib/contract/index.ts'
import { updateEventByCondition } from '../model/event-condition.ts'
import { type DetectionContext, isEventOpen, findOpenEvent } from '../model/context.ts'
import type { LiveEvent } from '../model/scope-state.ts'
import { IMMEDIATELY_REPORTED_OUTCOMES, computeStaleAgeMs } from '../source/failing-polls.ts'
import {
  findExplainingFault,
  attachToNetworkFault,
  hasFaultEndedLongAgo,
  type PollBlockingNetworkFault,
} from './network-faults.ts'
import type { PolledTarget } from './polled-target.ts'
import { type PeerwatchFault, applyPeerwatchFaultRules } from './peerwatch-faults.ts'
import { createCollectorCause } from '../source/failure-cause.ts'

/** The input of one check of whether polls work. */
export interface CollectorRuleInput {
  now: EpochMs
  /** time at which checks began; polls cannot count as late before it */
  watchingSince: EpochMs
  /** time of the previous check; null = this is the first */
  lastTickAt: EpochMs | null
  /** scope of the whole collector */
  collector: string
  targets: readonly PolledTarget[]
  /** network faults that may explain failing polls; absent = empty */
  faults?: readonly PollBlockingNetworkFault[]
  /** faults of Peerwatch itself; absent or null = not checked this time (then no event about them begins or ends) */
  own?: readonly PeerwatchFault[] | null
}

/**
 * Evaluates two kinds of faults that only a check of all sources can find (docs/rules/detection.md 2.1, 7). One is that
 * no polls are made at all, which no poll can report. The other is that several resources, most of a subscription, or
 * several subscriptions fail for the same reason, which counts as one fault. Events about faults of Peerwatch itself
 * are also raised and ended.
 */
export function applyCollectorRules(context: DetectionContext, facts: CollectorRuleInput): void {
  const required = facts.targets.filter(({ kind }) => kind !== 'probe').map((target) => dated(target, facts.now))
  const nothing = nothingPolled(context, facts, facts.collector, required, 'nothing.all')
  const found = [...Map.groupBy(required, (target) => target.subscription)].map(([subscription, targets]) => ({
    silent: nothingPolled(context, facts, subscription, targets, 'nothing.subscription'),
    degraded: degradedRules(context, facts, subscription, targets),
  }))
  const wholes = allSubscriptionsRules(
    context,
    facts,
    required,
    found.flatMap(({ degraded: own }) => own),
  )
  for (const whole of wholes) inside(whole, nothing)
  for (const { silent, degraded: own } of found) {
    inside(silent, nothing)
    for (const live of own) inside(live, silent && isEventOpen(silent) ? silent : nothing)
  }
  if (facts.own) applyPeerwatchFaultRules(context, facts, facts.own)
}

/**
 * Returns the target without times that are later than now by more than the clock tolerance, because a wrong clock
 * dated them.
 */
const dated = (target: PolledTarget, now: EpochMs): PolledTarget => {
  const known = (at: EpochMs | null) => (at !== null && at > now + CLOCK_TOLERANCE_MS ? null : at)
  return { ...target, lastGoodAt: known(target.lastGoodAt), lastAt: known(target.lastAt) }
}

/** Subject of events about a whole subscription. */
const SUBSCRIPTION = 'subscription'

/**
 * Raises and ends one event for each cause that all subscriptions can have, if at least {@link MIN_SHARING} events of
 * single subscriptions have this cause. These events become parts of the common event, which continues until the last
 * of them ends.
 * @param degradedEvents `collector_degraded` events of all subscriptions
 */
function allSubscriptionsRules(
  context: DetectionContext,
  facts: CollectorRuleInput,
  targets: readonly PolledTarget[],
  degradedEvents: readonly LiveEvent[],
): LiveEvent[] {
  const causes = Object.values(SHARED_CAUSES).filter(({ isOfAllSubscriptions }) => isOfAllSubscriptions)
  const lost = groupLostByCause(context, facts, targets)
  return [...new Set(causes.map(({ cause }) => cause))].flatMap((cause) => {
    const own = degradedEvents.filter((live) => isEventOpen(live) && isOfCause(live.event, cause))
    const isKnown = findOpenEvent(context, 'collector_degraded', facts.collector, cause) !== null
    const holds = isKnown ? own.length > 0 : own.length >= MIN_SHARING
    const severity = own.some(({ event }) => event.severity === 'major') ? 'major' : 'warning'
    const condition = { scope: facts.collector, subject: cause, holds }
    const whole = degraded(context, facts, condition, { own: lost.get(cause) ?? [], of: targets.length, severity })
    for (const live of own) inside(live, whole)
    return whole ?? []
  })
}

/** Makes an event a part of a larger event, if the larger event is open. */
function inside(live: LiveEvent | null, parent: LiveEvent | null): void {
  if (!live || !parent || !isEventOpen(parent) || live.event.partOf) return
  live.event = { ...live.event, partOf: parent.event.key }
}

function nothingPolled(
  context: DetectionContext,
  facts: CollectorRuleInput,
  scope: string,
  targets: readonly PolledTarget[],
  limit: 'nothing.all' | 'nothing.subscription',
): LiveEvent | null {
  const { now, watchingSince } = facts
  const newest = newestGood(targets)
  // Polls that are paused do not count as missing. After the pause the first polls come back one after the other.
  const isPaused = targets.some(({ lastOutcome }) => lastOutcome === 'paused')
  const subject = limit === 'nothing.all' ? ALL_SUBSCRIPTIONS_SUBJECT : SUBSCRIPTION
  const isSilent = now - Math.max(newest ?? watchingSince, watchingSince) >= context.settings[limit]
  // The event continues although a few polls succeeded, because these do not prove that the other polls will succeed,
  // too.
  const goesOn =
    findOpenEvent(context, 'nothing_polled', scope, subject) !== null && !areMostPolled(context, facts, targets)
  const holds = !isPaused && (isSilent || goesOn)
  const silentFrom = newest ?? watchingSince
  const since = holds ? { earliest: silentFrom, latest: silentFrom } : endsBy(facts, newest ?? now)
  const live = updateEventByCondition(context, {
    kind: 'nothing_polled',
    scope,
    subject,
    holds,
    since,
    severity: limit === 'nothing.all' ? 'critical' : 'major',
    evidence: [
      {
        field: 'good polls',
        before: newest === null ? null : `the last one of ${targets.length} sources ended`,
        after: 'none since',
        sampledBefore: newest === null ? null : { earliest: newest, latest: newest },
        sampledAfter: { earliest: now, latest: now },
      },
    ],
  })
  const failing = targets.filter(({ lastOutcome }) => lastOutcome !== null && !fine.has(lastOutcome))
  const [outcome, own] = findLargestGroup(Map.groupBy(failing, ({ lastOutcome }) => lastOutcome)) ?? [null, []]
  // If more than half of the last polls failed with the same outcome, this outcome is the cause.
  if (live && outcome && own.length > MIN_POLLED_SHARE * targets.length) nameCause(live, outcome, own)
  return live
}

/**
 * Minimum share (0 to 1) of targets that must have been polled in time, with any outcome, before nothing_polled ends.
 * Also the share of targets above which a common failure counts as the cause of nothing_polled.
 */
const MIN_POLLED_SHARE = 0.5

function areMostPolled(
  { settings }: DetectionContext,
  { now }: CollectorRuleInput,
  targets: readonly PolledTarget[],
): boolean {
  const inTime = targets.filter(
    ({ lastAt, everyMs }) => lastAt !== null && now - lastAt <= computeStaleAgeMs(everyMs, settings),
  )
  return inTime.length >= MIN_POLLED_SHARE * targets.length
}

const newestGood = (targets: readonly PolledTarget[]) =>
  targets.reduce<EpochMs | null>(
    (newest, { lastGoodAt }) => (lastGoodAt !== null && lastGoodAt > (newest ?? 0) ? lastGoodAt : newest),
    null,
  )

/** Returns the bounds of the end of an event: not before the previous check, and not after the given time. */
function endsBy({ now, lastTickAt, watchingSince }: CollectorRuleInput, latest: EpochMs): TimestampBounds {
  const earliest = lastTickAt ?? watchingSince
  return { earliest: Math.min(earliest, latest), latest: Math.min(Math.max(earliest, latest), now) }
}

/**
 * Outcomes of polls that can have one cause for several resources, each with the outcome that names the common cause
 * (ADR 0349). `isOfAllSubscriptions` = all subscriptions can have the same cause, because they use the same identity,
 * the same address of Azure or the same machine. Outcomes that are not listed depend on the polled resource.
 */
const SHARED_CAUSES: Readonly<Partial<Record<PollOutcome, { cause: PollOutcome; isOfAllSubscriptions: boolean }>>> = {
  throttled: { cause: 'throttled', isOfAllSubscriptions: false },
  forbidden: { cause: 'forbidden', isOfAllSubscriptions: false },
  unauthorized: { cause: 'unauthorized', isOfAllSubscriptions: true },
  unavailable: { cause: 'unavailable', isOfAllSubscriptions: true },
  timeout: { cause: 'unavailable', isOfAllSubscriptions: true },
  clock: { cause: 'clock', isOfAllSubscriptions: true },
}

const getSharedCause = (outcome: PollOutcome | null): PollOutcome | null =>
  (outcome && SHARED_CAUSES[outcome]?.cause) ?? outcome

const isOfCause = (event: DetectedEvent, cause: PollOutcome) =>
  getReplacedErrorClasses(event)?.includes(`collector_${cause}`) === true

/**
 * Minimum number of resources that must fail for a shared cause before one common event is raised for them (ADR 0308).
 * Also the minimum number of events of subscriptions for an event of all subscriptions (ADR 0349).
 */
const MIN_SHARING = 2

/**
 * Returns the cause classes of the single collector_error events that a collector_degraded event replaces; null = the
 * event has no cause.
 */
export function getReplacedErrorClasses({ causes }: Pick<DetectedEvent, 'causes'>): string[] | null {
  const [first] = causes
  if (!first) return null
  const own = Object.entries(SHARED_CAUSES).find(([outcome]) => `collector_${outcome}` === first.class)
  const shared = Object.entries(SHARED_CAUSES).filter(([, { cause }]) => cause === own?.[1].cause)
  return shared.length > 0 ? shared.map(([outcome]) => `collector_${outcome}`) : [first.class]
}

/**
 * Raises and ends collector_degraded events: one if most of a subscription fails for one reason, and one for each cause
 * that several resources share.
 */
function degradedRules(
  context: DetectionContext,
  facts: CollectorRuleInput,
  scope: string,
  targets: readonly PolledTarget[],
): LiveEvent[] {
  const byCause = groupLostByCause(context, facts, targets)
  const [topCause, top] = findLargestGroup(byCause) ?? [null, []]
  const { faults = [] } = facts
  const known = findOpenEvent(context, 'collector_degraded', scope, SUBSCRIPTION)
  const isMost = (own: readonly PolledTarget[]) =>
    targets.length > 1 && own.length / targets.length > context.settings['degraded.share']
  const isKnown = (cause: PollOutcome | null) => known !== null && cause !== null && isOfCause(known.event, cause)
  const whole = { own: top, of: targets.length, severity: 'major' as const }
  const isShared = new Map<PollOutcome, LiveEvent | null>()
  for (const cause of new Set(Object.values(SHARED_CAUSES).map((shared) => shared.cause))) {
    const own = byCause.get(cause) ?? []
    const open = findOpenEvent(context, 'collector_degraded', scope, cause)
    const isBegun = areSharing(own) && !isMost(own) && !isKnown(cause)
    const holds = open ? own.length > 0 && !hasFaultEndedLongAgo(context, open, faults) : isBegun
    const severity = isMost(own) ? 'major' : 'warning'
    isShared.set(cause, degraded(context, facts, { scope, subject: cause, holds }, { ...whole, own, severity }))
  }
  const shared = topCause && isShared.get(topCause)
  // An event about a shared cause remains open if the cause grows to most of the subscription, and if it shrinks again.
  // No second event is raised for it.
  const isSharedNow = shared !== null && shared !== undefined && isEventOpen(shared)
  const isStillShared = isKnown(topCause) && topCause !== null && isShared.has(topCause) && areSharing(top)
  const goesOn = isMost(top) || isStillShared
  const holds = goesOn && !isSharedNow && !(known && hasFaultEndedLongAgo(context, known, faults))
  const all = degraded(context, facts, { scope, subject: SUBSCRIPTION, holds }, whole)
  return [all, ...isShared.values()].filter((live) => live !== null)
}

/** Returns the group with the most values; the first one if several have as many; undefined = there is no group. */
const findLargestGroup = <Key, Value>(groups: ReadonlyMap<Key, Value[]>): [Key, Value[]] | undefined =>
  [...groups].toSorted(([, a], [, b]) => b.length - a.length)[0]

/**
 * Groups the targets whose polls fail and whose state is no longer known, by the cause that several targets can share.
 */
const groupLostByCause = (context: DetectionContext, facts: CollectorRuleInput, targets: readonly PolledTarget[]) =>
  Map.groupBy(
    targets.filter((target) => isLost(context, facts, target)),
    ({ lastOutcome }) => getSharedCause(lastOutcome),
  )

const areSharing = (own: readonly PolledTarget[]) => new Set(own.map(({ scope }) => scope)).size >= MIN_SHARING

function degraded(
  context: DetectionContext,
  facts: CollectorRuleInput,
  condition: { scope: string; subject: string; holds: boolean },
  { own, of, severity }: { own: readonly PolledTarget[]; of: number; severity: Severity },
): LiveEvent | null {
  const { holds } = condition
  const [cause] = findLargestGroup(Map.groupBy(own, ({ lastOutcome }) => lastOutcome)) ?? [null]
  const live = updateEventByCondition(context, {
    kind: 'collector_degraded',
    ...condition,
    since: holds ? failedBy(own, facts) : endsBy(facts, facts.now),
    severity,
    evidence: [
      createSampleEvidence(
        'sources that fail for one reason',
        `${own.length} of ${of}: ${cause ? formatPollOutcome(cause) : ''}`,
        { earliest: facts.now, latest: facts.now },
      ),
    ],
  })
  if (live && cause) nameCause(live, cause, own)
  const fault = holds ? findExplainingFault(context, facts.faults ?? [], own) : null
  if (live && fault) attachToNetworkFault(context, live, fault, facts.now)
  return live
}

/**
 * Names the cause of an event that has none yet. The error of a poll tells which party is responsible for the limit or
 * failure.
 */
function nameCause(live: LiveEvent, outcome: PollOutcome, failing: readonly PolledTarget[]): void {
  if (live.event.causes.length > 0) return
  const error = failing.find(({ lastOutcome, lastError }) => lastOutcome === outcome && lastError)?.lastError
  live.event = { ...live.event, causes: [createCollectorCause(outcome, error)] }
}

/** Outcomes that are not a failure: the poll read data, Azure gives no routes, or an operator paused the poll. */
const fine: ReadonlySet<PollOutcome> = new Set(['ok', 'incomplete', 'not_given', 'paused'])

/**
 * Reports whether the polls of a target fail and its state is no longer known: its data is stale, or the outcome will
 * not improve by the next poll.
 */
function isLost(
  { settings }: DetectionContext,
  { now, watchingSince }: CollectorRuleInput,
  { lastOutcome, lastGoodAt, everyMs }: PolledTarget,
): boolean {
  if (lastOutcome === null || fine.has(lastOutcome)) return false
  if (IMMEDIATELY_REPORTED_OUTCOMES.has(lastOutcome)) return true
  return now - (lastGoodAt ?? watchingSince) > computeStaleAgeMs(everyMs, settings)
}

/**
 * Returns the bounds of the start of a shared fault. The earliest time is the oldest of its targets' last good polls;
 * the latest is now. If no target was ever read, the earliest time is the start of the checks.
 */
function failedBy(targets: readonly PolledTarget[], { now, watchingSince }: CollectorRuleInput): TimestampBounds {
  const lastGood = targets.flatMap(({ lastGoodAt }) => lastGoodAt ?? [])
  return { earliest: lastGood.length > 0 ? Math.min(...lastGood) : watchingSince, latest: now }
}
