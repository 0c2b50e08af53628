import { type DetectedEvent, type EpochMs, eventKindRecords, momentKinds, type PollKind } from '#lib/contract/index.ts'
import type { GatewayNode } from '#lib/detection/index.ts'

const close: readonly PollKind[] = momentKinds

/** Scopes of events that this poll proved first, that are still open, and whose bounds faster polls make narrower. */
export function adverseScopes(events: readonly DetectedEvent[], provedAt: EpochMs): Set<string> {
  return new Set(
    events
      .filter(
        ({ kind, ended, detectedAt }) => eventKindRecords[kind].burst && ended === null && detectedAt === provedAt,
      )
      .map(({ scope }) => scope),
  )
}

/** The scopes themselves first, then what stands at the other end: a circuit's gateways, a gateway's circuits. */
export function affectedScopes(
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

/** The polls to make faster, the most wanted first: nearest scope, then most relevant kind. */
export function pollsToBurst<Poll extends Pollable>(polls: readonly Poll[], scopes: readonly string[]): Poll[] {
  const nearness = (poll: Poll) => scopes.indexOf(poll.scope) * close.length + close.indexOf(poll.kind)
  return polls
    .filter(({ scope, kind }) => scopes.includes(scope) && close.includes(kind))
    .toSorted((a, b) => nearness(a) - nearness(b))
}
