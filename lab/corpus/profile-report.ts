/**
 * Effects of slow operations: the corpus played with polls of 2 s, and with the operation times of a profile, side by
 * side.
 */
import { type KindRow, createIntervalReport, formatTableRow } from './report.ts'
import type { DetectableEventKind } from './scenario.ts'
import type { ScenarioScore } from './score.ts'

interface Side {
  row: KindRow
  /** mean width of the bounds of the begin, in seconds; null = nothing found */
  width: number | null
}

function sideOf(scores: readonly ScenarioScore[]): Map<DetectableEventKind, Side> {
  const { kinds } = createIntervalReport(0, scores)
  const judged = scores.flatMap((score) => score.judged)
  return new Map(
    kinds.map((row) => {
      const widths = judged.flatMap(({ item, event }) =>
        item.kind === row.kind && event ? [(event.started.latest - event.started.earliest) / 1_000] : [],
      )
      const isDated = widths.every((width) => width < 1e7)
      const width = widths.length > 0 && isDated ? widths.reduce((sum, w) => sum + w, 0) / widths.length : null
      return [row.kind, { row, width }]
    }),
  )
}

const rateOf = ({ row: { found, visible } }: Side) => `${found}/${visible}`
const containedOf = ({ row: { contained, found } }: Side) => `${contained}/${found}`
const secondsOf = ({ width }: Side) => (width === null ? '-' : width.toFixed(0))

/** Formats a table in Markdown. Each cell has the value with polls of 2 s, then the value with the profile. */
export function formatProfileTable(quick: readonly ScenarioScore[], slow: readonly ScenarioScore[]): string {
  const [one, other] = [sideOf(quick), sideOf(slow)]
  const head = ['Kind', 'Happened', 'Found of visible', 'False alarms', 'Contained', 'Begin known to, s']
  const cells = [...one].flatMap(([kind, a]) => {
    const b = other.get(kind)
    if (!b || (a.row.expected === 0 && b.row.expected === 0 && a.row.falseAlarms + b.row.falseAlarms === 0)) return []
    return [
      [
        kind,
        `${a.row.expected}, ${b.row.expected}`,
        `${rateOf(a)}, ${rateOf(b)}`,
        `${a.row.falseAlarms}, ${b.row.falseAlarms}`,
        `${containedOf(a)}, ${containedOf(b)}`,
        `${secondsOf(a)}, ${secondsOf(b)}`,
      ],
    ]
  })
  const sum = (side: Map<DetectableEventKind, Side>, of: (row: KindRow) => number) =>
    [...side.values()].reduce((total, { row }) => total + of(row), 0)
  const total = (of: (row: KindRow) => number) => `${sum(one, of)}, ${sum(other, of)}`
  const all = [
    'all',
    total(({ expected }) => expected),
    `${sum(one, ({ found }) => found)}/${sum(one, ({ visible }) => visible)}, ${sum(other, ({ found }) => found)}/${sum(other, ({ visible }) => visible)}`,
    total(({ falseAlarms }) => falseAlarms),
    total(({ contained }) => contained),
    '',
  ]
  return [head, head.map(() => '---'), ...cells, all].map(formatTableRow).join('\n')
}
