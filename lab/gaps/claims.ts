import { type Bounds, type DetectedEvent, type EventKind, kindsOfPolls } from '#lib/contract/index.ts'

/** Kinds that report one matter: which of them depends on how often it was polled. */
const SAME_MATTER: readonly ReadonlySet<EventKind>[] = [
  new Set<EventKind>(['session_down', 'session_flap', 'session_flapping']),
  new Set<EventKind>(['failover', 'best_path_shift', 'ecmp_reduced']),
]
/** About one of several of a kind: its subject is its name. */
const NAMED: ReadonlySet<EventKind> = new Set<EventKind>([
  'session_down',
  'session_flap',
  'session_flapping',
  'path_down',
  'peer_lost',
  'circuit_down',
  'redundancy_lost',
  'gateway_instance_lost',
  'green_but_dead',
])
/** Different reads of one fall differ by what a call takes. */
const SLACK_MS = 3_000

/**
 * What events rest on that were found beside polls that were late, refused or not made, and that complete answers do not bear out: an
 * adverse event that they do not raise, one that begins at another time, one that ends earlier.
 */
export function claimsOf(events: readonly DetectedEvent[], complete: readonly DetectedEvent[]): string[] {
  // what is a part of something else is nothing that is claimed by itself
  return events
    .filter((event) => isAdverse(event) && event.partOf === null)
    .flatMap((event) => {
      const same = complete.filter((one) => isSameMatter(one, event))
      if (same.length === 0) return [`complete answers raise none: ${worded(event)}`]
      const began = same.filter(({ started }) => meets(started, event.started))
      if (began.length === 0) return [`begins at another time: ${worded(event)}, truly ${same.map(worded).join('; ')}`]
      if (event.ended === null) return []
      const ends = same.flatMap(({ ended }) => ended ?? [])
      const { ended } = event
      const isTrue = ends.some((one) => meets(one, ended))
      return isTrue ? [] : [`ends at another time: ${worded(event)}, truly ${same.map(worded).join('; ')}`]
    })
}

const isAdverse = ({ kind, severity }: DetectedEvent) => severity !== 'info' && !kindsOfPolls.has(kind)

function isSameMatter(one: DetectedEvent, other: DetectedEvent): boolean {
  const isKind = one.kind === other.kind || SAME_MATTER.some((kinds) => kinds.has(one.kind) && kinds.has(other.kind))
  return isKind && one.scope === other.scope && (!NAMED.has(one.kind) || one.subject === other.subject)
}

const meets = (a: Bounds, b: Bounds) => a.earliest <= b.latest + SLACK_MS && b.earliest <= a.latest + SLACK_MS

function worded({ kind, scope, subject, severity, started, ended, detectedAt }: DetectedEvent): string {
  const until = ended ? bounds(ended) : 'goes on'
  return `${kind} ${scope} ${subject} (${severity}) ${bounds(started)} to ${until}, found ${clock(detectedAt)}`
}
const bounds = ({ earliest, latest }: Bounds) => `[${clock(earliest)}, ${clock(latest)}]`
const clock = (at: number) => new Date(at).toISOString().slice(11, 19)
