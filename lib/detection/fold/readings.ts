import type { ActivityRow, CircuitPath, Observation } from '#lib/contract/index.ts'

/** One session's row, as far as the change log does not hold it. */
export interface SessionReading {
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  prefixes: number | null
  messagesReceived: string | null
  /** to know a cached answer again; null = not told */
  ageMs: number | null
}

export interface CounterReading {
  path: CircuitPath | null
  bytesIn: string | null
  bytesOut: string | null
}

/**
 * What a good poll read beside its changes: counters, counts and the rows that stayed as they were. History keeps all of it
 * but message counters, so that a replay can make the same again.
 */
export interface Readings {
  sessions?: SessionReading[]
  counters?: CounterReading[]
  arp?: { interface: string; macAddress: string | null }[]
  /** rows by `instance|peer` */
  tableSizes?: Record<string, number>
  activity?: ActivityRow[]
}

/**
 * The readings of one poll; empty unless its outcome is `ok` or `incomplete`.
 * @param localAddress the MSEE's address in a session with a neighbor, which its summary does not tell
 */
export function readingsOf(observation: Observation, localAddress: (neighbor: string) => string): Readings {
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return {}
  switch (observation.kind) {
    case 'peers':
      return {
        sessions: observation.rows.map((row) => ({
          localAddress: row.localAddress,
          neighbor: row.neighbor,
          asn: row.asn,
          established: row.state === 'established',
          prefixes: row.state === 'established' ? row.routesReceived : null,
          messagesReceived: row.messagesReceived?.toString() ?? null,
          ageMs: row.connectedDurationMs,
        })),
      }
    case 'summary':
      return {
        sessions: observation.rows.map((row) => ({
          localAddress: localAddress(row.neighbor),
          neighbor: row.neighbor,
          asn: row.asn,
          established: row.state === 'established',
          prefixes: row.prefixesReceived,
          messagesReceived: null,
          ageMs: row.upDown?.ms ?? null,
        })),
      }
    case 'arp':
      return { arp: observation.rows }
    case 'stats':
      return {
        counters: observation.rows.map(({ path, bytesIn, bytesOut }) => ({
          path,
          bytesIn: bytesIn?.toString() ?? null,
          bytesOut: bytesOut?.toString() ?? null,
        })),
      }
    case 'learned':
    case 'tables':
      return { tableSizes: sizesOf(observation.rows) }
    case 'activity':
      return { activity: observation.rows }
    default:
      return {}
  }
}

function sizesOf(
  rows: readonly { instance: string | null; peer: string | null; prefix: string }[],
): Record<string, number> {
  const tables = new Map<string, Set<string>>()
  for (const { instance, peer, prefix } of rows) {
    const key = tableKey(instance, peer)
    const prefixes = tables.get(key)
    if (prefixes) prefixes.add(prefix)
    else tables.set(key, new Set([prefix]))
  }
  return Object.fromEntries([...tables].map(([key, prefixes]) => [key, prefixes.size]))
}

export const tableKey = (instance: string | null, peer: string | null) => `${instance ?? ''}|${peer ?? ''}`
