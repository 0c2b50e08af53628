import {
  type DetectedEvent,
  type EpochMs,
  eventKindRecords,
  currentStatePollKinds,
  type PollKind,
} from '#lib/contract/index.ts'
import type { GatewayNode } from '#lib/detection/index.ts'

const close: readonly PollKind[] = currentStatePollKinds

/**
 * Returns the scopes of open events that a poll was the first to show. Includes only those kinds of events whose times
 * become more exact with faster polls.
 * @param provedAt time of the first poll that shows an event; only events with this time are included
 */
export function findResourcesToBurst(events: readonly DetectedEvent[], provedAt: EpochMs): Set<string> {
  return new Set(
    events
      .filter(
        ({ kind, ended, detectedAt }) => eventKindRecords[kind].burst && ended === null && detectedAt === provedAt,
      )
      .map(({ scope }) => scope),
  )
}

/**
 * Returns the given scopes, followed by the scopes connected to them: the gateways of a circuit, or the circuits of a
 * gateway.
 */
export function addConnectedResources(
  scopes: ReadonlySet<string>,
  { gateways }: { gateways: readonly Pick<GatewayNode, 'scope' | 'circuits'>[] },
): string[] {
  const others = gateways.flatMap(({ scope, circuits }) => {
    const isAbout = scopes.has(scope) || circuits.some((circuit) => scopes.has(circuit))
    return isAbout ? [scope, ...(scopes.has(scope) ? circuits : [])] : []
  })
  return [...new Set([...scopes, ...others])]
}

interface Pollable {
  sourceId: number
  scope: string
  kind: PollKind
}

/** Returns the polls that should become faster, sorted by importance: first by the order of `scopes`, then by kind. */
export function selectPollsToBurst<Poll extends Pollable>(polls: readonly Poll[], scopes: readonly string[]): Poll[] {
  const nearness = (poll: Poll) => scopes.indexOf(poll.scope) * close.length + close.indexOf(poll.kind)
  return polls
    .filter(({ scope, kind }) => scopes.includes(scope) && close.includes(kind))
    .toSorted((a, b) => nearness(a) - nearness(b))
}
