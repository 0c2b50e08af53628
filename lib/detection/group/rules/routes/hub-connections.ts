import { hubConnectionIn } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../../model/signal.ts'
import { end } from '../../../model/condition.ts'
import { type FoldContext, openEvent, scopeOf } from '../../../model/context.ts'
import { boundsOfChanges } from '../../../model/route.ts'
import type { Emptied } from '../../../model/route-memory.ts'
import { putRouteEvent } from './route-event.ts'

/**
 * hub_connection_emptied: a connection of a Virtual WAN hub brought prefixes and brings none any more. Azure reports no session of a hub, so
 * that nothing speaks for or against a table without any row: it is believed when the next sample shows it, too. It ends with the first
 * prefix that is back (docs/rules/events.md, gateways).
 */
export function hubConnections(context: FoldContext, signals: readonly Signal[]): void {
  const { mark } = context
  const connection = hubConnectionIn(mark.subresource)
  if (mark.kind !== 'learned' || mark.outcome !== 'ok' || connection === null) return
  const { emptied } = scopeOf(context, mark.scope)
  const reported = signals.find(
    (signal): signal is RoutesSignal => signal.type === 'routes' && signal.kind === 'learned',
  )
  if (!reported) {
    const known = emptied[mark.subresource]
    // a poll that is folded again is no second sample
    if (!known || mark.startedAt <= known.proof.startedAt) return
    delete emptied[mark.subresource]
    raise(context, connection, known)
    return
  }
  delete emptied[mark.subresource]
  const between = boundsOfChanges(reported.changes)
  if (Object.values(reported.sizes).some((size) => size > 0)) {
    const open = openEvent(context, 'hub_connection_emptied', mark.scope, connection)
    if (open) end(open, between)
    return
  }
  if (mark.previousOkAt === null) return
  const { startedAt, finishedAt, previousOkAt } = mark
  emptied[mark.subresource] = {
    proof: { startedAt, finishedAt, previousOkAt },
    started: between,
    prefixes: reported.changes.map(({ prefix }) => prefix).slice(0, KEPT),
  }
}

/** Prefixes that an event keeps; the history of routes has all. */
const KEPT = 200

function raise(context: FoldContext, connection: string, { proof, started, prefixes }: Emptied): void {
  putRouteEvent(context, {
    kind: 'hub_connection_emptied',
    scope: context.mark.scope,
    subject: connection,
    severity: 'major',
    started,
    prefixes,
    peers: [connection],
    proof,
    evidence: [
      {
        field: 'prefixes of the connection',
        before: prefixes.length,
        after: 0,
        sampledBefore: proof.previousOkAt === null ? null : { earliest: proof.previousOkAt, latest: proof.startedAt },
        sampledAfter: { earliest: proof.startedAt, latest: proof.finishedAt },
      },
    ],
  })
}
