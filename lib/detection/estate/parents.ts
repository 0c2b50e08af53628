import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { UNDECLARED } from './best-path-rules.ts'
import { type Estate, liveEvents } from './estate.ts'
import type { LiveEvent } from './state.ts'

/**
 * Folds what follows from something larger into it (detection.md 3.1, "Merge rules"). A parent is found once and stays; the
 * child is kept as it is and only says whose part it is.
 */
export function foldIntoParents(estate: Estate): void {
  const lives = liveEvents(estate)
  const byKind = Map.groupBy(lives, ({ event }) => event.kind)
  for (const live of lives) {
    if (live.event.partOf) continue
    for (const rule of rules) {
      if (!rule.children.includes(live.event.kind)) continue
      const parent = (byKind.get(rule.parent) ?? []).find(
        (candidate) =>
          candidate !== live && explains(estate, candidate.event, live.event) && rule.concerns(estate, candidate, live),
      )
      if (!parent || leadsTo(lives, parent.event, live.event.key)) continue
      live.event = { ...live.event, partOf: parent.event.key }
      break
    }
  }
}

interface ParentRule {
  parent: EventKind
  children: EventKind[]
  concerns(estate: Estate, parent: LiveEvent, child: LiveEvent): boolean
}

const sessions: EventKind[] = ['session_down', 'session_up', 'session_flap']
const sameScope = (_: Estate, { event: parent }: LiveEvent, { event: child }: LiveEvent) => parent.scope === child.scope
const neighborOf = (subject: string) => subject.slice(subject.indexOf('~') + 1)
const instanceOf = (subject: string) => subject.slice(0, subject.indexOf('~'))

/** The first rule that finds a parent counts: the largest explanation of each kind of child stands first. */
const rules: ParentRule[] = [
  { parent: 'gateway_isolated', children: [...sessions, 'peer_lost', 'gateway_instance_lost'], concerns: sameScope },
  {
    parent: 'gateway_isolated',
    children: ['no_path', 'mass_withdraw', 'default_route_disappeared', 'ecmp_reduced'],
    concerns: (_, parent, child) => parent.event.scope === child.event.scope || isFedBy(parent, child),
  },
  {
    parent: 'gateway_instance_lost',
    children: sessions,
    concerns: (_, parent, child) =>
      parent.event.scope === child.event.scope && instanceOf(child.event.subject) === parent.event.subject,
  },
  {
    parent: 'peer_lost',
    children: sessions,
    concerns: (_, parent, child) =>
      parent.event.scope === child.event.scope && neighborOf(child.event.subject) === parent.event.subject,
  },
  {
    parent: 'path_down',
    children: sessions,
    concerns: (estate, parent, child) =>
      parent.event.scope === child.event.scope && isCustomerSession(estate, parent.event, child.event),
  },
  {
    parent: 'path_down',
    children: ['peer_lost'],
    concerns: (estate, parent, child) =>
      estate.topology.mappings.some(
        ({ gateway, neighbor, circuit, path }) =>
          gateway === child.event.scope &&
          neighbor === child.event.subject &&
          circuit === parent.event.scope &&
          parent.event.subject.endsWith(`/${path}`),
      ),
  },
  { parent: 'prefix_limit_exceeded', children: ['circuit_down', 'path_down', 'redundancy_lost'], concerns: ofPeering },
  { parent: 'circuit_down', children: ['path_down', 'redundancy_lost', 'redundancy_restored'], concerns: ofPeering },
  ...(
    [
      'resource_removed',
      'provider_state_changed',
      'peering_disabled',
      'prefix_limit_exceeded',
      'circuit_down',
      'path_down',
      'peer_lost',
    ] as const
  ).map(
    (parent): ParentRule => ({
      parent,
      children: ['mass_withdraw', 'default_route_disappeared', 'no_path'],
      concerns: (estate, candidate, child) => isOfItsCarrier(child) && carries(estate, candidate, child),
    }),
  ),
  ...(['resource_removed', 'provider_state_changed', 'peering_disabled'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['circuit_down', 'path_down', 'redundancy_lost', 'redundancy_restored', ...sessions],
      concerns: sameScope,
    }),
  ),
]

/** A declared site's outage stands for itself, whatever carried it. */
function isOfItsCarrier({ event }: LiveEvent): boolean {
  return event.kind !== 'no_path' || event.flags.includes(UNDECLARED)
}

function ofPeering(_: Estate, { event: parent }: LiveEvent, { event: child }: LiveEvent): boolean {
  const isOf = child.subject === parent.subject || child.subject.startsWith(`${parent.subject}/`)
  return parent.scope === child.scope && isOf
}

/** Whether a session of a circuit is the one to the customer's router on the path that is down. */
function isCustomerSession({ topology }: Estate, parent: DetectedEvent, child: DetectedEvent): boolean {
  const [name = '', path = ''] = parent.subject.split('/')
  const peering = topology.circuits
    .find(({ scope }) => scope === parent.scope)
    ?.peerings.find((candidate) => candidate.name === name)
  const customer = path === 'primary' || path === 'secondary' ? peering?.customers[path] : null
  return customer !== null && customer !== undefined && neighborOf(child.subject) === customer
}

/** Whether every peer that an event about routes names hangs on what was lost. */
function carries(estate: Estate, { event: parent }: LiveEvent, child: LiveEvent): boolean {
  const { topology } = estate
  const peers = child.peersBefore ?? []
  const lost = liveEvents(estate)
    .filter(({ event }) => event.kind === parent.kind && explains(estate, event, child.event))
    .map(({ event }) => event)
  const hangsOn = (peer: string, event: DetectedEvent) =>
    event.kind === 'peer_lost'
      ? event.subject === peer
      : topology.mappings.some(
          ({ neighbor, circuit, path }) =>
            neighbor === peer &&
            circuit === event.scope &&
            (event.kind !== 'path_down' || event.subject.endsWith(`/${path}`)),
        )
  return (
    peers.length > 0 &&
    peers.every((peer) => lost.some((event) => hangsOn(peer, event))) &&
    peers.some((peer) => hangsOn(peer, parent))
  )
}

function isFedBy({ event: parent }: LiveEvent, { event: child }: LiveEvent): boolean {
  return child.kind === 'no_path' && child.flags.includes(`gateway:${parent.scope}`)
}

/** Whether one may be the reason of the other by their times: a hold time and a poll apart at the most. */
function explains({ settings }: Estate, parent: DetectedEvent, child: DetectedEvent): boolean {
  const slack = slackOf(parent.kind, settings)
  return (
    child.started.hi >= parent.started.lo - slack &&
    child.started.lo <= (parent.ended?.hi ?? Number.POSITIVE_INFINITY) + slack
  )
}

function slackOf(kind: EventKind, settings: Estate['settings']): number {
  const planned = kind === 'provider_state_changed' || kind === 'peering_disabled' || kind === 'resource_removed'
  return planned ? settings['config.before'] : settings['burst.slack']
}

function leadsTo(lives: readonly LiveEvent[], from: DetectedEvent, key: string): boolean {
  let at: DetectedEvent | undefined = from
  for (let steps = 0; at && steps < lives.length; steps++) {
    if (at.key === key) return true
    const next: string | null | undefined = at.partOf
    at = next ? lives.find(({ event }) => event.key === next)?.event : undefined
  }
  return false
}
