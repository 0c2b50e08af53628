/** Results of a day of polling, as figures and as a Markdown table. */
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { CircuitsPerSubscription } from './estate.ts'
import type { DayResult } from './day.ts'
import { type VirtualDayPoll, isPollIntervalLate } from './day-poll.ts'
import { interpolateSortedQuantile } from './numbers.ts'

/**
 * Figures of all polls of one kind on resources with the same number of polls. A circuit with one peering has 6 polls,
 * and a circuit with two peerings has 12.
 */
export interface GroupFigures {
  name: string
  sources: number
  configuredSeconds: number
  /** planned interval at the end of the run */
  plannedSeconds: { p50: number; most: number }
  /** time between the starts of consecutive polls, over all sources */
  observedSeconds: { p50: number; p95: number }
  /**
   * Interval divided by the planned interval. Each source has a median (`ratioOfMedian`) and a p95 (`ratioOfP95`) of
   * its intervals; `p50` and `p95` are taken over the sources.
   */
  ratioOfMedian: { p50: number; p95: number }
  ratioOfP95: { p50: number; p95: number }
  /** share of all intervals that were more than a tenth longer than planned */
  lateShare: number
  /**
   * share of late intervals without those that a single long operation explains, which took at least the interval of
   * the resource's session polls
   */
  lateOtherwiseShare: number
  /** p95 of that share over the sources */
  lateOtherwiseWorst: number
  floorSeconds: number
}

export interface CellFigures {
  circuits: number
  layout: CircuitsPerSubscription
  workers: number
  hours: number
  groups: GroupFigures[]
  pollsPerSecond: number
  /** number of failed polls, by outcome and by the budget or code that refused */
  lost: Record<string, number>
  lostShare: number
  cutToEventSeconds: { p50: number; p95: number; cuts: number; unseen: number }
  /** mean and maximum use of each budget per subscription in five minutes, as a share of the sustained limit */
  budgets: Record<string, { mean: number; most: number }>
  planner: { cpuMsEach: number; runs: number; changedIntervals: number; bursts: number }
  /** CPU time of this run */
  cpuSeconds: number
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

function groupName({ kind, resource }: VirtualDayPoll): string {
  const isOfCircuit = kind === 'summary' || kind === 'arp' || kind === 'tables'
  if (!isOfCircuit) return kind
  return `${kind}, ${resource && resource.entries.length > 6 ? 'two peerings' : 'one peering'}`
}

function figuresOf(name: string, polls: readonly VirtualDayPoll[]): GroupFigures | null {
  const made = polls.filter(({ ratios }) => ratios.length > 0)
  if (made.length === 0) return null
  const of = (share: number) => sorted(made.map(({ ratios }) => interpolateSortedQuantile(sorted(ratios), share)))
  const [medians, p95s] = [of(0.5), of(0.95)]
  const planned = sorted(polls.map(({ everySeconds }) => everySeconds))
  const gaps = sorted(made.flatMap((poll) => poll.gaps))
  const late = made.map(({ ratios }) => ratios.filter(isPollIntervalLate).length)
  const otherwise = made.map(({ lateForLongOperation }, i) => (late[i] ?? 0) - lateForLongOperation)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
  return {
    name,
    sources: polls.length,
    configuredSeconds: polls[0]?.configuredSeconds ?? 0,
    plannedSeconds: { p50: interpolateSortedQuantile(planned, 0.5), most: interpolateSortedQuantile(planned, 1) },
    observedSeconds: { p50: interpolateSortedQuantile(gaps, 0.5), p95: interpolateSortedQuantile(gaps, 0.95) },
    ratioOfMedian: { p50: interpolateSortedQuantile(medians, 0.5), p95: interpolateSortedQuantile(medians, 0.95) },
    ratioOfP95: { p50: interpolateSortedQuantile(p95s, 0.5), p95: interpolateSortedQuantile(p95s, 0.95) },
    lateShare: sum(late) / gaps.length,
    lateOtherwiseShare: sum(otherwise) / gaps.length,
    lateOtherwiseWorst: interpolateSortedQuantile(
      sorted(made.map(({ ratios }, i) => (otherwise[i] ?? 0) / ratios.length)),
      0.95,
    ),
    floorSeconds: interpolateSortedQuantile(
      sorted(polls.map(({ everySeconds, load }) => everySeconds + (load.run?.p95 ?? 0))),
      0.5,
    ),
  }
}

/** Sustained limit of each budget, in requests per five minutes. */
const ALLOWED: Readonly<Record<string, number>> = {
  'arm.reads': 25 * 300,
  'arm.writes': 10 * 300,
  'network.reads': 10_000,
  'network.writes': 1_000,
}

export function summarizeCell(
  about: Pick<CellFigures, 'circuits' | 'layout' | 'workers' | 'hours' | 'cpuSeconds'>,
  day: DayResult,
  isShown: (poll: VirtualDayPoll) => boolean,
  countsPosts: boolean,
): CellFigures {
  const groups = [...Map.groupBy(day.polls.filter(isShown), groupName)].flatMap(
    ([name, polls]) => figuresOf(name, polls) ?? [],
  )
  const all = [...day.outcomes.values()].reduce((sum, n) => sum + n, 0)
  const lost = [...day.outcomes].filter(([outcome]) => outcome !== 'ok')
  const seen = sorted(day.delays.flatMap((ms) => (ms === null ? [] : [ms / MS_PER_SECOND])))
  const names = ['arm.reads', 'arm.writes', 'network.reads', ...(countsPosts ? ['network.writes'] : [])]
  const budgets = names.map((name) => {
    const windows = [...day.azure.meter.windows(name, day.from)].map((n) => n / (ALLOWED[name] ?? 1))
    const mean = windows.reduce((sum, share) => sum + share, 0) / Math.max(1, windows.length)
    return [name, { mean, most: Math.max(0, ...windows) }] as const
  })
  const { runs, cpuMs, changedIntervals } = day.planner
  return {
    ...about,
    groups,
    pollsPerSecond: (all * MS_PER_SECOND) / (day.to - day.from),
    lost: Object.fromEntries(lost),
    lostShare: lost.reduce((sum, [, n]) => sum + n, 0) / Math.max(1, all),
    cutToEventSeconds: {
      p50: seen.length > 0 ? interpolateSortedQuantile(seen, 0.5) : 0,
      p95: seen.length > 0 ? interpolateSortedQuantile(seen, 0.95) : 0,
      cuts: day.delays.length,
      unseen: day.delays.length - seen.length,
    },
    budgets: Object.fromEntries(budgets),
    planner: { cpuMsEach: cpuMs / Math.max(1, runs), runs, changedIntervals, bursts: day.bursts },
  }
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
const fixed = (n: number, digits = 0) => n.toFixed(digits)
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** Formats the table with one row for each cell. */
export function formatCellTable(cells: readonly CellFigures[]): string {
  const head = [
    'circuits and gateways',
    'workers',
    'peers',
    'summary, one peering',
    'summary, two',
    'ARP, one; two',
    'polls lost',
    'cut to event',
    'ARM reads, writes',
    'network reads',
    'intervals changed',
  ]
  const rows = cells.map((cell) => {
    const every = (name: string) => {
      const own = cell.groups.find((group) => group.name === name)
      return own
        ? `${fixed(own.plannedSeconds.p50)}: ${fixed(own.observedSeconds.p50)}, ${fixed(own.observedSeconds.p95)}`
        : '-'
    }
    const used = (name: string) => {
      const { mean = 0, most = 0 } = cell.budgets[name] ?? {}
      return `${percent(mean)} (${percent(most)})`
    }
    return [
      `${cell.circuits}, ${cell.layout === 'one' ? 'one subscription' : 'ten each'}`,
      String(cell.workers),
      every('peers'),
      every('summary, one peering'),
      every('summary, two peerings'),
      `${every('arp, one peering')}; ${every('arp, two peerings')}`,
      percent(cell.lostShare),
      `${fixed(cell.cutToEventSeconds.p50)}, ${fixed(cell.cutToEventSeconds.p95)} s`,
      `${used('arm.reads')}, ${used('arm.writes')}`,
      used('network.reads'),
      fixed(cell.planner.changedIntervals),
    ]
  })
  return [head, head.map(() => '---'), ...rows].map(row).join('\n')
}

/** Formats the table of all groups of one cell. */
export function formatGroupTable({ groups }: CellFigures): string {
  const head = [
    'polls',
    'sources',
    'configured',
    'planned, longest',
    'observed p50, p95',
    'median over plan: p50, p95 of sources',
    'p95 over plan: p50, p95 of sources',
    'late by more than a tenth',
    'not for one long operation: of all, of the worst of twenty sources',
    'floor',
  ]
  const rows = groups.map((group) => [
    group.name,
    String(group.sources),
    `${group.configuredSeconds} s`,
    `${fixed(group.plannedSeconds.p50)}, ${fixed(group.plannedSeconds.most)} s`,
    `${fixed(group.observedSeconds.p50)}, ${fixed(group.observedSeconds.p95)} s`,
    `${fixed(group.ratioOfMedian.p50, 2)}, ${fixed(group.ratioOfMedian.p95, 2)}`,
    `${fixed(group.ratioOfP95.p50, 2)}, ${fixed(group.ratioOfP95.p95, 2)}`,
    `${fixed(100 * group.lateShare, 1)} %`,
    `${fixed(100 * group.lateOtherwiseShare, 1)}, ${fixed(100 * group.lateOtherwiseWorst, 1)} %`,
    `${fixed(group.floorSeconds)} s`,
  ])
  return [head, head.map(() => '---'), ...rows].map(row).join('\n')
}
