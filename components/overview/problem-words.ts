import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'
import type { StatusWords } from '../ui/status.tsx'
import { unconfirmedWords } from '../ui/words.ts'

const tones: Record<ActiveProblem['severity'], Tone> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'off',
}

/** What a problem is called; its tone says how bad that is, or that it is planned. */
export const problemStatus = ({
  severity,
  called,
  unconfirmedSince,
}: Pick<ActiveProblem, 'severity' | 'called' | 'unconfirmedSince'>): StatusWords => ({
  tone: tones[severity],
  word: called.toUpperCase(),
  detail: unconfirmedSince && unconfirmedWords(unconfirmedSince),
})

const severitiesWorstFirst = Object.keys(tones)

/** The list with the late collector before the resources that are unknown for it: it is their reason. */
export const collectorFirst = (problems: readonly ActiveProblem[]): ActiveProblem[] =>
  problems.toSorted(
    (a, b) =>
      severitiesWorstFirst.indexOf(a.severity) - severitiesWorstFirst.indexOf(b.severity) ||
      Number(b.id === 'collector') - Number(a.id === 'collector'),
  )

/** Why a resource whose own state is well is called otherwise; null = nothing is known. Its sites and sessions are its own. */
export function problemReasonOf(
  id: string,
  type: 'circuit' | 'gateway',
  problems: readonly ActiveProblem[] = [],
): string | null {
  const problem = problems.find((one) => one.id === id && (one.type === type ? one.kind !== null : isPart(one)))
  if (!problem) return null
  return problem.type === 'site' ? `${problem.name} ${problem.reason}` : problem.reason
}

const isPart = ({ type }: ActiveProblem) => type === 'site' || type === 'session'
