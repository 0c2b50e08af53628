import type { PostureCheck, Resilience } from '#lib/resilience/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { StatusWords } from '../ui/status.tsx'
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
