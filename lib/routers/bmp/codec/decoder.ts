import { CEASE } from '#lib/bgp/index.ts'
import type { BgpNotification, PeerDownReason, RouterView } from '#lib/contract/index.ts'
import { takeBgpMessage } from './bgp-message.ts'
import { ByteReader } from './byte-reader.ts'
import { type Family, families } from './family.ts'
import { type Frame, FrameSplitter, MAX_FRAME_BYTES } from './frame-splitter.ts'
import type { BmpMessage, PeerUp } from './message.ts'
import { readOpen } from './open.ts'
import { PathIdReading } from './path-ids.ts'
import { type PeerHeader, peerKey, readPeerHeader } from './peer-header.ts'
import { readStatistics } from './statistics.ts'
import { BmpStreamError } from './stream-error.ts'
import { readUpdate } from './update.ts'
import { ipv4Text, ipv6Text, isZero, readWireText } from './wire-text.ts'

const HARD_RESET = 9

/**
 * Subcodes of a Cease notification that may include a text: Administrative Shutdown and Administrative Reset (RFC 4486,
 * RFC 9003).
 */
const WITH_TEXT = [2, 4]

/** Maximum number of free texts that are read of a message. Further texts are skipped. */
const MAX_TEXTS = 16

const TYPE_STRING = 0

/** An item with type, length and value, as in Initiation, Termination and Peer Up messages (RFC 7854 section 4.4). */
interface InformationItem {
  type: number
  value: Uint8Array
}

interface DecoderLimits {
  maxFrameBytes: number
  /** maximum number of neighbors that one router reports at the same time */
  maxPeers: number
}

export const DECODER_LIMITS: DecoderLimits = { maxFrameBytes: MAX_FRAME_BYTES, maxPeers: 1_000 }

const INFORMATION = { sysDescr: 1, sysName: 2, tableName: 3, terminationReason: 1 }

const UNREADABLE = ['routeMonitoring', 'statistics', 'peerDown', 'peerUp'] as const

/** Address families whose routes have path identifiers (ADD-PATH), for received and for sent routes. */
interface PathIds {
  received: Family[]
  sent: Family[]
}

/**
 * Decodes the BMP stream of one connection. It remembers from each neighbor's Peer Up how the neighbor's routes are
 * encoded.
 */
export class BmpDecoder {
  private readonly splitter: FrameSplitter
  private readonly limits: DecoderLimits
  private readonly pathIds = new Map<string, PathIds>()
  /** path identifier encoding of each table of a neighbor, by the key of the neighbor */
  private readonly readings = new Map<string, Map<RouterView, PathIdReading>>()

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.limits = { ...DECODER_LIMITS, ...limits }
    this.splitter = new FrameSplitter(this.limits.maxFrameBytes)
  }

  /** Whether the received bytes end inside a message. */
  get isInsideMessage(): boolean {
    return this.splitter.isInsideFrame
  }

  /**
   * Decodes a chunk of the stream.
   * @yields the messages that the chunk completes
   * @throws BmpStreamError if the rest of the stream cannot be read, or if the neighbor of a message cannot be read
   */
  *push(chunk: Uint8Array): Generator<BmpMessage> {
    for (const frame of this.splitter.push(chunk)) yield this.decode(frame)
  }

  private decode({ type, body }: Frame): BmpMessage {
    const reader = new ByteReader(body)
    switch (type) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const peer = readPeerHeader(reader)
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
   * Decodes a message about a neighbor. If its content is malformed, it becomes an `unreadable` message, and the
   * following messages are still read.
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
        const update = readUpdate(reader, encoding)
        // bytes after the UPDATE are ignored: Huawei VRP sends 8 or 10 of them, which do not describe routes
        return { type: 'routeMonitoring', peer, update }
      }
      case 1:
        return { type: 'statistics', peer, statistics: readStatistics(reader) }
      case 2:
        this.pathIds.delete(peerKey(peer))
        this.readings.delete(peerKey(peer))
        return { type: 'peerDown', peer, reason: readDownReason(reader) }
      case 3: {
        const up = readPeerUp(peer, reader)
        this.remember(up)
        return up
      }
    }
  }

  private remember(up: PeerUp): void {
    const key = peerKey(up.peer)
    if (!this.pathIds.has(key) && this.pathIds.size >= this.limits.maxPeers) {
      throw new BmpStreamError('limit', `more than ${this.limits.maxPeers} neighbors; that is the most of one router`)
    }
    this.pathIds.set(key, pathIdsOf(up))
    this.readings.delete(key)
  }

  private readingOf(peer: PeerHeader): PathIdReading {
    const key = peerKey(peer)
    const ids = this.pathIds.get(key)
    const tables = this.readings.get(key) ?? new Map<RouterView, PathIdReading>()
    const isSent = peer.view === 'adjOutPre' || peer.view === 'adjOutPost'
    // the OPENs in a Peer Up about the router's own table (Loc-RIB) do not belong to a session, so they do not decide
    const isNegotiated = ids !== undefined && peer.type !== 'locRib'
    const stated = (isSent ? ids?.sent : ids?.received) ?? []
    const reading = tables.get(peer.view) ?? new PathIdReading(stated, isNegotiated)
    if (this.readings.size >= this.limits.maxPeers && !this.readings.has(key)) return reading
    this.readings.set(key, tables.set(peer.view, reading))
    return reading
  }
}

/**
 * Returns the address families with path identifiers for received and sent routes. One end sends several paths of a
 * family if it offers to send them and the other end offers to receive them (RFC 7911 section 4).
 */
function pathIdsOf({ sent, received }: PeerUp): PathIds {
  const sends = (open: PeerUp['sent'], family: Family) =>
    open.addPath.some((entry) => entry.family === family && entry.sends)
  const receives = (open: PeerUp['sent'], family: Family) =>
    open.addPath.some((entry) => entry.family === family && entry.receives)
  return {
    received: families.filter((family) => sends(received, family) && receives(sent, family)),
    sent: families.filter((family) => sends(sent, family) && receives(received, family)),
  }
}

function readPeerUp(peer: PeerHeader, reader: ByteReader): PeerUp {
  const address = reader.take(16, 'the local address')
  const localPort = reader.u16('the local port')
  const remotePort = reader.u16('the remote port')
  const sent = readOpen(reader)
  const received = readOpen(reader)
  const items = readInformation(reader)
  return {
    type: 'peerUp',
    peer,
    localAddress: isZero(address)
      ? null
      : peer.address?.includes(':')
        ? ipv6Text(address)
        : ipv4Text(address.subarray(12)),
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
 * Reads all remaining information items (type, length, value).
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
  return item ? readWireText(item.value) || null : null
}

/** Returns the free texts of a message in their order, limited to {@link MAX_TEXTS}. */
function freeTexts(items: readonly InformationItem[]): string[] {
  return items
    .filter(({ type }) => type === TYPE_STRING)
    .slice(0, MAX_TEXTS)
    .map(({ value }) => readWireText(value))
}

/**
 * Reads a BGP NOTIFICATION.
 * @throws BmpStreamError if it is malformed
 */
function readNotification(reader: ByteReader): BgpNotification {
  const body = takeBgpMessage(reader, 'notification')
  const code = body.u8('an error code')
  const subcode = body.u8('an error subcode')
  const isHardReset = code === CEASE && subcode === HARD_RESET && body.left >= 2
  const hardResetOf = isHardReset ? { code: body.u8('an error code'), subcode: body.u8('an error subcode') } : null
  const inner = hardResetOf ?? { code, subcode }
  return { code, subcode, communication: communicationOf(inner, body), hardResetOf }
}

function communicationOf({ code, subcode }: { code: number; subcode: number }, data: ByteReader): string | null {
  if (code !== CEASE || !WITH_TEXT.includes(subcode) || data.left === 0) return null
  const length = data.u8('the length of a shutdown communication')
  // if the length of the text does not fit, the notification is kept without its text
  if (length === 0 || length > data.left) return null
  return readWireText(data.take(length, 'a shutdown communication')) || null
}
