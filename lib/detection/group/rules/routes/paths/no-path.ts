import { type TimestampBounds, parseGatewayNeighbor } from '#lib/contract/index.ts'
import { closeEvent } from '../../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../../../model/context.ts'
import { getRouteEventResourceId } from '../../../../model/event-owner.ts'
import { findNeighborCarryingPath, parseNeighborsOfGatewayNeighbors } from '../../../../model/route.ts'
import type { ProvingPollTimes } from '../../../../model/route-memory.ts'
import type { LiveEvent, PendingPathShift } from '../../../../model/scope-state.ts'
import { type DeclaredSiteNode, getHubOfTable } from '../../../../model/topology.ts'
import { type EvaluatedSite, createLearnedSiteEvidence, getLearnedSiteFlags } from '../../sites/index.ts'
import { putRouteEvent } from '../route-event.ts'

/**
 * Flag of an outage of address ranges that belong to no declared or learned site. Such an outage is reported as part of
 * the events about the sessions or circuits that carried the ranges.
 */
export const UNDECLARED_RANGES_FLAG = 'undeclared'

/**
 * Time in ms after the return of a session or circuit in which the undeclared ranges that it carried may still come
 * back.
 */
const WAIT_FOR_RANGES_MS = 10 * 60_000

const NOTHING: Pick<LiveEvent['event'], 'ended' | 'flags'> & { kind: null } = { ended: null, kind: null, flags: [] }

/** A declared or learned site that lost its paths. */
type LostSite = Pick<EvaluatedSite, 'name' | 'prefixes'> &
  Partial<Pick<DeclaredSiteNode, 'home'> & Pick<EvaluatedSite, 'learned'>>

/**
 * Returns the circuits by which the owner (customer) of a site is found. The list [null] means that the site has no
 * home circuit and belongs to the owner of the gateway.
 */
const homesOf = ({ home = null, learned }: LostSite): readonly (string | null)[] => learned?.circuits ?? [home]

const circuitsOf = (context: DetectionContext, members: readonly string[]): (string | null)[] =>
  members.map((member) => {
    const { gateway, neighbor } = parseGatewayNeighbor(member)
    return findNeighborCarryingPath(context, gateway, neighbor).circuit
  })

/**
 * Returns the open outage (no_path) of a site on a gateway, in whichever circuit or gateway the event is stored; null
 * if there is none.
 */
const openOutage = (context: DetectionContext, gateway: string, site: string): LiveEvent | null =>
  listLiveEvents(context).find(
    (live) =>
      isEventOpen(live) &&
      live.event.kind === 'no_path' &&
      live.event.subject === site &&
      (live.table === undefined
        ? live.event.flags.includes(`gateway:${gateway}`)
        : live.table === gateway || live.furtherTables?.[gateway] !== undefined),
  ) ?? null

/**
 * Raises no_path for ranges that have no path left (docs/rules/detection.md 3.2), or adds them to the open outage of
 * their site.
 * @param site null = the ranges belong neither to a declared nor to a learned site
 */
export function raiseNoPathEvent(
  context: DetectionContext,
  { prefixes, before, returned }: Pick<PendingPathShift, 'prefixes' | 'before' | 'returned'>,
  between: TimestampBounds,
  site: LostSite | null,
  proof: ProvingPollTimes = context.mark,
): LiveEvent {
  const [first = '', ...more] = prefixes
  const gateway = before[0] === undefined ? '' : parseGatewayNeighbor(before[0]).gateway
  const subject = site?.name ?? (more.length > 0 ? `${first} and ${more.length} more` : first)
  const open = site === null ? null : openOutage(context, gateway, site.name)
  if (open) return grown(open, gateway, prefixes, before)
  const learned = site?.learned ?? null
  return putRouteEvent(context, {
    kind: 'no_path',
    scope: getRouteEventResourceId(context.topology, gateway, site ? homesOf(site) : circuitsOf(context, before)),
    subject,
    severity: 'critical',
    started: between,
    prefixes,
    peers: parseNeighborsOfGatewayNeighbors(before),
    flags: [
      `gateway:${getHubOfTable(context.topology, gateway)}`,
      ...(site === null ? [UNDECLARED_RANGES_FLAG] : []),
      ...(learned ? getLearnedSiteFlags({ learned }) : []),
    ],
    evidence: learned ? createLearnedSiteEvidence(context, { learned }) : [],
    proof,
    table: gateway,
    isOver: returned !== undefined,
  })
}

/** Adds further lost ranges of a route table to the open outage of a site. */
function grown(open: LiveEvent, table: string, prefixes: readonly string[], before: readonly string[]): LiveEvent {
  const further = open.furtherTables?.[table]
  if (further) open.furtherTables = { ...open.furtherTables, [table]: [...new Set([...further, ...prefixes])] }
  else open.prefixes = [...new Set([...(open.prefixes ?? []), ...prefixes])]
  open.peersBefore = [...new Set([...(open.peersBefore ?? []), ...parseNeighborsOfGatewayNeighbors(before)])]
  return open
}

/**
 * Ends outages of undeclared ranges that did not come back within `WAIT_FOR_RANGES_MS` after the end of the parent
 * event. These ranges are no longer announced, which does not count as an outage. Ranges behind a removed connection
 * have more time to come back.
 */
export function expireUndeclaredRanges(context: DetectionContext): void {
  const lives = listLiveEvents(context)
  for (const live of lives) {
    if (!isEventOpen(live) || live.event.kind !== 'no_path' || !live.event.flags.includes(UNDECLARED_RANGES_FLAG))
      continue
    const { ended, kind, flags } = lives.find(({ event }) => event.key === live.event.partOf)?.event ?? NOTHING
    const isRemoved = kind === 'resource_removed' || flags.includes('removed')
    const waitMs = isRemoved ? context.settings['sites.forget'] : WAIT_FOR_RANGES_MS
    if (!ended || context.mark.finishedAt - ended.latest < waitMs) continue
    closeEvent(live, ended)
    live.event = { ...live.event, flags: [...live.event.flags, 'not_returned'] }
  }
}
