import type { PollObservation, PeerRow, SummaryRow } from '#lib/contract/index.ts'

/** Jitter of a session's age in milliseconds. A larger difference means a new session. */
const TOLERANCE_MS = 1_000

/**
 * Reports whether the second poll shows nothing new: rows and outcome are the same, ages have increased with time and
 * counters have grown. Both polls have the same source and kind.
 */
export function isSameReading(before: PollObservation, after: PollObservation): boolean {
  if (before.outcome !== after.outcome || before.error?.code !== after.error?.code) return false
  if (before.silentInstances.join() !== after.silentInstances.join()) return false
  return frame(before) === frame(after) && !isYounger(before, after) && !fell(before, after)
}

/** Returns as text the columns that are constant while nothing happens. */
function frame(observation: PollObservation): string {
  switch (observation.kind) {
    case 'peers':
      return JSON.stringify(
        observation.rows.map(({ connectedDurationMs: _age, messagesSent: _s, messagesReceived: _r, ...row }) => row),
      )
    case 'summary':
      return JSON.stringify(observation.rows.map(({ upDown: _age, ...row }) => row))
    case 'arp':
      return JSON.stringify(observation.rows.map(({ ageMinutes: _age, ...row }) => row))
    case 'stats':
      return String(observation.rows.length)
    case 'connection':
      return JSON.stringify(
        observation.rows.map(({ counters: _bytes, tunnels, ...row }) => ({
          ...row,
          tunnels: tunnels.map(({ name, status }) => ({ name, status })),
        })),
      )
    case 'activity':
      // the entries of the Activity log are always new, so that a poll with entries differs from every other poll
      return observation.rows.length === 0 ? '' : observation.correlationId
    default:
      return JSON.stringify(observation.rows)
  }
}

/**
 * Reports whether a session was established again between the polls, because its age is shorter than it would be
 * otherwise.
 */
function isYounger(before: PollObservation, after: PollObservation): boolean {
  if (after.kind === 'peers' && before.kind === 'peers') {
    const was = new Map(before.rows.map((row) => [key(row), row.connectedDurationMs]))
    const elapsed = after.startedAt - before.startedAt
    return after.rows.some((row) => {
      const age = was.get(key(row))
      return age != null && row.connectedDurationMs !== null && row.connectedDurationMs + TOLERANCE_MS < age + elapsed
    })
  }
  if (after.kind !== 'summary' || before.kind !== 'summary') return false
  const was = new Map(before.rows.map((row) => [row.neighbor, row.upDown]))
  return after.rows.some(({ neighbor, upDown }: SummaryRow) => {
    const age = was.get(neighbor)
    return isAge(age) && isAge(upDown) && upDown.ms < age.ms
  })
}

const isAge = (upDown: SummaryRow['upDown'] | undefined) => upDown !== null && typeof upDown === 'object'

const key = ({ localAddress, neighbor }: PeerRow) => `${localAddress}~${neighbor}`

function fell(before: PollObservation, after: PollObservation): boolean {
  const was = bytesOf(before)
  return bytesOf(after).some((now, i) => {
    const then = was[i] ?? null
    return now !== null && then !== null && now < then
  })
}

function bytesOf(observation: PollObservation): (bigint | null)[] {
  if (observation.kind === 'stats') return observation.rows.flatMap(({ bytesIn, bytesOut }) => [bytesIn, bytesOut])
  if (observation.kind !== 'connection') return []
  return observation.rows.flatMap(({ counters, tunnels }) =>
    [counters, ...tunnels].flatMap(({ bytesIn, bytesOut }) => [bytesIn, bytesOut]),
  )
}
