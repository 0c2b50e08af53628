import type { RecordedNetworkEvent } from './audit.ts'

/** Kinds of events that must have ended when everything is up and all sources are polled. */
const LOSSES = new Set([
  'session_down',
  'path_down',
  'circuit_down',
  'redundancy_lost',
  'peer_lost',
  'gateway_instance_lost',
  'gateway_isolated',
  'collector_error',
])

export function findLossEventsWithoutEnd(events: readonly RecordedNetworkEvent[]): string[] {
  return events
    .filter(({ kind, ended }) => ended === null && LOSSES.has(kind))
    .map(({ kind, scopeName, subject }) => `${kind} ${scopeName} ${subject} goes on`)
}
