import type { CheckEvidence, PostureCheck } from '../../api/index.ts'
import type { NamedResource, PostureFacts } from './facts.ts'

/** The result of a check for one subject. */
export interface CheckResult extends Pick<PostureCheck, 'reason' | 'evidence'> {
  subject: Subject
  state: PostureCheck['found']
  /** values for the check's command in addition to the names of the subject */
  values?: Readonly<Record<string, string | null>>
  /** replaces the command of the check if the result concerns another Azure resource */
  command?: string
}

interface Subject {
  /** the subject itself, or the resource that contains it */
  resource: NamedResource
  /** part of the resource: a peering, one of its paths, or a network peering; null = the resource itself */
  part: string | null
}

/**
 * A check. It returns a result for each subject to which it applies, including passes. The state is unknown if required
 * data is missing.
 */
export type Check = (facts: PostureFacts) => CheckResult[]

type Verdict = Omit<CheckResult, 'subject' | 'evidence'> & { evidence?: CheckEvidence[] }

const judged =
  (state: CheckResult['state']) =>
  (reason: string, ...evidence: CheckEvidence[]) => ({ state, reason, evidence })
export const pass = judged('pass')
export const fail = judged('fail')
export const unknown = judged('unknown')

/** Returns the result of a check for one subject. */
export const of = (resource: NamedResource, verdict: Verdict, part: string | null = null): CheckResult => ({
  evidence: [],
  ...verdict,
  subject: { resource, part },
})

/** Returns a property as evidence; null is shown as "not reported". */
export const read = (
  what: string,
  value: string | number | boolean | null,
  resourceId: string | null = null,
): CheckEvidence => ({ what, value: value === null ? 'not reported' : String(value), resourceId })

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/**
 * Formats a list: `a`, `a and b`, `a, b and c`. If there are more than `most` names, the number of the others is added.
 */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
