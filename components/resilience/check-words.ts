import type { PostureCheck, Resilience } from '#lib/resilience/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { StatusWords } from '../ui/status.tsx'
import { plural } from '../format/quantity.ts'
import { severityTone } from '../ui/words.ts'

/** A check's state as a word; a failure has the tone of its severity. */
export function checkStatus({
  state,
  severity,
  exemption,
}: Pick<PostureCheck, 'state' | 'severity' | 'exemption'>): StatusWords {
  switch (state) {
    case 'fail':
      return { tone: severityTone[severity], word: 'FAIL' }
    case 'unknown':
      return { tone: 'unknown', word: 'UNKNOWN' }
    case 'exempt':
      return { tone: 'off', word: 'EXEMPT', detail: exemption && `until ${exemption.until.slice(0, 10)}` }
    case 'pass':
      return { tone: 'up', word: 'PASS' }
  }
}

/** What a score is made of: `41 of 48 pass, 5 fail, 2 unknown`. */
export function countWords({ pass, fail, unknown, exempt }: Resilience['counts']): string {
  const parts = [
    `${pass} of ${pass + fail + unknown + exempt} pass`,
    fail > 0 && `${fail} fail`,
    unknown > 0 && `${unknown} unknown`,
    exempt > 0 && `${exempt} exempt`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** The answer of the page: `9 checks fail` or that all pass, and on how many resources: `on erc-london (3), erc-amsterdam and 4 others`. */
export function leadWords({ counts: { fail, unknown }, checks }: Pick<Resilience, 'counts' | 'checks'>): {
  lead: string
  where: string
} {
  const failing = Map.groupBy(
    checks.filter(({ state }) => state === 'fail'),
    ({ subject }) => subject.split(' ')[0] ?? subject,
  )
  const most = [...failing].toSorted(([, a], [, b]) => b.length - a.length)
  const named = most.slice(0, MOST_NAMED).map(([subject, own]) => `${subject} (${own.length})`)
  const others = most.length - named.length
  return {
    lead:
      fail > 0
        ? `${plural(fail, 'check fails', 'checks fail')}`
        : unknown > 0
          ? `No check fails, ${unknown} not known`
          : 'All checks pass',
    where: [...named, others > 0 && `${plural(others, 'other')}`].filter(Boolean).join(', '),
  }
}

const MOST_NAMED = 3

/** The order in which a list shows them. */
export const worstStates: readonly PostureCheck['state'][] = ['fail', 'unknown', 'exempt', 'pass']

/** The worse of two rows is the smaller one. */
export const compareChecks = (a: PostureCheck, b: PostureCheck): number =>
  worstStates.indexOf(a.state) - worstStates.indexOf(b.state) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity)

/** The rows that a filter of the page's address leaves; null = all. */
export const filtered = (
  checks: readonly PostureCheck[],
  { state, severity, kind }: Readonly<Record<'state' | 'severity' | 'kind', string | null>>,
): PostureCheck[] =>
  checks.filter(
    (check) =>
      (state === null || check.state === state) &&
      (severity === null || check.severity === severity) &&
      (kind === null || check.kind === kind),
  )
