import { joinAsPathSegments, removeLeadingAsns } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type RouterPeer,
  buildRouterPeerKey,
  type RouterReportingProtocol,
  type RouterNeighborReport,
  type RouterRouteAttributes,
  type RouterSessionDown,
  type MonitoredRib,
} from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { PathAttributes } from './codec/attributes.ts'
import { DECODER_LIMITS } from './codec/decoder.ts'
import { addressFamilies } from './codec/address-family.ts'
import type { BmpMessage, PeerDown, PeerUp, RouteMonitoring } from './codec/message.ts'
import { type PeerHeader, formatPeerHeaderKey } from './codec/peer-header.ts'
import type { PrefixWithOptionalPathId } from './codec/prefixes.ts'
import { BmpStreamError } from './codec/stream-error.ts'
import { estimateAttributesBytes } from './report-size.ts'
import type { ArrivedMessage } from './station/router-stream.ts'

/**
 * Router software whose reports need special treatment, because they deviate from the RFCs, or because the RFCs do not
 * define a detail.
 */
type RouterSoftware = 'frr' | 'gobgp' | 'other'

type Arrival = Omit<ArrivedMessage, 'message'>

/** State of a neighbor as the router reported it on this connection. */
interface KnownPeer {
  isUp: boolean
  localAsn: number | null
  /**
   * True if a message about the neighbor could not be read. Its routes are unknown until the router reports the session
   * again.
   */
  isUnread?: true
  /** Tables that the router has sent completely since it reported the session. */
  tablesRead?: Set<MonitoredRib>
}

const GOBGP_LOCAL_PREF = 100

/**
 * Maximum memory of the cache of attribute sets in bytes. Routes with the same attributes usually arrive together, so a
 * small cache is enough.
 */
const MAX_SETS_BYTES = 2 ** 20

/**
 * Converts the BMP messages of one connection to reports. It handles differences between router software, for example
 * which event a time in a message belongs to, and how AS paths are written. If a router repeats a message, the report
 * is repeated, too, and the receiver detects that nothing has changed.
 */
export class BmpToReportConverter {
  private readonly protocol: RouterReportingProtocol
  private software: RouterSoftware = 'other'
  /** True after the router has sent a time in the future. Its clock is then not used any more. */
  private isClockAhead = false
  /** True while the router reports the current state of its sessions, which it does first on each connection. */
  private isSayingState = true
  /**
   * The peer under which the router's own table (Loc-RIB) is reported; null = no route of that table was received yet.
   */
  private ownTable: RouterPeer | null = null
  private readonly peers = new Map<string, KnownPeer & { peer: RouterPeer }>()
  /** Cache of attribute sets by their text. Waiting reports with the same attributes share one object. */
  private readonly sets = new Map<string, RouterRouteAttributes>()
  /** Estimated memory of this cache in bytes. */
  private setsBytes = 0

  constructor(protocol: RouterReportingProtocol = 'bmp') {
    this.protocol = protocol
  }

  /**
   * Converts a message to reports; empty if it has none.
   * @throws BmpStreamError if the router reports too many neighbors
   */
  reportsOf({ message, ...when }: ArrivedMessage): RouterNeighborReport[] {
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
        return this.peers.get(formatPeerHeaderKey(message.peer))?.isUnread ? [] : this.routes(when, message)
      case 'unreadable':
        return this.unread(at, message)
      case 'statistics':
        // a Statistics Report is not converted to a report. Only its time is evaluated, because it may show that the
        // router's clock is ahead
        this.secondOf(message.peer, when)
        this.isSayingState = false
        return []
      default:
        this.isSayingState = false
        return []
    }
  }

  /** Reports whether the router has reported this neighbor on this connection. */
  knows(peer: RouterPeer): boolean {
    return this.peers.has(buildRouterPeerKey(peer))
  }

  /** Neighbors that the router has reported on this connection. */
  get known(): RouterPeer[] {
    return [...this.peers.values()].map(({ peer }) => peer)
  }

  private unread(
    at: EpochMs,
    { peer, of, detail }: Extract<BmpMessage, { type: 'unreadable' }>,
  ): RouterNeighborReport[] {
    const known = this.peers.get(formatPeerHeaderKey(peer))
    if (of === 'statistics' || known?.isUnread) return []
    this.remember(peer, { isUp: known?.isUp ?? true, localAsn: known?.localAsn ?? null, isUnread: true })
    return [{ type: 'sessionUnread', peer: peerOf(peer), at, notBefore: null, detail }]
  }

  private sessionUp(when: Arrival, { peer, ...up }: PeerUp): RouterNeighborReport[] {
    const { at } = when
    const before = this.peers.get(formatPeerHeaderKey(peer))
    const localAsn = up.sent.asn
    const known = this.remember(peer, { isUp: true, localAsn })
    const named = this.secondOf(peer, when)
    const isCollected = this.protocol === 'bgp'
    // The session was down before and has just come up. FRR sends the time at which it went down in this case.
    const hasJustHappened = before?.isUp === false
    // FRR sends the time at which the session was established only if it was up when FRR connected. Otherwise FRR sends
    // the time of its boot or of the last loss.
    const saysEstablished = this.software === 'frr' && this.isSayingState && !hasJustHappened
    const report: RouterNeighborReport = {
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
    // Without graceful restart, a router does not tell the collector when its table is complete. A new session has no
    // routes of the previous one (RFC 4271 section 3.2), so the table counts as complete from the begin of the session.
    known.tablesRead = new Set(['adjOutPost'])
    const read = { type: 'tableRead', peer: known.peer, at, notBefore: null, view: 'adjOutPost' } as const
    return [report, ...addressFamilies.map((family) => ({ ...read, family }))]
  }

  private sessionDown(when: Arrival, { peer, reason }: PeerDown): RouterSessionDown {
    const { at } = when
    const before = this.peers.get(formatPeerHeaderKey(peer))
    this.remember(peer, { isUp: false, localAsn: before?.localAsn ?? null })
    const named = this.secondOf(peer, when)
    // If the session was already down when the router connected, FRR sends the time at which it went down. Other
    // software may send the time of the report, which is not used.
    const notBefore = before || this.software === 'frr' ? named : null
    return { type: 'sessionDown', peer: peerOf(peer), at, notBefore, neighborAsn: peer.asn, reason }
  }

  private routes(when: Arrival, { peer, update }: RouteMonitoring): RouterNeighborReport[] {
    const { at } = when
    const known = this.peers.get(formatPeerHeaderKey(peer)) ?? this.remember(peer, { isUp: true, localAsn: null })
    const named = this.secondOf(peer, when)
    const isDumped = !known.tablesRead?.has(peer.view)
    // If the router had the route before it connected, the time may be the time of the report, so it is not used. FRR
    // and GoBGP send the time at which they received the route.
    const notBefore = isDumped && this.software === 'other' ? null : named
    const report = { peer: known.peer, at, notBefore, view: peer.view }
    if (update.endOfRib) {
      known.tablesRead = (known.tablesRead ?? new Set()).add(peer.view)
      const read: RouterNeighborReport = { ...report, type: 'tableRead', family: update.endOfRib }
      // GoBGP sends its own table (Loc-RIB) before that of the neighbor, and does not mark its end
      const isOwnRead = this.software === 'gobgp' && this.ownTable !== null
      return isOwnRead ? [read, { ...read, peer: this.ownTable ?? read.peer, view: 'locRib', notBefore: null }] : [read]
    }
    if (peer.type === 'locRib') this.ownTable = report.peer
    const reports: RouterNeighborReport[] = []
    // A route that is withdrawn from the table before policy is also withdrawn from the table after policy. GoBGP 3.10
    // does not report the second withdrawal for routes that it sent when it connected.
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
    const bytes = estimateAttributesBytes(attributes) + text.length
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
    const path = read.asPath && joinAsPathSegments(read.asPath)
    // FRR 8.4 adds its own ASN at the begin of a received AS path. Remove it, unless the path already begins with the
    // neighbor's ASN.
    const isExtended =
      this.software === 'frr' &&
      path !== null &&
      localAsn !== null &&
      localAsn !== peer.asn &&
      path.asPath[0] === localAsn &&
      path.asPath[1] === peer.asn
    return {
      nextHop,
      ...(path === null ? { asPath: null } : isExtended ? removeLeadingAsns(path, (_, index) => index === 0) : path),
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
   * Returns the local preference of a route. If GoBGP omits LOCAL_PREF, it uses 100 (`DEFAULT_LOCAL_PREF` in its
   * `table/path.go`). For other routers, a missing value is unknown, because FRR 8.4 omits it even if its policy sets
   * it.
   */
  private localPrefOf({ view }: PeerHeader, { localPref }: PathAttributes) {
    const isOwnChoice = view === 'adjInPost' || view === 'locRib'
    const isDefault = localPref === null && this.software === 'gobgp' && isOwnChoice
    return isDefault ? { localPref: GOBGP_LOCAL_PREF, localPrefIsDefault: true as const } : { localPref }
  }

  /**
   * Returns the earliest time at which the event of a message may have happened, from the time in the message or from
   * the observation of the connection; null = unknown.
   */
  private secondOf({ seconds, microseconds }: PeerHeader, { at, notBefore = null }: Arrival): EpochMs | null {
    if (seconds === null) return notBefore
    // FRR sends seconds since its boot plus the microseconds of its boot time. Their sum is the begin of the second in
    // which the event happened.
    const begin = seconds * MS_PER_SECOND + (this.software === 'frr' ? Math.floor(microseconds / 1_000) : 0)
    if (begin > at) this.isClockAhead = true
    return this.isClockAhead ? null : begin
  }

  private remember(peer: PeerHeader, stated: KnownPeer): KnownPeer & { peer: RouterPeer } {
    const known = { ...stated, peer: peerOf(peer) }
    const key = formatPeerHeaderKey(peer)
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

/**
 * Returns each prefix and path identifier once, because a message of 64 kB may contain the same prefix 65,000 times.
 */
const eachOnce = (prefixes: readonly PrefixWithOptionalPathId[]) =>
  new Map(prefixes.map((one) => [`${one.prefix} ${one.pathId}`, one])).values()

const peerOf = ({ type, distinguisher, address }: PeerHeader): RouterPeer => ({
  type,
  distinguisher,
  neighbor: address,
})

/**
 * Reports whether a message is about routes that the router itself originates. They are reported as a neighbor without
 * an address and without a session. The result is false for the router's own table (Loc-RIB), which has its own peer
 * type.
 */
const isOfRouter = ({ type, address }: PeerHeader) => address === null && type !== 'locRib'

/** Returns the software of a router, recognized by the texts in its Initiation. */
function softwareOf({ sysName, sysDescr }: { sysName: string | null; sysDescr: string | null }): RouterSoftware {
  if (/^FRRouting\b/.test(sysDescr ?? '')) return 'frr'
  // GoBGP sends its own name as the name of the router, and its version as the description
  return sysName === 'GoBGP' ? 'gobgp' : 'other'
}
