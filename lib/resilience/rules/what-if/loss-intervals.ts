import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'

/** An announced window, and what it takes away. */
interface AnnouncedLoss {
  id: string
  from: EpochMs
  to: EpochMs
  /** terms of a what-if, of `lose` and of `change`; null = what it takes away is not known */
  takes: readonly string[] | null
}

/** A time in which the same windows are open. */
interface OpenWindows {
  from: EpochMs
  to: EpochMs
  /** ids, sorted */
  windows: string[]
}

/**
 * The times in which at least one window is open, cut wherever one begins or ends, in order. A window holds its begin and not its end: one without
 * length, or whose end is before its begin, opens nothing.
 * @param within times outside are cut off
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

/** An interval with what is lost in it. */
export interface LossInterval<Consequence> extends OpenWindows {
  /** what all of its windows take together; empty = nothing that is known */
  takes: string[]
  /** of its windows those of which it is not known what they take */
  unknown: string[]
  /** null = nothing that is known is taken */
  consequence: Consequence | null
}

/**
 * The intervals of windows with what each costs. What is taken together is asked once, however often it is taken.
 * @param whatIf what becomes of everything if these are lost together; terms are sorted, each once
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

/** The hour of the week of a moment, 0 to 167, by UTC. */
const hourOfWeek = (at: EpochMs) => Math.floor(at / HOUR) % HOURS_OF_WEEK

/** Whether a moment of the past stands at an hour of its weekday (UTC) that an interval has too. */
export function atTheseHours({ from, to }: Pick<OpenWindows, 'from' | 'to'>): (at: EpochMs) => boolean {
  const first = Math.floor(from / HOUR)
  const hours = Math.ceil(to / HOUR) - first
  if (hours >= HOURS_OF_WEEK) return () => true
  const own = new Set(Array.from({ length: hours }, (_, n) => (first + n) % HOURS_OF_WEEK))
  return (at) => own.has(hourOfWeek(at))
}
