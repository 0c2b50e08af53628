/** Happenings of the built-in estate that repeat while the product runs. */
import { parseDuration, parseScenarioTime } from '../duration.ts'
import type { HappeningInput } from '../happening.ts'

/**
 * A time in which the product ran, epoch milliseconds. The rounds of happenings restart with each run, so that each
 * start of the demo has its first cut half a minute later. The rounds of earlier runs keep their times, because
 * counters have already shown them.
 */
export interface LiveRun {
  readonly from: number
  /** last moment of the run that was recorded; undefined = the run continues */
  readonly until?: number
}

const ROUND = '24m'

/** Happenings of one round, which repeat from half a minute after the start of a run, with quiet times in between. */
const round: readonly HappeningInput[] = [
  {
    id: 'live-cut',
    op: 'cut-path',
    circuit: 'erc-london',
    path: 'primary',
    detection: '8s',
    arpAfter: '5s',
    at: '+30s',
    for: '3m',
    every: ROUND,
  },
  {
    id: 'live-session',
    op: 'session-loss',
    gateway: 'ergw-hub',
    instance: '10.0.4.13',
    neighbor: '10.0.4.6',
    at: '+7m',
    for: '45s',
    every: ROUND,
  },
  {
    id: 'live-flap',
    note: 'Shorter than the demo polls.',
    op: 'session-loss',
    gateway: 'ergw-hub',
    instance: '10.0.4.12',
    neighbor: '10.0.4.5',
    at: '+11m',
    for: '2s',
    every: ROUND,
  },
  {
    id: 'live-withdraw',
    op: 'withdraw',
    circuit: 'erc-amsterdam',
    site: 'dc-manchester',
    at: '+14m',
    for: '1m30s',
    every: ROUND,
  },
  {
    id: 'live-drain',
    op: 'prepend',
    circuit: 'erc-amsterdam',
    path: 'secondary',
    asn: 12076,
    count: 8,
    at: '+18m',
    for: '2m',
    every: ROUND,
  },
  {
    id: 'live-burst',
    note: 'Azure drops what is beyond the bandwidth.',
    op: 'qos-drop',
    circuit: 'erc-johannesburg',
    mbps: 31,
    at: '+20m',
    for: '3m',
    every: ROUND,
  },
]

/** Returns the rounds of all runs. Without runs, the rounds begin at the origin and never end. */
export function createHappeningsOfProductRuns(runs: readonly LiveRun[]): HappeningInput[] {
  if (runs.length === 0) return [...round]
  return runs.flatMap(({ from, until }, n) =>
    round.flatMap((happening): HappeningInput[] => {
      const at = parseScenarioTime(happening.at, from) ?? from
      const moved = { ...happening, at: new Date(at).toISOString() }
      if (until === undefined) return [moved]
      const times = Math.ceil((until - at) / (parseDuration(ROUND) ?? 1))
      return times > 0 ? [{ ...moved, id: `${happening.id}@${n + 1}`, times }] : []
    }),
  )
}
