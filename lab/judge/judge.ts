/**
 * Compares the conclusions of detection with the faults of a played estate. Only the form of events is shared with
 * detection.
 */
import type { DetectedEvent, DetectedIncident } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { GeneratedFault, ExpectedEventOfFault } from './faults.ts'
import type { SimulatedEstateRun } from './play.ts'
import { findTimesWithoutRoute, isRouted } from './tables.ts'
import {
  areRelated,
  doBoundsContainFaultStart,
  doBoundsContainFaultEnd,
  isBeforeRepairEffects,
  isSameTime,
  isSign,
  type EstateFaultTruth,
  truthOfPlayed,
} from './truth.ts'

/** A check of one class of conclusions. Additional checks are also functions of a played estate. */
export type DetectionResultCheck = (played: SimulatedEstateRun, truth: EstateFaultTruth) => CorrectnessJudgement[]

export interface CorrectnessJudgement {
  readonly of: string
  readonly is: 'right' | 'wrong' | 'unknown'
  /** text for people; '' if the result is right */
  readonly detail: string
}

/**
 * Minimum confidences with which a cause counts as a statement about the owner. `MIN_CLAIMED` applies if a cause with
 * another owner has a confidence of at least `MIN_NAMED`; otherwise `MIN_NAMED` applies.
 */
const MIN_NAMED = 0.5
const MIN_CLAIMED = 0.7

const time = (ms: number) => new Date(ms).toISOString().slice(11, 19)
export const formatFaultDescription = ({ what, elements, from }: GeneratedFault) =>
  `${what} (${elements.join(', ')}) of ${time(from)}`
const nameOfEvent = ({ kind, scope, subject, started }: DetectedEvent) =>
  `${kind} ${scope.split('/').at(-1)} ${subject} of ${time(started.latest)}`
const judgement = (of: string, isRight: boolean, detail: string): CorrectnessJudgement => ({
  of,
  is: isRight ? 'right' : 'wrong',
  detail: isRight ? '' : detail,
})

const isRoot = ({ partOf }: DetectedEvent) => !partOf
const isAdverse = ({ severity, flags }: DetectedEvent) => severity !== 'info' && !flags.includes('administrative')

/**
 * Returns the events that report a fault: they are of an expected kind and about an expected resource, and their begin
 * matches the fault. An event that names a failed element of a fault with this begin reports only that fault.
 */
function signsOf({ events }: SimulatedEstateRun, fault: GeneratedFault, truth: EstateFaultTruth): DetectedEvent[] {
  const isReportedBy = (event: DetectedEvent) => {
    const named = truth.at(event).filter((one) => doBoundsContainFaultStart(event.started, one))
    return named.length > 0 || event.kind === 'failover' ? named.includes(fault) : truth.behind(event).includes(fault)
  }
  return events.filter(
    (event) =>
      fault.signs.some((sign) => isSign(sign, event)) &&
      doBoundsContainFaultStart(event.started, fault) &&
      isReportedBy(event),
  )
}

/** Returns the event that contains an event as a part, through all levels. */
function wholeOf(events: readonly DetectedEvent[], event: DetectedEvent): DetectedEvent {
  let whole = event
  for (let steps = 0; whole.partOf && steps < events.length; steps++) {
    const next = events.find(({ key }) => key === whole.partOf)
    if (!next) break
    whole = next
  }
  return whole
}

/** Time in milliseconds after a fault by which everything has settled. */
const SETTLES_MS = 20 * MS_PER_MINUTE

const isOver = ({ end }: SimulatedEstateRun, { until }: Pick<GeneratedFault, 'until'>) => until + SETTLES_MS <= end
const isJudged = ({ since }: SimulatedEstateRun, { started }: DetectedEvent | DetectedIncident) =>
  started.latest >= since

/**
 * Reports whether the polls must have shown a fault as an event of the expected kinds by now. An announced prefix
 * counts as more specific only if it was never announced before and a shorter prefix that covers it has a route. Polls
 * do not show the sessions of an instance that is lost for the whole time of the fault.
 */
function isSeen(
  played: SimulatedEstateRun,
  { from, until, happenings }: GeneratedFault,
  { kinds, subject = '' }: ExpectedEventOfFault,
): boolean {
  const { end, seenAfterMs, faults } = played
  const instance = `instance ${subject.split('~')[0]}`
  if (faults.some((one) => one.elements.includes(instance) && one.from < from && one.until > until)) return false
  const earlier = faults.filter((fault) => fault.from < from)
  const known = new Set([...earlier.flatMap(announcedIn), ...played.estate.sites.flatMap(({ prefixes }) => prefixes)])
  const isNew = (prefix: string) => !known.has(prefix) && isRouted(played, prefix, from - 1)
  if (kinds.includes('more_specific') && !announcedIn({ happenings }).every(isNew)) return false
  return Math.min(until, end) - from >= Math.max(...kinds.map((kind) => seenAfterMs?.(kind) ?? 0))
}

const announcedIn = ({ happenings }: Pick<GeneratedFault, 'happenings'>): string[] =>
  happenings.flatMap((one) => (one.op === 'announce' ? (one.prefixes ?? []).map(String) : []))

/** Checks that each fault has its expected events, and that the bounds of their begins and ends contain the truth. */
const verdicts: DetectionResultCheck = (played, truth) =>
  played.faults.flatMap((fault) => {
    if (fault.until < played.since) return []
    const signs = signsOf(played, fault, truth)
    const missing = fault.signs.filter(
      (sign) => !signs.some((event) => isSign(sign, event)) && isSeen(played, fault, sign),
    )
    const [sign] = missing
    const lacks = `${formatFaultDescription(fault)}: no ${sign?.kinds.join(' or ')} ${sign?.scope} ${sign?.subject ?? ''}`
    const ends = fault.signs.map((own) => {
      const like = signs.filter((event) => isSign(own, event))
      // The removal of a resource has no end. If a later fault also lost the same thing, the event may end with the
      // later fault.
      const isRight = like.some(
        (event) =>
          event.kind === 'resource_removed' ||
          [fault, ...truth.outlasting(fault, event)].some((one) =>
            event.ended ? doBoundsContainFaultEnd(event.ended, one) : !isOver(played, one),
          ),
      )
      return judgement(
        'bounds',
        like.length === 0 || isRight,
        `${formatFaultDescription(fault)}: ${like.map(nameOfEvent).join(', ')} ends otherwise`,
      )
    })
    return [judgement('verdict', missing.length === 0, lacks), ...ends]
  })

/** Checks that every root event of a severity above `info` has a fault that explains it. */
const alarms: DetectionResultCheck = (played, truth) =>
  played.events
    .filter((event) => isJudged(played, event) && isAdverse(event) && isRoot(event))
    .map((event) => judgement('alarm', truth.behind(event).length > 0, `${nameOfEvent(event)} has no fault behind it`))

/**
 * Checks that the owner of an event's cause is the owner of a fault that the event may be about. Unknown owners are
 * counted separately.
 */
const owners: DetectionResultCheck = (played, truth) =>
  played.events
    .filter((one) => isJudged(played, one) && isAdverse(one))
    .flatMap((event): CorrectnessJudgement[] => {
      const [cause] = event.causes
      const faults = truth.behind(event)
      if (!cause || faults.length === 0) return []
      const detail = `${nameOfEvent(event)}: ${cause.class} ${cause.owner} ${cause.confidence}, not ${faults.map(formatFaultDescription).join(' or ')}`
      const others = event.causes.filter(({ owner, confidence }) => owner !== cause.owner && confidence >= MIN_NAMED)
      if (cause.owner === 'unknown' || cause.confidence < (others.length > 0 ? MIN_CLAIMED : MIN_NAMED))
        return isRoot(event) && faults.some((fault) => signsOf(played, fault, truth).includes(event))
          ? [{ of: 'owner', is: 'unknown', detail }]
          : []
      const isRight = faults.some((fault) => fault.owners.includes(cause.owner))
      return [judgement('owner', isRight, detail)]
    })

/** Checks that an event and the event that contains it as a part have a related fault. */
const parts: DetectionResultCheck = (played, truth) =>
  played.events
    .filter((event) => isJudged(played, event) && isAdverse(event) && !isRoot(event))
    .flatMap((event): CorrectnessJudgement[] => {
      const whole = wholeOf(played.events, event)
      const [own, others] = [truth.behind(event), truth.behind(whole)]
      if (own.length === 0 || others.length === 0) return []
      const isRight = own.some((one) =>
        others.some((other) => areRelated(played.estate, one, other) && isSameTime(one, other)),
      )
      return [judgement('part', isRight, `${nameOfEvent(event)} is part of ${nameOfEvent(whole)}`)]
    })

const membersOf = ({ events }: SimulatedEstateRun, { key }: DetectedIncident) =>
  events.filter((event) => event.incident === key && isRoot(event) && isAdverse(event))

/**
 * Returns the faults that an incident is about: the faults that its events report, otherwise the faults whose elements
 * its events name, otherwise the faults that affected the resources of its events (those that began with an event, if
 * there are any). If a fault began with an event, a named fault that was over before all events does not count.
 */
export function findFaultsOfIncident(
  played: SimulatedEstateRun,
  incident: DetectedIncident,
  truth: EstateFaultTruth,
): GeneratedFault[] {
  const members = membersOf(played, incident)
  const signs = played.faults.filter((fault) =>
    signsOf(played, fault, truth).some((event) => wholeOf(played.events, event).incident === incident.key),
  )
  if (signs.length > 0) return signs
  const behind = new Set(members.flatMap((event) => truth.behind(event)))
  const begun = [...behind].filter((fault) => members.some(({ started }) => doBoundsContainFaultStart(started, fault)))
  const named = new Set(members.flatMap((event) => truth.at(event)))
  const isRecent = ({ until }: GeneratedFault) => members.some(({ started }) => isBeforeRepairEffects(started, until))
  const counted = begun.length === 0 ? [...named] : [...named].filter(isRecent)
  if (counted.length > 0) return counted
  return begun.length > 0 ? begun : [...behind]
}

/**
 * Returns further faults of an incident for which no expected event was raised, for example because a fault was shorter
 * than the interval of the polls that show the expected event. Such a fault has an element in common with a known fault
 * of the incident, and an event of the incident began with it and names an element that it affected.
 * @param reported faults of the incident that are already known
 */
const findFaultsWithoutSigns = (
  played: SimulatedEstateRun,
  incident: DetectedIncident,
  truth: EstateFaultTruth,
  reported: readonly GeneratedFault[],
): GeneratedFault[] => {
  const known = new Set(reported.flatMap(({ elements }) => elements))
  const members = membersOf(played, incident)
  return played.faults.filter(
    (fault) =>
      !reported.includes(fault) &&
      fault.elements.some((element) => known.has(element)) &&
      signsOf(played, fault, truth).length === 0 &&
      members.some((event) => doBoundsContainFaultStart(event.started, fault) && truth.behind(event).includes(fault)),
  )
}

/**
 * Checks that faults that are not related have separate incidents, and that each fault that needs a repair has exactly
 * one incident.
 */
const incidents: DetectionResultCheck = (played, truth) => {
  const judged = played.incidents.filter((incident) => isJudged(played, incident))
  const recent = played.faults.filter(({ until }) => until >= played.since)
  const shared = judged.map((incident) => {
    const faults = findFaultsOfIncident(played, incident, truth)
    const [first] = faults
    // relations are followed from fault to fault, because a fault may be related to the first one only through another
    // fault
    const joined = new Set(first ? [first] : [])
    for (let size = 0; size < joined.size; ) {
      size = joined.size
      for (const fault of faults)
        if ([...joined].some((one) => areRelated(played.estate, one, fault))) joined.add(fault)
    }
    // sharing an incident is right if all its events may be about one fault, even if other faults also affected the
    // same resources
    const members = membersOf(played, incident)
    const isOneFault = faults.some((fault) => members.every((event) => truth.behind(event).includes(fault)))
    const apart = isOneFault ? undefined : faults.find((fault) => !joined.has(fault))
    return judgement(
      'incident',
      !apart,
      `${first && formatFaultDescription(first)} shares an incident with ${apart && formatFaultDescription(apart)}`,
    )
  })
  const paged = recent
    .filter(({ isGrave }) => isGrave)
    .map((fault) => {
      const own = signsOf(played, fault, truth)
      const has = own.length === 0 || own.some((event) => wholeOf(played.events, event).incident)
      return judgement('page', has, `${formatFaultDescription(fault)}: no incident`)
    })
  const split = recent.flatMap((fault) => {
    const keys = new Set(signsOf(played, fault, truth).flatMap((event) => wholeOf(played.events, event).incident ?? []))
    return keys.size === 0
      ? []
      : [judgement('together', keys.size === 1, `${formatFaultDescription(fault)}: ${keys.size} incidents`)]
  })
  return [...shared, ...paged, ...split]
}

/**
 * Returns the last end of the outages of a removed connection's sites that `no_path` events report, as a fault that
 * ends then; empty if there is no such outage. The outage may end before the connection exists again, if a route over
 * another circuit returns.
 */
function findReturnOfRoutes(
  played: SimulatedEstateRun,
  { from, until, felt }: GeneratedFault,
  events: readonly DetectedEvent[],
): Pick<GeneratedFault, 'until'>[] {
  const outages = events.filter(({ kind }) => kind === 'no_path')
  if (outages.length === 0) return []
  const { gateways, sites } = played.estate
  const prefixes = sites.flatMap((site) => (felt.includes(`site ${site.name}`) ? site.prefixes : []))
  const times = gateways
    .filter(({ name }) => felt.includes(`gateway ${name}`))
    .flatMap(({ name }) =>
      prefixes.flatMap((prefix) => findTimesWithoutRoute({ ...played, start: from - 1, until }, name, prefix)),
    )
  const ends = times.flatMap(([begin, end]) =>
    outages.some(({ started }) => doBoundsContainFaultStart(started, { from: begin })) ? end : [],
  )
  return ends.length > 0 ? [{ until: Math.max(...ends) }] : []
}

/** Checks that an incident ends with the last of its faults. */
const ends: DetectionResultCheck = (played, truth) =>
  played.incidents.flatMap((incident) => {
    const reported = findFaultsOfIncident(played, incident, truth)
    const faults = [...reported, ...findFaultsWithoutSigns(played, incident, truth, reported)]
    const until = Math.max(...faults.map((fault) => fault.until))
    const root = played.events.find(({ key }) => key === incident.root)
    // an incident about failed polls is not checked here: it ends when the polls succeed, or when the inventory shows
    // that there is nothing left to poll
    if (faults.length === 0 || !root || root.kind === 'collector_error' || !isJudged(played, incident)) return []
    const name = `incident of ${nameOfEvent(root)}`
    // an incident that is only a shift of routes may last longer than its cause
    const own = played.events.filter((event) => event.incident === incident.key)
    // A session that a later fault lost, too, comes back at the end of the later fault. No poll can show that a session
    // was up for less than a poll interval between two faults.
    const isReached = ({ from }: GeneratedFault) => from <= until + played.everyMs
    const isNamed = (event: DetectedEvent, { elements }: GeneratedFault) =>
      elements.some((element) => truth.elementsOf(event).has(element))
    const others = played.faults.filter(
      (fault) =>
        fault.until > until &&
        isReached(fault) &&
        own.some((event) => truth.behind(event).includes(fault) || isNamed(event, fault)),
    )
    const last = Math.max(until, ...others.map((fault) => fault.until))
    if (!incident.ended)
      return [
        judgement(
          'end',
          !isOver(played, { until: last }),
          `${name} is open, and ${faults.map(formatFaultDescription).join(', ')} ended at ${time(until)}`,
        ),
      ]
    const { ended: end } = incident
    // The incident of a deletion may end immediately after the deletion, with the last of its other faults, or when its
    // sites have a route again, unless one of its events is still open.
    const isOpen = own.some((event) => event.ended === null && isAdverse(event) && event.severity !== 'minor')
    const acts = isOpen ? [] : faults.filter(({ what }) => what === 'connection removed')
    const isAct = acts.length === faults.length && acts.some(({ from }) => end.earliest <= from && end.latest >= from)
    const failures = faults.filter((fault) => !acts.includes(fault))
    const repaired = failures.length > 0 ? [{ until: Math.max(...failures.map((fault) => fault.until)) }] : []
    const returned = acts.flatMap((fault) => findReturnOfRoutes(played, fault, own))
    const isRight =
      isAct || [{ until }, ...repaired, ...returned, ...others].some((fault) => doBoundsContainFaultEnd(end, fault))
    const ended = `${time(incident.ended.earliest)}..${time(incident.ended.latest)}`
    return [
      judgement(
        'end',
        isRight,
        `${name} ended ${ended}, and ${faults.map(formatFaultDescription).join(', ')} at ${time(until)}`,
      ),
    ]
  })

export const detectionResultChecks: readonly DetectionResultCheck[] = [verdicts, alarms, owners, parts, incidents, ends]

export function judgeSimulatedEstateRun(
  played: SimulatedEstateRun,
  further: readonly DetectionResultCheck[] = [],
): CorrectnessJudgement[] {
  const truth = truthOfPlayed(played)
  return [...detectionResultChecks, ...further].flatMap((check) => check(played, truth))
}
