import { asPathOf, withoutLeading } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type RouterPeer,
  routerPeerKey,
  type RouterProtocol,
  type RouterReport,
  type RouterRouteAttributes,
  type RouterSessionDown,
  type RouterView,
} from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { PathAttributes } from './codec/attributes.ts'
import { DECODER_LIMITS } from './codec/decoder.ts'
import { families } from './codec/family.ts'
import type { BmpMessage, PeerDown, PeerUp, RouteMonitoring } from './codec/message.ts'
import { type PeerHeader, peerKey } from './codec/peer-header.ts'
import type { PathPrefix } from './codec/prefixes.ts'
import { BmpStreamError } from './codec/stream-error.ts'
import { bytesOfAttributes } from './report-size.ts'
import type { ArrivedMessage } from './station/router-stream.ts'

/** Routers whose reports differ from the RFCs, or from each other where the RFCs leave it open. */
type RouterSoftware = 'frr' | 'gobgp' | 'other'

type Arrival = Omit<ArrivedMessage, 'message'>

/** What was reported of a neighbor on this connection. */
interface KnownPeer {
  isUp: boolean
  localAsn: number | null
  /** a message about it could not be read: of its routes nothing is known until its session is stated again */
  isUnread?: true
  /** tables that were sent whole since the session was stated */
  tablesRead?: Set<RouterView>
}

const GOBGP_LOCAL_PREF = 100

/** Bytes of attribute sets that are remembered, with their texts. Routes that have the same attributes arrive together. */
const MAX_SETS_BYTES = 2 ** 20

/**
 * Turns the messages of one connection into reports, with what is known of the router's software: which of its times bound a
 * change, and what it writes into AS paths. What it repeats is reported again; that it is no change is for whoever compares.
 */
export class RouterReporter {
  private readonly protocol: RouterProtocol
  private software: RouterSoftware = 'other'
  /** a router that names seconds to come has a clock that bounds nothing */
  private isClockAhead = false
  /** a router that connects says first which sessions are up and which are down */
  private isSayingState = true
  /** the router as the peer of its own table; null = it has sent none of its routes */
  private ownTable: RouterPeer | null = null
  private readonly peers = new Map<string, KnownPeer & { peer: RouterPeer }>()
  /** by text; many routes have the same, and reports that wait keep one object of it */
  private readonly sets = new Map<string, RouterRouteAttributes>()
  /** bytes of the sets */
  private setsBytes = 0

  constructor(protocol: RouterProtocol = 'bmp') {
    this.protocol = protocol
  }

  /** @throws BmpStreamError for more neighbors than one router may have */
  reportsOf({ message, ...when }: ArrivedMessage): RouterReport[] {
    const { at } = when
    switch (message.type) {
      case 'initiation':
        if (this.protocol === 'bmp') this.software = softwareOf(message)
        return []
      case 'peerUp':
        return isOfRouter(message.peer) ? [] : this.sessionUp(when, message)
      case 'peerDown':
        return isOfRouter(message.peer) ? [] : [this.sessionDown(when, message)]
      case 'routeMonitoring':
        this.isSayingState = false
        return this.peers.get(peerKey(message.peer))?.isUnread ? [] : this.routes(when, message)
      case 'unreadable':
        return this.unread(at, message)
      case 'statistics':
        // what they count is not kept; when they were sent shows a clock that is ahead
        this.secondOf(message.peer, when)
        this.isSayingState = false
        return []
      default:
        this.isSayingState = false
        return []
    }
  }

  /** Whether anything was reported of a neighbor. */
  knows(peer: RouterPeer): boolean {
    return this.peers.has(routerPeerKey(peer))
  }

  /** The neighbors of which anything was reported. */
  get known(): RouterPeer[] {
    return [...this.peers.values()].map(({ peer }) => peer)
  }

  private unread(at: EpochMs, { peer, of, detail }: Extract<BmpMessage, { type: 'unreadable' }>): RouterReport[] {
    const known = this.peers.get(peerKey(peer))
    if (of === 'statistics' || known?.isUnread) return []
    this.remember(peer, { isUp: known?.isUp ?? true, localAsn: known?.localAsn ?? null, isUnread: true })
    return [{ type: 'sessionUnread', peer: peerOf(peer), at, notBefore: null, detail }]
  }

  private sessionUp(when: Arrival, { peer, ...up }: PeerUp): RouterReport[] {
    const { at } = when
    const before = this.peers.get(peerKey(peer))
    const localAsn = up.sent.asn
    const known = this.remember(peer, { isUp: true, localAsn })
    const named = this.secondOf(peer, when)
    const isCollected = this.protocol === 'bgp'
    // a session that was down on this connection has just come up; FRR then names when it went down
    const hasJustHappened = before?.isUp === false
    // FRR states the second for a session that was up when it connected; of one that just came up it names its boot, or when it went down
    const saysEstablished = this.software === 'frr' && this.isSayingState && !hasJustHappened
    const report: RouterReport = {
      type: 'sessionUp',
      peer: peerOf(peer),
      at,
      notBefore: isCollected || (this.software === 'gobgp' && hasJustHappened) ? named : null,
      established: saysEstablished && named !== null ? { earliest: named, latest: at } : null,
      localAddress: up.localAddress,
      localAsn,
      localBgpId: up.sent.bgpId,
      neighborAsn: peer.asn,
      neighborBgpId: peer.bgpId,
      holdTimeSeconds: Math.min(up.sent.holdTimeSeconds, up.received.holdTimeSeconds),
      tableName: up.tableName,
    }
    if (!isCollected || up.sent.gracefulRestart) return [report]
    // it does not say when it has sent its table; of the session before nothing is left in the new one's (RFC 4271 section 3.2)
    known.tablesRead = new Set(['adjOutPost'])
    const read = { type: 'tableRead', peer: known.peer, at, notBefore: null, view: 'adjOutPost' } as const
    return [report, ...families.map((family) => ({ ...read, family }))]
  }

  private sessionDown(when: Arrival, { peer, reason }: PeerDown): RouterSessionDown {
    const { at } = when
    const before = this.peers.get(peerKey(peer))
    this.remember(peer, { isUp: false, localAsn: before?.localAsn ?? null })
    const named = this.secondOf(peer, when)
    // of a session that was down when the router connected FRR names when it went down; others may name when they say so
    const notBefore = before || this.software === 'frr' ? named : null
    return { type: 'sessionDown', peer: peerOf(peer), at, notBefore, neighborAsn: peer.asn, reason }
  }

  private routes(when: Arrival, { peer, update }: RouteMonitoring): RouterReport[] {
    const { at } = when
    const known = this.peers.get(peerKey(peer)) ?? this.remember(peer, { isUp: true, localAsn: null })
    const named = this.secondOf(peer, when)
    const isDumped = !known.tablesRead?.has(peer.view)
    // what a router says of a route that it had before it connected may be when it says so; these two name when the route came
    const notBefore = isDumped && this.software === 'other' ? null : named
    const report = { peer: known.peer, at, notBefore, view: peer.view }
    if (update.endOfRib) {
      known.tablesRead = (known.tablesRead ?? new Set()).add(peer.view)
      const read: RouterReport = { ...report, type: 'tableRead', family: update.endOfRib }
      // GoBGP sends its own table first, and does not say that it has ended
      const isOwnRead = this.software === 'gobgp' && this.ownTable !== null
      return isOwnRead ? [read, { ...read, peer: this.ownTable ?? read.peer, view: 'locRib', notBefore: null }] : [read]
    }
    if (peer.type === 'locRib') this.ownTable = report.peer
    const reports: RouterReport[] = []
    // what is not received is not there after policy; GoBGP 3.10 does not withdraw there what it sent when it connected
    const isGoneAfterPolicy = this.software === 'gobgp' && peer.view === 'adjInPre'
    for (const view of isGoneAfterPolicy ? (['adjInPre', 'adjInPost'] as const) : [peer.view])
      for (const { prefixes } of update.withdrawn)
        for (const { prefix, pathId } of eachOnce(prefixes))
          reports.push({ ...report, view, type: 'route', prefix, pathId, attributes: null })
    for (const { nextHop, prefixes } of update.announced) {
      const attributes = this.sameSet(this.attributesOf(peer, known, update.attributes, nextHop))
      for (const { prefix, pathId } of eachOnce(prefixes))
        reports.push({ ...report, type: 'route', prefix, pathId, attributes })
    }
    return reports
  }

  private sameSet(attributes: RouterRouteAttributes): RouterRouteAttributes {
    const text = JSON.stringify(attributes)
    const same = this.sets.get(text)
    if (same) return same
    const bytes = bytesOfAttributes(attributes) + text.length
    if (bytes > MAX_SETS_BYTES) return attributes
    if (this.setsBytes + bytes > MAX_SETS_BYTES) {
      this.sets.clear()
      this.setsBytes = 0
    }
    this.sets.set(text, attributes)
    this.setsBytes += bytes
    return attributes
  }

  private attributesOf(
    peer: PeerHeader,
    { localAsn }: KnownPeer,
    read: PathAttributes,
    nextHop: string | null,
  ): RouterRouteAttributes {
    const path = read.asPath && asPathOf(read.asPath)
    // FRR 8.4 writes a received path as it would send it on; a path that begins with the neighbor is as it was received
    const isExtended =
      this.software === 'frr' &&
      path !== null &&
      localAsn !== null &&
      localAsn !== peer.asn &&
      path.asPath[0] === localAsn &&
      path.asPath[1] === peer.asn
    return {
      nextHop,
      ...(path === null ? { asPath: null } : isExtended ? withoutLeading(path, (_, index) => index === 0) : path),
      asPathCorrected: isExtended,
      origin: read.origin,
      med: read.med,
      ...this.localPrefOf(peer, read),
      communities: read.communities,
      extendedCommunities: read.extendedCommunities,
      largeCommunities: read.largeCommunities,
      unreadable: read.unreadable,
    }
  }

  /**
   * GoBGP writes no LOCAL_PREF where its policy set none, and ranks such a route with 100 (`DEFAULT_LOCAL_PREF` of its `table/path.go`). FRR 8.4
   * leaves out also what its policy set, so that of other routers what is missing is not known.
   */
  private localPrefOf({ view }: PeerHeader, { localPref }: PathAttributes) {
    const isOwnChoice = view === 'adjInPost' || view === 'locRib'
    const isDefault = localPref === null && this.software === 'gobgp' && isOwnChoice
    return isDefault ? { localPref: GOBGP_LOCAL_PREF, localPrefIsDefault: true as const } : { localPref }
  }

  /** What bounds a message from below: the second that it names, or what the station knows; null = nothing does. */
  private secondOf({ seconds, microseconds }: PeerHeader, { at, notBefore = null }: Arrival): EpochMs | null {
    if (seconds === null) return notBefore
    // FRR names a whole second of a clock that runs since the boot, and the boot with its microseconds: both together begin that second
    const begin = seconds * SECOND + (this.software === 'frr' ? Math.floor(microseconds / 1_000) : 0)
    if (begin > at) this.isClockAhead = true
    return this.isClockAhead ? null : begin
  }

  private remember(peer: PeerHeader, stated: KnownPeer): KnownPeer & { peer: RouterPeer } {
    const known = { ...stated, peer: peerOf(peer) }
    const key = peerKey(peer)
    if (!this.peers.has(key) && this.peers.size >= DECODER_LIMITS.maxPeers) {
      throw new BmpStreamError(
        'limit',
        `more than ${DECODER_LIMITS.maxPeers} neighbors; that is the most of one router`,
      )
    }
    this.peers.set(key, known)
    return known
  }
}

/** Returns each route once, because a message of 64 kB has room for 65,000 times the same prefix. */
const eachOnce = (prefixes: readonly PathPrefix[]) =>
  new Map(prefixes.map((one) => [`${one.prefix} ${one.pathId}`, one])).values()

const peerOf = ({ type, distinguisher, address }: PeerHeader): RouterPeer => ({
  type,
  distinguisher,
  neighbor: address,
})

/** A router's own routes come as those of a neighbor without an address; there is no session with it. Its own table has a type of its own. */
const isOfRouter = ({ type, address }: PeerHeader) => address === null && type !== 'locRib'

/** What software sends a stream, by what its Initiation states. */
function softwareOf({ sysName, sysDescr }: { sysName: string | null; sysDescr: string | null }): RouterSoftware {
  if (/^FRRouting\b/.test(sysDescr ?? '')) return 'frr'
  // it states its own name as the router's, and a version as the description
  return sysName === 'GoBGP' ? 'gobgp' : 'other'
}
