import type { Event, Incident } from '#lib/contract/index.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { subjectWords } from './event-words.ts'
import type { StatusWords } from '../ui/status.tsx'
import { severityTone } from '../ui/words.ts'

/** `Circuit down: erc-london`. */
export function incidentTitle({ root, scopeName }: Pick<Incident, 'root' | 'scopeName'>): string {
  return root ? `${eventKindRecords[root.kind].name}: ${root.scopeName}` : `Incident of ${scopeName}`
}

/** The affected part: `private peering, primary`; '' = the whole resource. */
export function incidentPart({ root }: Pick<Incident, 'root'>): string {
  return root && root.subject !== root.scopeName ? subjectWords(root.subject) : ''
}

/** The meaning of an incident in one sentence. */
export function incidentMeaning({ root }: Pick<Incident, 'root'>): string {
  return root ? eventKindRecords[root.kind].meaning : 'Its root event is past the retention period.'
}

/** The state of an open incident is UNKNOWN while its root is no longer polled, and RECOVERED once all of its events have ended. */
export function incidentStatus({
  state,
  phase,
  severity,
  unverifiedSince,
  maintenance,
}: Pick<Incident, 'state' | 'phase' | 'severity' | 'unverifiedSince' | 'maintenance'>): StatusWords {
  if (state === 'closed') return { tone: 'off', word: 'CLOSED', detail: maintenance ? 'maintenance' : severity }
  if (unverifiedSince !== null) return { tone: 'unknown', word: 'UNKNOWN', detail: 'no longer polled' }
  if (phase === 'recovered') return { tone: 'up', word: 'RECOVERED', detail: 'monitoring' }
  if (maintenance) return { tone: 'off', word: 'OPEN', detail: 'maintenance' }
  return { tone: severityTone[severity], word: 'OPEN', detail: severity }
}

/** An incident's duration as bounds in milliseconds; `most` null = ongoing, or unknown start. */
export function incidentLength(
  { startedBetween, endedBetween }: Pick<Incident, 'startedBetween' | 'endedBetween'>,
  now: number,
): { least: number; most: number | null } {
  const [startEarliest, startLatest] = startedBetween.map((at) => Date.parse(at)) as [number, number]
  if (!endedBetween)
    return { least: Math.max(0, now - startLatest), most: startEarliest === 0 ? null : now - startEarliest }
  const [endEarliest, endLatest] = endedBetween.map((at) => Date.parse(at)) as [number, number]
  return { least: Math.max(0, endEarliest - startLatest), most: startEarliest === 0 ? null : endLatest - startEarliest }
}

const classes = {
  withdrawal: 'by withdrawal',
  bfd: 'by BFD at 300 ms',
  bfd_750: 'by BFD at 750 ms',
  hold_timer: 'by hold timer',
  vpn_planned: 'of a VPN gateway, planned',
  vpn_unplanned: 'of a VPN gateway, unplanned',
} as const
const verdicts = {
  within: 'within target',
  exceeded: 'target missed',
  not_provable: 'cannot be verified at this polling interval',
} as const

/** `a failover by BFD at 300 ms takes 20 s: within target`. */
export function expectationWords({
  class: name,
  budgetSeconds,
  verdict,
}: NonNullable<Event['failover']>['expectations'][number]): string {
  return `a failover ${classes[name]} takes ${budgetSeconds} s: ${verdicts[verdict]}`
}

type Length = NonNullable<NonNullable<Event['failover']>['controlPlane']>

const marks = {
  forwardingEnds: 'the end of forwarding',
  sessionEnds: 'the end of the session',
  forwardingResumes: 'the return of bytes',
} as const

/** How later samples revised a mark, and the bounds that the sentence ends with. */
export function revisionWords({
  mark,
  by,
  before,
  reported,
  isOutside,
}: NonNullable<Event['failover']>['revisions'][number]): { words: string; bounds: [string, string] } {
  const who = by === 'rates' ? 'Azure Monitor’s bit rates' : 'later samples'
  return isOutside
    ? { words: `${who} disagree with ${marks[mark]}; the recorded value is kept. They report it`, bounds: reported }
    : { words: `${who} narrowed the bounds of ${marks[mark]}: previously`, bounds: before }
}

/** The phases of a failover in order; null = not measurable from the polls. */
export function failoverLengths(
  failover: NonNullable<Event['failover']>,
): [name: string, meaning: string, Length | null][] {
  return [
    ['Detection', 'until the routers detected the failure', failover.detection],
    ['Control plane', 'from the session’s end to the new best path', failover.controlPlane],
    ['Data plane', 'until traffic used the new path', failover.dataPlane],
  ]
}
