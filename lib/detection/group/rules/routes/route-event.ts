import { type Cause, type DetectedEvent, type Evidence, parseHubConnectionName } from '#lib/contract/index.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { createEvent } from '../../../model/create-event.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { ProvingPollTimes } from '../../../model/route-memory.ts'
import { isVirtualWanHubScope } from '../../../model/topology.ts'

/** Maximum number of prefixes shown in the evidence of an event; the route history contains all of them. */
const SHOWN_PREFIXES = 20

interface RouteFinding extends Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'severity' | 'started'> {
  prefixes: readonly string[]
  /**
   * neighbors that carried the prefixes before the event (`peers`) and after it (`peersAfter`); if `peersAfter` is
   * absent, `peers` are the neighbors that the event is about
   */
  peers: readonly string[]
  peersAfter?: readonly string[]
  /** neighbors whose own routes changed; absent = all of `peers` and `peersAfter`, without a distinction */
  changed?: readonly string[] | undefined
  flags?: readonly string[]
  evidence?: readonly Evidence[]
  /** causes of the event, if the rule determines them */
  causes?: readonly Cause[]
  proof?: ProvingPollTimes
  /** scope whose route table shows the event; absent = the polled one */
  table?: string
}

/** Stores an event that a rule about routes found, with the prefixes and neighbors that it concerns. */
export function putRouteEvent(context: DetectionContext, finding: RouteFinding): LiveEvent {
  const { kind, scope, subject, severity, started, prefixes, peers, peersAfter, flags = [], evidence = [] } = finding
  const { mark, topology } = context
  const { table = mark.scope } = finding
  const isOfHub =
    isVirtualWanHubScope(topology, table) || (table === mark.scope && parseHubConnectionName(mark.subresource) !== null)
  const event = createEvent(mark, {
    kind,
    severity,
    scope,
    subject,
    started,
    evidence: [...evidence, routeEvidence(finding.proof ?? mark, finding)],
    flags,
    causes: finding.causes ?? [],
  })
  return storeEventInScope(context, event, {
    confirm: null,
    prefixes: [...prefixes],
    peersBefore: [...peers],
    ...(isOfHub ? { table } : {}),
    ...(peersAfter ? { peersAfter: [...peersAfter] } : {}),
    ...(finding.changed ? { changed: [...finding.changed] } : {}),
  })
}

function routeEvidence(proof: ProvingPollTimes, { prefixes, peers, peersAfter }: RouteFinding): Evidence {
  const more = prefixes.length - SHOWN_PREFIXES
  const shown = prefixes.slice(0, SHOWN_PREFIXES).join(', ')
  return {
    field: more > 0 ? `routes: ${shown} and ${more} more` : `routes: ${shown}`,
    before: peersAfter ? peers.join(', ') : null,
    after: (peersAfter ?? peers).join(', '),
    sampledBefore: proof.previousOkAt === null ? null : { earliest: proof.previousOkAt, latest: proof.startedAt },
    sampledAfter: { earliest: proof.startedAt, latest: proof.finishedAt },
    prefixTotal: prefixes.length,
  }
}
