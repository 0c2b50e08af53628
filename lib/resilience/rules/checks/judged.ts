import type { CheckEvidence, PostureCheck } from '../../api/index.ts'
import type { NamedResource, PostureFacts } from './facts.ts'

/** What a check found of one subject. */
export interface Judged extends Pick<PostureCheck, 'reason' | 'evidence'> {
  subject: Subject
  state: PostureCheck['found']
  /** what the command of the check needs beside the subject's own names */
  values?: Readonly<Record<string, string | null>>
  /** in place of the check's command, where what is about the subject is another resource of Azure's */
  command?: string
}

interface Subject {
  /** the resource that it is, or is part of */
  resource: NamedResource
  /** of a resource: a peering, a path of it, a network peering; null = the resource itself */
  part: string | null
}

/** A check: a row for each subject that it applies to, passes too. Where it lacks what it needs, the state is unknown. */
export type Check = (facts: PostureFacts) => Judged[]

type Verdict = Omit<Judged, 'subject' | 'evidence'> & { evidence?: CheckEvidence[] }

const judged =
  (state: Judged['state']) =>
  (reason: string, ...evidence: CheckEvidence[]) => ({ state, reason, evidence })
export const pass = judged('pass')
export const fail = judged('fail')
export const unknown = judged('unknown')

/** The row of one subject. */
export const of = (resource: NamedResource, verdict: Verdict, part: string | null = null): Judged => ({
  evidence: [],
  ...verdict,
  subject: { resource, part },
})

/** A property as evidence; what was not reported says so. */
export const read = (
  what: string,
  value: string | number | boolean | null,
  resourceId: string | null = null,
): CheckEvidence => ({ what, value: value === null ? 'not reported' : String(value), resourceId })

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`; of more than `most` the first ones and how many others there are. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
