import type { Event, Incident } from '#lib/contract/index.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { subjectWords } from './event-words.ts'
import type { StatusWords } from '../ui/status.tsx'
import { severityTone } from '../ui/words.ts'

/** `Circuit down: erc-london`. */
export function incidentTitle({ root, scopeName }: Pick<Incident, 'root' | 'scopeName'>): string {
  return root ? `${eventKindRecords[root.kind].name}: ${root.scopeName}` : `Incident of ${scopeName}`
}

/** What of the thing is concerned: `private peering, primary`; '' where the name says all. */
export function incidentPart({ root }: Pick<Incident, 'root'>): string {
  return root && root.subject !== root.scopeName ? subjectWords(root.subject) : ''
}

/** What it means, in a sentence for somebody who has just been woken. */
export function incidentMeaning({ root }: Pick<Incident, 'root'>): string {
  return root ? eventKindRecords[root.kind].meaning : 'What began it is no longer kept.'
}

/** An open incident whose root is not seen any more is neither open nor over: nobody knows. */
export function incidentStatus({
  state,
  severity,
  unverifiedSince,
  maintenance,
}: Pick<Incident, 'state' | 'severity' | 'unverifiedSince' | 'maintenance'>): StatusWords {
  if (state === 'closed') return { tone: 'off', word: 'CLOSED', detail: maintenance ? 'maintenance' : severity }
  if (unverifiedSince !== null) return { tone: 'unknown', word: 'UNKNOWN', detail: 'not seen any more' }
  if (maintenance) return { tone: 'off', word: 'OPEN', detail: 'maintenance' }
  return { tone: severityTone[severity], word: 'OPEN', detail: severity }
}

/** How long it lasted, as bounds in milliseconds; `most` null = it has no end yet, or no begin. */
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
  bfd: 'by BFD',
  hold_timer: 'by hold timer',
  vpn_planned: 'of a VPN gateway, planned',
  vpn_unplanned: 'of a VPN gateway, unplanned',
} as const
const verdicts = {
  within: 'proven within it',
  exceeded: 'proven longer',
  not_provable: 'can’t be told at this poll interval',
} as const

/** `expected by BFD: 20 s; proven within it`. */
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

/** What a later look changed of a mark, and the bounds that this sentence ends with. */
export function revisionWords({
  mark,
  by,
  before,
  told,
  isOutside,
}: NonNullable<Event['failover']>['revisions'][number]): { words: string; bounds: [string, string] } {
  const who = by === 'rates' ? 'Azure Monitor’s bit rates' : 'later samples'
  return isOutside
    ? { words: `${who} contradict ${marks[mark]}, which stands: by themselves they tell it`, bounds: told }
    : { words: `${who} narrowed ${marks[mark]}: it had been told`, bounds: before }
}

/** The lengths of a failover, in the order in which one waits for them; null = nothing that was polled tells it. */
export function failoverLengths(
  failover: NonNullable<Event['failover']>,
): [name: string, meaning: string, Length | null][] {
  return [
    ['Detection', 'until the routers noticed', failover.detection],
    ['Control plane', 'from the session’s end to the new best way', failover.controlPlane],
    ['Data plane', 'until bytes moved on the new way', failover.dataPlane],
  ]
}
