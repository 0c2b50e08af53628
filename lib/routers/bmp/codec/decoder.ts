import { CEASE_ERROR_CODE } from '#lib/bgp/index.ts'
import type { BgpNotification, PeerDownReason, MonitoredRib } from '#lib/contract/index.ts'
import { takeExpectedBgpMessage } from './bgp-message.ts'
import { ByteReader } from './byte-reader.ts'
import { type AddressFamily, addressFamilies } from './address-family.ts'
import { type BmpFrame, FrameSplitter, MAX_FRAME_BYTES } from './frame-splitter.ts'
import type { BmpMessage, PeerUp } from './message.ts'
import { decodeBgpOpen } from './open.ts'
import { PathIdDetection } from './path-ids.ts'
import { type PeerHeader, formatPeerHeaderKey, decodePeerHeader } from './peer-header.ts'
import { decodeBmpStatistics } from './statistics.ts'
import { BmpStreamError } from './stream-error.ts'
import { decodeBgpUpdate } from './update.ts'
import { formatIpv4Bytes, formatIpv6Bytes, areAllBytesZero, decodeWireText } from './wire-text.ts'

const HARD_RESET = 9

/**
 * Subcodes of a Cease NOTIFICATION that may contain a text: Administrative Shutdown and Administrative Reset (RFC 4486,
 * RFC 9003).
 */
const WITH_TEXT = [2, 4]

/** Maximum number of free texts of a message that are kept. */
const MAX_TEXTS = 16

const TYPE_STRING = 0

/**
 * An item with type, length and value. Initiation, Termination, Peer Up and some Peer Down messages contain such items
 * (RFC 7854 section 4.4, RFC 9069).
 */
interface InformationItem {
  type: number
  value: Uint8Array
}

interface DecoderLimits {
  maxFrameBytes: number
  /** Maximum number of neighbors that a router may report on one connection. */
  maxPeers: number
}

export const DECODER_LIMITS: DecoderLimits = { maxFrameBytes: MAX_FRAME_BYTES, maxPeers: 1_000 }

const INFORMATION = { sysDescr: 1, sysName: 2, tableName: 3, terminationReason: 1 }

const UNREADABLE = ['routeMonitoring', 'statistics', 'peerDown', 'peerUp'] as const

/** Address families whose routes contain path identifiers (ADD-PATH), separately for received and sent routes. */
interface PathIds {
  received: AddressFamily[]
  sent: AddressFamily[]
}

/**
 * Decodes the BMP stream of one connection. From the Peer Up of each neighbor, it knows how the neighbor's routes are
 * encoded.
 */
export class BmpDecoder {
  private readonly splitter: FrameSplitter
  private readonly limits: DecoderLimits
  private readonly pathIds = new Map<string, PathIds>()
  /**
   * Detection whether the routes of a table contain path identifiers, for each table of each neighbor, by the key of
   * the neighbor.
   */
  private readonly readings = new Map<string, Map<MonitoredRib, PathIdDetection>>()

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.limits = { ...DECODER_LIMITS, ...limits }
    this.splitter = new FrameSplitter(this.limits.maxFrameBytes)
  }

  /** True if the last received bytes are an incomplete message. */
  get isInsideMessage(): boolean {
    return this.splitter.isInsideFrame
  }

  /**
   * Decodes a chunk of received bytes.
   * @yields the messages that are complete with this chunk
   * @throws BmpStreamError if the following bytes cannot be decoded any more, or if the neighbor of a message is
   *   unreadable
   */
  *push(chunk: Uint8Array): Generator<BmpMessage> {
    for (const frame of this.splitter.push(chunk)) yield this.decode(frame)
  }

  private decode({ type, body }: BmpFrame): BmpMessage {
    const reader = new ByteReader(body)
    switch (type) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const peer = decodePeerHeader(reader)
        return peer ? this.ofNeighbor(type, peer, reader) : { type: 'skipped', code: type }
      }
      case 4: {
        const items = readInformation(reader)
        const sysDescr = textOf(items, INFORMATION.sysDescr)
        return { type: 'initiation', sysName: textOf(items, INFORMATION.sysName), sysDescr, texts: freeTexts(items) }
      }
      case 5: {
        const items = readInformation(reader)
        const reason = items.find(({ type: item }) => item === INFORMATION.terminationReason)
        const code = reason ? new ByteReader(reason.value).u16('a termination reason') : null
        return { type: 'termination', reason: code, texts: freeTexts(items) }
      }
      default:
        return { type: 'skipped', code: type }
    }
  }

  /**
   * Decodes a message about a neighbor. A malformed message is returned as `unreadable`, so that the following messages
   * can still be decoded.
   */
  private ofNeighbor(type: 0 | 1 | 2 | 3, peer: PeerHeader, reader: ByteReader): BmpMessage {
    try {
      return this.ofPeer(type, peer, reader)
    } catch (error) {
      if (!(error instanceof BmpStreamError) || error.reason !== 'malformed') throw error
      return { type: 'unreadable', peer, of: UNREADABLE[type], detail: error.message }
    }
  }

  private ofPeer(type: 0 | 1 | 2 | 3, peer: PeerHeader, reader: ByteReader): BmpMessage {
    switch (type) {
      case 0: {
        const encoding = { twoOctetAsns: peer.twoOctetAsns, pathIds: this.readingOf(peer) }
        const update = decodeBgpUpdate(reader, encoding)
        // ignore bytes after the UPDATE, because Huawei VRP adds 8 or 10 bytes that do not describe routes
        return { type: 'routeMonitoring', peer, update }
      }
      case 1:
        return { type: 'statistics', peer, statistics: decodeBmpStatistics(reader) }
      case 2:
        this.pathIds.delete(formatPeerHeaderKey(peer))
        this.readings.delete(formatPeerHeaderKey(peer))
        return { type: 'peerDown', peer, reason: readDownReason(reader) }
      case 3: {
        const up = readPeerUp(peer, reader)
        this.remember(up)
        return up
      }
    }
  }

  private remember(up: PeerUp): void {
    const key = formatPeerHeaderKey(up.peer)
    if (!this.pathIds.has(key) && this.pathIds.size >= this.limits.maxPeers) {
      throw new BmpStreamError('limit', `more than ${this.limits.maxPeers} neighbors; that is the most of one router`)
    }
    this.pathIds.set(key, pathIdsOf(up))
    this.readings.delete(key)
  }

  private readingOf(peer: PeerHeader): PathIdDetection {
    const key = formatPeerHeaderKey(peer)
    const ids = this.pathIds.get(key)
    const tables = this.readings.get(key) ?? new Map<MonitoredRib, PathIdDetection>()
    const isSent = peer.view === 'adjOutPre' || peer.view === 'adjOutPost'
    // a Peer Up for the router's own table (Loc-RIB) contains OPENs that no session sent, so they do not show whether
    // routes contain path identifiers
    const isNegotiated = ids !== undefined && peer.type !== 'locRib'
    const stated = (isSent ? ids?.sent : ids?.received) ?? []
    const reading = tables.get(peer.view) ?? new PathIdDetection(stated, isNegotiated)
    if (this.readings.size >= this.limits.maxPeers && !this.readings.has(key)) return reading
    this.readings.set(key, tables.set(peer.view, reading))
    return reading
  }
}

/**
 * Returns the address families whose received and sent routes contain path identifiers. This requires that one end
 * offered to send several paths and that the other end offered to receive them (RFC 7911 section 4).
 */
function pathIdsOf({ sent, received }: PeerUp): PathIds {
  const sends = (open: PeerUp['sent'], family: AddressFamily) =>
    open.addPath.some((entry) => entry.family === family && entry.sends)
  const receives = (open: PeerUp['sent'], family: AddressFamily) =>
    open.addPath.some((entry) => entry.family === family && entry.receives)
  return {
    received: addressFamilies.filter((family) => sends(received, family) && receives(sent, family)),
    sent: addressFamilies.filter((family) => sends(sent, family) && receives(received, family)),
  }
}

function readPeerUp(peer: PeerHeader, reader: ByteReader): PeerUp {
  const address = reader.take(16, 'the local address')
  const localPort = reader.u16('the local port')
  const remotePort = reader.u16('the remote port')
  const sent = decodeBgpOpen(reader)
  const received = decodeBgpOpen(reader)
  const items = readInformation(reader)
  return {
    type: 'peerUp',
    peer,
    localAddress: areAllBytesZero(address)
      ? null
      : peer.address?.includes(':')
        ? formatIpv6Bytes(address)
        : formatIpv4Bytes(address.subarray(12)),
    localPort,
    remotePort,
    sent,
    received,
    tableName: textOf(items, INFORMATION.tableName),
    texts: freeTexts(items),
  }
}

function readDownReason(reader: ByteReader): PeerDownReason {
  const code = reader.u8('the reason of a Peer Down')
  switch (code) {
    case 1:
    case 3:
      return { by: code === 1 ? 'local' : 'remote', notification: reader.left > 0 ? readNotification(reader) : null }
    case 2:
      return { by: 'localWithoutNotification', fsmEvent: reader.u16('the event of a Peer Down') }
    case 4:
      return { by: 'remoteWithoutNotification' }
    case 5:
      return { by: 'monitoringStopped' }
    case 6:
      return { by: 'localTable', tableName: textOf(readInformation(reader), INFORMATION.tableName) }
    default:
      return { by: 'unknown', code }
  }
}

/**
 * Reads the remaining bytes as items with type, length and value.
 * @throws BmpStreamError if a length does not fit
 */
function readInformation(reader: ByteReader): InformationItem[] {
  const items: InformationItem[] = []
  while (reader.left > 0) {
    const type = reader.u16('an information type')
    items.push({ type, value: reader.take(reader.u16('an information length'), `information ${type}`) })
  }
  return items
}

/** Returns the text of the first item of a type; null if it is absent or empty. */
function textOf(items: readonly InformationItem[], type: number): string | null {
  const item = items.find((candidate) => candidate.type === type)
  return item ? decodeWireText(item.value) || null : null
}

/** Returns the free texts of a message in their order, limited to {@link MAX_TEXTS}. */
function freeTexts(items: readonly InformationItem[]): string[] {
  return items
    .filter(({ type }) => type === TYPE_STRING)
    .slice(0, MAX_TEXTS)
    .map(({ value }) => decodeWireText(value))
}

/**
 * Reads a BGP NOTIFICATION.
 * @throws BmpStreamError if it is malformed
 */
function readNotification(reader: ByteReader): BgpNotification {
  const body = takeExpectedBgpMessage(reader, 'notification')
  const code = body.u8('an error code')
  const subcode = body.u8('an error subcode')
  const isHardReset = code === CEASE_ERROR_CODE && subcode === HARD_RESET && body.left >= 2
  const hardResetOf = isHardReset ? { code: body.u8('an error code'), subcode: body.u8('an error subcode') } : null
  const inner = hardResetOf ?? { code, subcode }
  return { code, subcode, communication: communicationOf(inner, body), hardResetOf }
}

function communicationOf({ code, subcode }: { code: number; subcode: number }, data: ByteReader): string | null {
  if (code !== CEASE_ERROR_CODE || !WITH_TEXT.includes(subcode) || data.left === 0) return null
  const length = data.u8('the length of a shutdown communication')
  // if the length of the text does not fit, keep the NOTIFICATION without the text
  if (length === 0 || length > data.left) return null
  return decodeWireText(data.take(length, 'a shutdown communication')) || null
}
