import type { CheckEvidence, ResilienceCheck } from '../../api/index.ts'
import type { NamedResource, PostureFacts } from './posture-facts.ts'

/** The result of a check for one subject, for example a circuit. */
export interface CheckResult extends Pick<ResilienceCheck, 'reason' | 'evidence'> {
  subject: Subject
  state: ResilienceCheck['found']
  /** Values for the placeholders of the check's command, in addition to the names of the subject. */
  values?: Readonly<Record<string, string | null>>
  /**
   * Command that is shown in place of the usual command of the check. It is set if the change must be made at another
   * resource in Azure than the checked one.
   */
  command?: string
}

interface Subject {
  /** The resource that was checked, or that contains the checked part. */
  resource: NamedResource
  /**
   * The checked part of the resource, for example a peering, one of its paths, or a network peering; null = the whole
   * resource.
   */
  part: string | null
}

/**
 * Function of a check. It returns one result for each subject to which the check applies. A result is `unknown` if the
 * necessary facts are missing.
 */
export type CheckFunction = (facts: PostureFacts) => CheckResult[]

type Verdict = Omit<CheckResult, 'subject' | 'evidence'> & { evidence?: CheckEvidence[] }

const judged =
  (state: CheckResult['state']) =>
  (reason: string, ...evidence: CheckEvidence[]) => ({ state, reason, evidence })
export const createPassedResult = judged('pass')
export const createFailedResult = judged('fail')
export const createUnknownResult = judged('unknown')

/** Builds the result of a check for one subject. */
export const buildCheckResult = (
  resource: NamedResource,
  verdict: Verdict,
  part: string | null = null,
): CheckResult => ({
  evidence: [],
  ...verdict,
  subject: { resource, part },
})

/** Builds the evidence for a result from a property; null becomes "not reported". */
export const buildEvidence = (
  what: string,
  value: string | number | boolean | null,
  resourceId: string | null = null,
): CheckEvidence => ({ what, value: value === null ? 'not reported' : String(value), resourceId })

export const formatCountedNoun = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/**
 * Formats a list as `a`, `a and b`, or `a, b and c`. If it has more than `most` names, the last part states how many
 * more there are.
 */
export function joinNames(names: readonly string[], most = 4): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
