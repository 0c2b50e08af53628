import { createChangeEvidence, getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import type { IpPrefix } from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type Evidence,
  type RouteChange,
  type Severity,
  setEventFlagValue,
} from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import { putRouteEvent } from '../routes/route-event.ts'
import { computeChangeBounds, type GatewayRouteTableRow } from '../../../model/route.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import {
  type EvaluatedSite,
  listEvaluatedSites,
  LEARNED_SITE_FLAG,
  parsePrefixesOfFamily,
  formatSiteSubject,
} from './judged-site.ts'
import { overlapsSiteRanges, revertRouteChanges } from './revert-route-changes.ts'
import { formatRangeDuration, isWholeSiteLost, countSiteRanges, judgeSiteState } from './site-ranges.ts'
import type { SiteStateMemory, SiteState } from '../../../model/site-memory.ts'

/**
 * Routes to each site that a poll affected, by site name: routes to the site's prefixes, to parts of them, and to
 * prefixes that contain them.
 */
export type SiteRoutes = Readonly<Record<string, readonly GatewayRouteTableRow[]>>

/**
 * Raises site_state_changed if the reachability of a site changed. The event ends when the state changes again; a
 * return to `reachable` only ends it. Also ends `no_path` of a learned site as soon as a part of the site is reachable
 * again.
 */
export function applySiteRules(context: DetectionContext, changes: readonly RouteChange[], entries: SiteRoutes): void {
  for (const site of listEvaluatedSites(context)) {
    const own = entries[site.name]
    if (!own) continue
    for (const family of [4, 6] as const) judge(context, site, family, changes, own)
    if (site.learned) endOutage(context, site, changes, own)
  }
}

/**
 * Ends the outage of a learned site as soon as any part of the site is back, because no declaration requires all of its
 * parts.
 */
function endOutage(
  context: DetectionContext,
  site: EvaluatedSite,
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
): void {
  const open = listLiveEvents(context).filter(
    (live) =>
      isEventOpen(live) &&
      live.event.kind === 'no_path' &&
      live.event.subject === site.name &&
      live.event.flags.includes(LEARNED_SITE_FLAG),
  )
  if (open.length === 0 || isWholeSiteLost(context, site, entries)) return
  for (const live of open) closeEvent(live, computeChangeBounds(changes))
}

function judge(
  context: DetectionContext,
  site: EvaluatedSite,
  family: 4 | 6,
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
): void {
  const space = parsePrefixesOfFamily(site.prefixes, family)
  if (space.length === 0) return
  const subject = formatSiteSubject(site.name, family)
  const { sites } = ensureResourceState(context, site.scope)
  const known = before(context, site, space, changes, entries)
  const ranges = countSiteRanges(context, site, space, entries)
  const state = judgeSiteState(ranges)
  if (known?.state === state) {
    sites[subject] = { since: EVER, ...sites[subject], ...known, ranges }
    return
  }
  // The state at the first poll of the gateways raises no event, because it is only the reference for later changes.
  const isBaseline = known === null
  const touching = changes.filter(({ prefix }) => overlapsSiteRanges(prefix, space))
  const since =
    isBaseline || touching.length === 0
      ? { earliest: INSTANT_BEFORE_MONITORING, latest: context.mark.finishedAt }
      : computeChangeBounds(touching)
  const last = sites[subject] ?? null
  sites[subject] = { state, since, by: context.mark.scope, ranges }
  if (known) raise(context, site, subject, { from: known, to: sites[subject], last })
}

const EVER: TimestampBounds = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }

type Reached = Pick<SiteStateMemory, 'state' | 'ranges'>

/**
 * Returns the state of a site before this poll, computed by reverting the poll's changes; null = this poll read the
 * first table. The stored state is not used instead, because it may have been computed when the circuits of some
 * neighbors were still unknown.
 */
function before(
  context: DetectionContext,
  site: EvaluatedSite,
  space: readonly IpPrefix[],
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
): Reached | null {
  if (context.mark.previousOkAt === null) return null
  const ranges = countSiteRanges(context, site, space, revertRouteChanges(context, space, changes, entries))
  return { state: judgeSiteState(ranges), ranges }
}

const severities: Record<Exclude<SiteState, 'reachable'>, Severity> = {
  on_backup: 'minor',
  partial: 'major',
  default_only: 'major',
  unreachable: 'critical',
}

/**
 * Returns the severity of a state. A learned site that is only partly reachable is minor, because the missing part may
 * just not be announced any more.
 */
const severityOf = ({ learned }: EvaluatedSite, state: Exclude<SiteState, 'reachable'>): Severity =>
  learned && state === 'partial' ? 'minor' : severities[state]

interface Change {
  from: Reached
  to: SiteStateMemory
  /** stored state of the site before this poll; null = no state is stored */
  last: SiteStateMemory | null
}

function raise(context: DetectionContext, site: EvaluatedSite, subject: string, { from, to, last }: Change): void {
  const { mark } = context
  const { scope } = site
  // If no event is open, the state before this poll is the baseline, that is, the state whose return ends the
  // deviation.
  let baseline: SiteState | undefined = from.state
  for (const live of listLiveEvents(context)) {
    const { event } = live
    const isSame = event.kind === 'site_state_changed' && event.scope === scope && event.subject === subject
    if (!isSame || !isEventOpen(live)) continue
    if (!wasBetween(last, to) || to.since.earliest <= event.started.earliest) return revise(live, site, to)
    closeEvent(live, to.since)
    baseline = baselineOf(live)
  }
  if (to.state === 'reachable' || to.state === baseline) return
  const raised = putRouteEvent(context, {
    kind: 'site_state_changed',
    scope,
    subject,
    severity: severityOf(site, to.state),
    started: to.since,
    prefixes: site.prefixes,
    peers: [],
    flags: [`from:${from.state}`, `to:${to.state}`, ...getLearnedSiteFlags(site)],
    evidence: [
      createChangeEvidence(
        mark,
        'state',
        `${from.state}: ${formatRangeDuration(from.ranges)}`,
        `${to.state}: ${formatRangeDuration(to.ranges)}`,
      ),
      ...createLearnedSiteEvidence(context, site),
    ],
  })
  if (baseline) raised.baseline = baseline
}

/**
 * Returns the baseline of a site (its state before its first event) from an open event that reports that only a default
 * route reaches the site; undefined for other events. When this default route is lost too, the site may be in its
 * baseline state again. This return raises no new event.
 */
const baselineOf = ({ event, baseline }: LiveEvent) => (event.flags.includes('to:default_only') ? baseline : undefined)

/**
 * Reports whether a site is known to have been in its previous state before it changed again. Gateways are polled one
 * after the other. A state that is computed from one new and one old table may never have existed.
 */
const wasBetween = (last: SiteStateMemory | null, { since, by }: SiteStateMemory): boolean =>
  last?.by === undefined || last.by === by || since.earliest >= last.since.latest

/**
 * Returns the flags of an event about a learned site; empty for a declared site. They tell that the site is learned,
 * and whether the circuits of its neighbors are only inferred.
 */
export const getLearnedSiteFlags = ({ learned }: Pick<EvaluatedSite, 'learned'>): string[] =>
  learned ? [LEARNED_SITE_FLAG, ...(learned.confidence === 'inferred' ? ['mapping_inferred'] : [])] : []

/** Returns the evidence for a learned site; empty for a declared site. */
export function createLearnedSiteEvidence(
  { mark }: DetectionContext,
  { learned }: Pick<EvaluatedSite, 'learned'>,
): Evidence[] {
  if (!learned) return []
  const prefixes = learned.prefixes.length === 1 ? '1 prefix' : `${learned.prefixes.length} prefixes`
  const neighbors = learned.confidence === 'certain' ? 'neighbors are certain' : 'neighbors are inferred'
  return [createSampleEvidence('site', `${prefixes} reached alike for long; ${neighbors}`, getSampleBounds(mark))]
}

/**
 * Updates an open event with the state that another gateway's poll shows, because both polls report the same change.
 */
function revise(live: LiveEvent, site: EvaluatedSite, to: SiteStateMemory): void {
  const { event } = live
  if (to.state === 'reachable' || to.state === baselineOf(live)) return closeEvent(live, to.since)
  const flags = setEventFlagValue(event.flags, 'to', to.state)
  const evidence = event.evidence.map((item) =>
    item.field === 'state' ? { ...item, after: `${to.state}: ${formatRangeDuration(to.ranges)}` } : item,
  )
  live.event = { ...event, severity: severityOf(site, to.state), flags, evidence }
}
