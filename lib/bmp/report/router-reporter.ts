import { asPathOf, withoutLeading } from '#lib/bgp/index.ts'
import type {
  Bounds,
  EpochMs,
  RouterPeer,
  RouterReport,
  RouterRouteAttributes,
  RouterSessionDown,
} from '#lib/contract/index.ts'
import type { PathAttributes } from '../codec/attributes.ts'
import { DECODER_LIMITS } from '../codec/decoder.ts'
import type { PeerDown, PeerUp, RouteMonitoring } from '../codec/message.ts'
import { type PeerHeader, peerKey } from '../codec/peer-header.ts'
import { BmpStreamError } from '../codec/stream-error.ts'
import type { ArrivedMessage } from '../station/router-stream.ts'
import { type RouterSoftware, softwareOf } from './software.ts'

/** What was reported of a neighbor on this connection. */
interface KnownPeer {
  isUp: boolean
  localAsn: number | null
}

const SECOND_MS = 1_000
const GOBGP_LOCAL_PREF = 100

/**
 * Turns the messages of one connection into reports, with what is known of the router's software: which of its times bound a
 * change, and what it writes into AS paths. What it repeats is reported again; that it is no change is for whoever compares.
 */
export class RouterReporter {
  private software: RouterSoftware = 'other'
  /** a router that names seconds to come has a clock that bounds nothing */
  private isClockAhead = false
  /** a router that connects says first which sessions are up and which are down */
  private isSayingState = true
  /** the router as the peer of its own table; null = it has sent none of its routes */
  private ownTable: RouterPeer | null = null
  private readonly peers = new Map<string, KnownPeer>()

  /** @throws BmpStreamError for more neighbors than one router may have */
  reportsOf({ at, message }: ArrivedMessage): RouterReport[] {
    switch (message.type) {
      case 'initiation':
        this.software = softwareOf(message)
        return []
      case 'peerUp':
        return [this.sessionUp(at, message)]
      case 'peerDown':
        return [this.sessionDown(at, message)]
      case 'routeMonitoring':
        this.isSayingState = false
        return this.routes(at, message)
      default:
        this.isSayingState = false
        return []
    }
  }

  private sessionUp(at: EpochMs, { peer, ...up }: PeerUp): RouterReport {
    const before = this.peers.get(peerKey(peer))
    const localAsn = up.sent.asn
    this.remember(peer, { isUp: true, localAsn })
    const named = this.secondOf(peer, at)
    // a session that was down on this connection has just come up; FRR then names when it went down
    const hasJustHappened = before?.isUp === false
    const saysEstablished = this.software === 'frr' && this.isSayingState && !hasJustHappened
    return {
      type: 'sessionUp',
      peer: peerOf(peer),
      at,
      notBefore: this.software === 'gobgp' && hasJustHappened ? named : null,
      established: saysEstablished ? withinSecond(named, at) : null,
      localAddress: up.localAddress,
      localAsn,
      neighborAsn: peer.asn,
      neighborBgpId: peer.bgpId,
      holdTimeSeconds: Math.min(up.sent.holdTimeSeconds, up.received.holdTimeSeconds),
      tableName: up.tableName,
    }
  }

  private sessionDown(at: EpochMs, { peer, reason }: PeerDown): RouterSessionDown {
    const localAsn = this.peers.get(peerKey(peer))?.localAsn ?? null
    this.remember(peer, { isUp: false, localAsn })
    const notBefore = this.secondOf(peer, at)
    return { type: 'sessionDown', peer: peerOf(peer), at, notBefore, neighborAsn: peer.asn, reason }
  }

  private routes(at: EpochMs, { peer, update }: RouteMonitoring): RouterReport[] {
    const known = this.peers.get(peerKey(peer)) ?? this.remember(peer, { isUp: true, localAsn: null })
    const report = { peer: peerOf(peer), at, notBefore: this.secondOf(peer, at), view: peer.view }
    if (update.endOfRib) {
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
        for (const { prefix, pathId } of prefixes)
          reports.push({ ...report, view, type: 'route', prefix, pathId, attributes: null })
    for (const { nextHop, prefixes } of update.announced) {
      const attributes = this.attributesOf(peer, known, update.attributes, nextHop)
      for (const { prefix, pathId } of prefixes) reports.push({ ...report, type: 'route', prefix, pathId, attributes })
    }
    return reports
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

  /** The second that a message names, as far as it can be taken for a bound; null = it can't. */
  private secondOf({ seconds, microseconds }: PeerHeader, at: EpochMs): EpochMs | null {
    if (seconds === null) return null
    // FRR names a whole second of a clock that runs since the boot, and the boot with its microseconds: both together begin that second
    const begin = seconds * SECOND_MS + (this.software === 'frr' ? Math.floor(microseconds / 1_000) : 0)
    if (begin > at) this.isClockAhead = true
    return this.isClockAhead ? null : begin
  }

  private remember(peer: PeerHeader, known: KnownPeer): KnownPeer {
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

const peerOf = ({ type, distinguisher, address }: PeerHeader): RouterPeer => ({
  type,
  distinguisher,
  neighbor: address,
})

const withinSecond = (second: EpochMs | null, at: EpochMs): Bounds | null =>
  second === null ? null : { earliest: second, latest: Math.min(second + SECOND_MS, at) }
