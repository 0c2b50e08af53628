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
