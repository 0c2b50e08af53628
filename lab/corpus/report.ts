/** Totals of a whole corpus of scores by kind. */
import { DETECTABLE_EVENT_KINDS, type DetectableEventKind } from './scenario.ts'
import { type OwnerCount, sumOfOwners } from './owners.ts'
import type { ScoredTrueEvent, ScenarioScore } from './score.ts'

export interface KindRow {
  kind: DetectableEventKind
  /** facts that truly happened */
  expected: number
  /** facts that a poller with this timetable could have seen */
  visible: number
  /** visible facts that detection raised */
  found: number
  falseAlarms: number
  /** found events whose bounds all contain the truth */
  contained: number
  /**
   * mean ratio of the width of an event's bounds to the narrowest width that the samples allow, over all found events;
   * null = no event was found
   */
  tightness: number | null
  /**
   * Number of found events that have the expected cause or severity (first), and number of found events for which one
   * is expected (second).
   */
  causes: [named: number, asked: number]
  severities: [right: number, asked: number]
}

export interface IntervalReport {
  everySeconds: number
  kinds: KindRow[]
  /** failovers from circuit to circuit that were compared with the truth */
  failovers: { held: number; contained: number; dataPlane: number; verdicts: Record<string, number> }
  /**
   * Number of root events, number of root events with an unknown owner, number of events with an expected owner
   * (`asked`), and how many of them have it (`named`).
   */
  owners: OwnerCount & { named: number; asked: number }
  /** for example `S10 wants no session_down: …` */
  broken: string[]
}

export function createIntervalReport(everySeconds: number, scores: readonly ScenarioScore[]): IntervalReport {
  const judged = scores.flatMap((score) => score.judged)
  const alarms = scores.flatMap(({ falseAlarms }) => falseAlarms)
  const kinds = DETECTABLE_EVENT_KINDS.flatMap((kind): KindRow[] => {
    const own = judged.filter(({ item }) => item.kind === kind)
    const falseAlarms = alarms.filter((event) => event.kind === kind).length
    const widths = own.flatMap(({ tightness }) => tightness ?? [])
    return [
      {
        kind,
        expected: own.length,
        visible: own.filter(({ item }) => item.seen !== null).length,
        found: own.filter(({ event }) => event !== null).length,
        falseAlarms,
        contained: own.filter(({ contained }) => contained === true).length,
        causes: counted(own.map(({ cause }) => cause)),
        severities: counted(own.map(({ severity }) => severity)),
        tightness: widths.length > 0 ? widths.reduce((sum, w) => sum + w, 0) / widths.length : null,
      },
    ]
  })
  const broken = scores.flatMap((score) =>
    score.broken.map(({ rule, event }) => {
      const what =
        rule === 'adverse' ? 'nothing adverse' : `no ${rule.event ?? rule.cause}${rule.alone ? ' of its own' : ''}`
      return `${score.scenario} wants ${what}: ${event.kind} ${event.scope} ${event.subject}`
    }),
  )
  const [named, asked] = counted(judged.map(({ owner }) => owner))
  const owners = { ...sumOfOwners(scores.map(({ roots }) => roots)), named, asked }
  return { everySeconds, kinds, failovers: failoversOf(judged), owners, broken }
}

function failoversOf(judged: readonly ScoredTrueEvent[]): IntervalReport['failovers'] {
  const held = judged.filter(({ contradictions }) => contradictions !== null)
  const recorded = held.flatMap(({ event }) => event?.failover ?? [])
  const verdicts = Map.groupBy(
    recorded.flatMap(({ expectations }) => expectations),
    ({ class: name, verdict }) => `${name} ${verdict}`,
  )
  return {
    held: held.length,
    contained: held.filter(({ contradictions }) => contradictions?.length === 0).length,
    dataPlane: recorded.filter(({ dataPlane }) => dataPlane !== null).length,
    verdicts: Object.fromEntries([...verdicts].map(([name, all]) => [name, all.length])),
  }
}

/** Formats one sentence about the recorded failovers. */
export function formatFailoverSummarySentence({
  failovers: { held, contained, dataPlane, verdicts },
}: IntervalReport): string {
  const counts = Object.entries(verdicts).map(([name, n]) => `${name.replaceAll('_', ' ')} ${n}`)
  return `Failovers from circuit to circuit: ${held}, all marks and lengths of ${contained} contain the truth and no verdict contradicts it; the data plane's length is known of ${dataPlane}. Verdicts: ${counts.toSorted().join(', ')}.`
}

function counted(all: readonly (boolean | null)[]): [number, number] {
  return [all.filter((one) => one === true).length, all.filter((one) => one !== null).length]
}

/** Formats one sentence about root events without an owner. */
export function formatOwnerlessEventsSentence({ owners: { roots, unknown, named, asked } }: IntervalReport): string {
  const share = roots === 0 ? 0 : Math.round((100 * unknown) / roots)
  return `Owners: ${unknown} of ${roots} root events have none (${share} %); of those that scenarios expect ${named} of ${asked} are named so.`
}

/** Formats a row of a table in Markdown. */
export const formatTableRow = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`

const SUMMARY = ['Polled every', 'Operations of', 'Happened', 'Visible', 'Found', 'False alarms', 'Contained']

/** The first two lines of the table over all intervals. */
export const SUMMARY_TABLE_HEADER_LINES = [SUMMARY, SUMMARY.map(() => '---')].map(formatTableRow)

/**
 * Formats the row of that table for all kinds at an interval.
 * @param operations duration of the operations, as text
 */
export function formatSummaryTableRow({ everySeconds, kinds }: IntervalReport, operations: string): string {
  const sum = (count: (row: KindRow) => number) => kinds.reduce((all, row) => all + count(row), 0)
  const counts = [
    sum((row) => row.expected),
    sum((row) => row.visible),
    sum((row) => row.found),
    sum((row) => row.falseAlarms),
    sum((row) => row.contained),
  ]
  return formatTableRow([`${everySeconds} s`, operations, ...counts])
}

/** Formats the totals over all kinds. */
export function formatEventKindTotals({ kinds }: IntervalReport): string {
  const sum = (count: (row: KindRow) => number) => kinds.reduce((all, row) => all + count(row), 0)
  const [visible, found, contained] = [sum((r) => r.visible), sum((r) => r.found), sum((r) => r.contained)]
  return `${visible} visible, ${found} found, ${sum((r) => r.falseAlarms)} false alarms, ${contained} contained`
}

/** Formats the report as a table in Markdown, which is also readable as text. */
export function formatReportTable({ kinds }: IntervalReport): string {
  const head = [
    'Kind',
    'Happened',
    'Visible',
    'Found',
    'Recall',
    'False alarms',
    'Contained',
    'Width',
    'Severity',
    'Cause',
  ]
  const share = (part: number, whole: number) => (whole === 0 ? '-' : (part / whole).toFixed(2))
  const outOf = ([right, asked]: [number, number]) => (asked === 0 ? '-' : `${right}/${asked}`)
  const rows = kinds.map((row) => [
    row.kind,
    row.expected,
    row.visible,
    row.found,
    share(row.found, row.visible),
    row.falseAlarms,
    share(row.contained, row.found),
    row.tightness === null ? '-' : row.tightness.toFixed(2),
    outOf(row.severities),
    outOf(row.causes),
  ])
  return [head, head.map(() => '---'), ...rows].map(formatTableRow).join('\n')
}
