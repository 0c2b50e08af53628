import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'

/** An announced maintenance window and the resources that are down in it. */
interface AnnouncedLoss {
  id: string
  from: EpochMs
  to: EpochMs
  /** Terms of a what-if for the resources that are down; null = unknown. */
  takes: readonly string[] | null
}

/** An interval of time in which the same maintenance windows are open. */
interface OpenWindows {
  from: EpochMs
  to: EpochMs
  /** Ids of the open windows, sorted. */
  windows: string[]
}

/**
 * Returns the intervals in which at least one window is open, in order of time. A new interval begins whenever a window
 * begins or ends. The end of a window is exclusive. A window whose begin and end are equal is ignored.
 * @param within range of time to which the result is limited
 */
export function computeOpenWindowIntervals(
  windows: readonly Pick<AnnouncedLoss, 'id' | 'from' | 'to'>[],
  within: { from: EpochMs; to: EpochMs },
): OpenWindows[] {
  const edges = new Map<EpochMs, { opened: string[]; closed: string[] }>()
  const edgeAt = (at: EpochMs) => {
    const known = edges.get(at) ?? { opened: [], closed: [] }
    edges.set(at, known)
    return known
  }
  for (const { id, ...window } of windows) {
    const from = Math.max(window.from, within.from)
    const to = Math.min(window.to, within.to)
    if (!(from < to)) continue
    edgeAt(from).opened.push(id)
    edgeAt(to).closed.push(id)
  }
  const open = new Set<string>()
  const found: OpenWindows[] = []
  let since: EpochMs | null = null
  for (const [at, { opened, closed }] of [...edges].toSorted(([a], [b]) => a - b)) {
    if (since !== null && open.size > 0) found.push({ from: since, to: at, windows: [...open].toSorted() })
    for (const id of closed) open.delete(id)
    for (const id of opened) open.add(id)
    since = at
  }
  return found
}

/** An interval in which the same maintenance windows are open, with the resources that are down and the effect. */
export interface LossInterval<Consequence> extends OpenWindows {
  /** terms of a what-if for all resources that are down in the interval; empty = no resource is known to be down */
  takes: string[]
  /** ids of the open windows for which it is unknown which resources are down */
  unknown: string[]
  /** Effect of losing these resources together; null = no lost resource is known. */
  consequence: Consequence | null
}

/**
 * Returns the intervals in which windows are open, with the effect of each interval. If the same resources are down in
 * several intervals, the effect is computed only once.
 * @param whatIf computes the effect of losing these resources at the same time; the terms are sorted
 */
export async function computeLossIntervals<Consequence>(
  windows: readonly AnnouncedLoss[],
  within: { from: EpochMs; to: EpochMs },
  whatIf: (takes: readonly string[]) => Promise<Consequence>,
): Promise<LossInterval<Consequence>[]> {
  const takenBy = new Map(windows.map(({ id, takes }) => [id, takes]))
  const asked = new Map<string, Promise<Consequence>>()
  const found: LossInterval<Consequence>[] = []
  for (const open of computeOpenWindowIntervals(windows, within)) {
    const takes = [...new Set(open.windows.flatMap((id) => takenBy.get(id) ?? []))].toSorted()
    const unknown = open.windows.filter((id) => takenBy.get(id) === null)
    const key = JSON.stringify(takes)
    const answer = takes.length === 0 ? null : (asked.get(key) ?? whatIf(takes))
    if (answer) asked.set(key, answer)
    found.push({ ...open, takes, unknown, consequence: await answer })
  }
  return found
}

const HOURS_OF_WEEK = 168

/** Returns the hour of the week of a moment in UTC, 0 to 167; 0 = Thursday 00:00. */
const hourOfWeek = (at: EpochMs) => Math.floor(at / MS_PER_HOUR) % HOURS_OF_WEEK

/**
 * Returns a function that reports whether a moment is in one of the hours of the week that an interval touches, in UTC.
 */
export function createHourOfWeekTest({ from, to }: Pick<OpenWindows, 'from' | 'to'>): (at: EpochMs) => boolean {
  const first = Math.floor(from / MS_PER_HOUR)
  const hours = Math.ceil(to / MS_PER_HOUR) - first
  if (hours >= HOURS_OF_WEEK) return () => true
  const own = new Set(Array.from({ length: hours }, (_, n) => (first + n) % HOURS_OF_WEEK))
  return (at) => own.has(hourOfWeek(at))
}
