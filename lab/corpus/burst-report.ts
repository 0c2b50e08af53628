/** Report on bounds that become narrower if Peerwatch polls faster after a first adverse sample. */
import type { TimestampBounds, DurationBounds } from '#lib/contract/index.ts'
import { formatTableRow } from './report.ts'
import type { DetectableEventKind } from './scenario.ts'
import type { ScoredTrueEvent, ScenarioScore } from './score.ts'

/** A width in milliseconds, with polls at the usual interval and with bursts. */
type Pair = readonly [usual: number, bursting: number]

export interface PollBurstReportRow {
  kind: DetectableEventKind | 'control plane' | 'data plane'
  /** number of events that were found in both runs */
  compared: number
  begins: Pair[]
  ends: Pair[]
}

/**
 * Returns a row for each kind of event, and for the two durations of a failover. Rows in which bursts changed no width
 * are left out.
 */
export function createPollBurstReportRows(
  usual: readonly ScenarioScore[],
  bursting: readonly ScenarioScore[],
): PollBurstReportRow[] {
  const pairs = usual.flatMap((score, n) => pairsOf(score.judged, bursting[n]?.judged ?? []))
  const kinds = [...Map.groupBy(pairs, ([{ item }]) => item.kind)].map(([kind, own]): PollBurstReportRow => {
    const of = (part: 'started' | 'ended') =>
      own.flatMap(([one, other]) => both(widthOf(one.event?.[part]), widthOf(other.event?.[part])))
    return { kind, compared: own.length, begins: of('started'), ends: of('ended') }
  })
  const lengths = (['controlPlane', 'dataPlane'] as const).map((part): PollBurstReportRow => {
    const own = pairs.flatMap(([one, other]) =>
      both(lengthOf(one.event?.failover?.[part]), lengthOf(other.event?.failover?.[part])),
    )
    return {
      kind: part === 'controlPlane' ? 'control plane' : 'data plane',
      compared: own.length,
      begins: own,
      ends: [],
    }
  })
  const isChanged = ([a, b]: Pair) => a !== b
  return [...kinds, ...lengths].filter(({ begins, ends }) => begins.some(isChanged) || ends.some(isChanged))
}

/** Returns pairs of the two runs' results for the same fact. */
function pairsOf(
  usual: readonly ScoredTrueEvent[],
  bursting: readonly ScoredTrueEvent[],
): [ScoredTrueEvent, ScoredTrueEvent][] {
  const key = ({ item }: ScoredTrueEvent) => `${item.kind} ${item.subject} ${item.at}`
  const byKey = Map.groupBy(
    bursting.filter(({ event }) => event !== null),
    key,
  )
  return usual
    .filter(({ event }) => event !== null)
    .flatMap((one): [ScoredTrueEvent, ScoredTrueEvent][] => {
      const other = byKey.get(key(one))?.shift()
      return other ? [[one, other]] : []
    })
}

const widthOf = (bounds: TimestampBounds | null | undefined) => (bounds ? bounds.latest - bounds.earliest : null)
const lengthOf = (length: DurationBounds | null | undefined) => (length ? length.maxMs - length.minMs : null)
const both = (a: number | null, b: number | null): Pair[] => (a === null || b === null ? [] : [[a, b]])

/** Formats the rows as a table in Markdown, with mean widths in seconds. */
export function formatPollBurstReportTable(rows: readonly PollBurstReportRow[]): string {
  const head = ['', 'Compared', 'Begin or length', 'With bursts', 'End', 'With bursts']
  const mean = (pairs: readonly Pair[], side: 0 | 1) =>
    pairs.length === 0 ? '-' : (pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length / 1_000).toFixed(1)
  const cells = rows.map(({ kind, compared, begins, ends }) => [
    kind,
    compared,
    mean(begins, 0),
    mean(begins, 1),
    mean(ends, 0),
    mean(ends, 1),
  ])
  return [head, head.map(() => '---'), ...cells].map(formatTableRow).join('\n')
}
