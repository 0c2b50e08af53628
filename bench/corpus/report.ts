/** What a whole corpus of scores comes to, kind by kind. */
import { eventKinds } from '#lib/contract/index.ts'
import { KINDS, type Kind } from './scenario.ts'
import type { Score } from './score.ts'

export interface KindRow {
  kind: Kind
  /** whether anything raises it at all */
  detected: boolean
  /** things that truly happened */
  expected: number
  /** of those: what a poller with this timetable could have seen */
  visible: number
  /** of those: what detection said */
  found: number
  falseAlarms: number
  /** of what was found: the truth lies inside every bound */
  contained: number
  /** mean width of the bounds of what was found, over the narrowest that the samples allow; null = nothing found */
  tightness: number | null
}

export interface IntervalReport {
  everySeconds: number
  kinds: KindRow[]
  /** `S10 forbids session_down` and the like */
  broken: string[]
}

const raised: ReadonlySet<string> = new Set(eventKinds)

/** Whether detection has a rule for a kind. */
export const hasDetector = (kind: Kind): boolean => raised.has(kind)

export function reportOf(everySeconds: number, scores: readonly Score[]): IntervalReport {
  const judged = scores.flatMap((score) => score.judged)
  const alarms = scores.flatMap(({ falseAlarms }) => falseAlarms)
  const kinds = KINDS.flatMap((kind): KindRow[] => {
    const own = judged.filter(({ item }) => item.kind === kind)
    const falseAlarms = alarms.filter((event) => event.kind === kind).length
    if (own.length === 0 && falseAlarms === 0 && !hasDetector(kind)) return []
    const widths = own.flatMap(({ tightness }) => tightness ?? [])
    return [
      {
        kind,
        detected: hasDetector(kind),
        expected: own.length,
        visible: own.filter(({ item }) => item.seen !== null).length,
        found: own.filter(({ event }) => event !== null).length,
        falseAlarms,
        contained: own.filter(({ contained }) => contained === true).length,
        tightness: widths.length > 0 ? widths.reduce((sum, w) => sum + w, 0) / widths.length : null,
      },
    ]
  })
  const broken = scores.flatMap((score) =>
    score.broken.map(({ rule, event }) => {
      const what = rule === 'silent' ? 'silence' : `no ${rule.event ?? rule.cause}${rule.alone ? ' by itself' : ''}`
      return `${score.scenario} wants ${what}: ${event.kind} ${event.scope} ${event.subject}`
    }),
  )
  return { everySeconds, kinds, broken }
}

/** The report as a table in Markdown, which reads as text, too. */
export function tableOf({ kinds }: IntervalReport): string {
  const head = ['Kind', 'Happened', 'Visible', 'Found', 'Recall', 'False alarms', 'Contained', 'Width']
  const share = (part: number, whole: number) => (whole === 0 ? '-' : (part / whole).toFixed(2))
  const rows = kinds.map((row) =>
    row.detected
      ? [
          row.kind,
          row.expected,
          row.visible,
          row.found,
          share(row.found, row.visible),
          row.falseAlarms,
          share(row.contained, row.found),
          row.tightness === null ? '-' : row.tightness.toFixed(2),
        ]
      : [row.kind, row.expected, row.visible, 'no detector yet', '', '', '', ''],
  )
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
