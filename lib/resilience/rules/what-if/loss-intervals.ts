import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'

/** An announced maintenance window, with the resources that it takes down. */
interface AnnouncedLoss {
  id: string
  from: EpochMs
  to: EpochMs
  /** what-if terms of the resources that the window takes down; null = unknown */
  takes: readonly string[] | null
}

/** A time in which the same windows are open. */
interface OpenWindows {
  from: EpochMs
  to: EpochMs
  /** sorted IDs of the open windows */
  windows: string[]
}

/**
 * Returns the times in which at least one window is open, in order, divided at each begin and end of a window. A window
 * includes its begin and excludes its end. A window without a positive length is ignored.
 * @param within range of the result; parts of windows outside are cut off
 */
export function openWindows(
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

/** A time in which the same maintenance windows are open, with the losses in this time. */
export interface LossInterval<Consequence> extends OpenWindows {
  /** what-if terms of the resources that the interval's windows take down together; empty = no known resource */
  takes: string[]
  /** IDs of the interval's windows whose effect is unknown */
  unknown: string[]
  /** effect of losing these resources together; null = no known resource is taken down */
  consequence: Consequence | null
}

/**
 * Returns the times in which windows are open, with the effect of each. Each distinct set of losses is computed only
 * once.
 * @param whatIf computes the effect of losing these resources together; terms are sorted and distinct
 */
export async function lossIntervals<Consequence>(
  windows: readonly AnnouncedLoss[],
  within: { from: EpochMs; to: EpochMs },
  whatIf: (takes: readonly string[]) => Promise<Consequence>,
): Promise<LossInterval<Consequence>[]> {
  const takenBy = new Map(windows.map(({ id, takes }) => [id, takes]))
  const asked = new Map<string, Promise<Consequence>>()
  const found: LossInterval<Consequence>[] = []
  for (const open of openWindows(windows, within)) {
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

/** Returns the hour of the week (UTC) of a moment, 0 to 167. */
const hourOfWeek = (at: EpochMs) => Math.floor(at / HOUR) % HOURS_OF_WEEK

/** Returns a test whether a past moment is at an hour of the week (UTC) that an interval contains. */
export function atTheseHours({ from, to }: Pick<OpenWindows, 'from' | 'to'>): (at: EpochMs) => boolean {
  const first = Math.floor(from / HOUR)
  const hours = Math.ceil(to / HOUR) - first
  if (hours >= HOURS_OF_WEEK) return () => true
  const own = new Set(Array.from({ length: hours }, (_, n) => (first + n) % HOURS_OF_WEEK))
  return (at) => own.has(hourOfWeek(at))
}
