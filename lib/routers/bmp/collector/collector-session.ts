import { getNotificationName } from '#lib/bgp/notification-names.ts'
import type { RouterConnectionEndReason } from '#lib/contract/index.ts'
import { ByteReader } from '../codec/byte-reader.ts'
import { TcpStreamMessageSplitter } from '../codec/message-splitter.ts'
import { type BgpOpen, decodeBgpOpen } from '../codec/open.ts'
import { BmpStreamError } from '../codec/stream-error.ts'
import {
  type CollectorSessionEndReason,
  type ConnectionEndpoint,
  CollectorSessionAsBmp,
} from './collector-session-as-bmp.ts'
import {
  BGP_MESSAGE_TYPES,
  getCollectorBgpId,
  type CollectorBgpParameters,
  encodeEndOfRib,
  encodeKeepalive,
  encodeBgpNotification,
  encodeCollectorOpen,
} from './encode-bgp-messages.ts'

const HEADER_BYTES = 19
/** Maximum length of a BGP message in bytes, because the collector does not offer longer messages (RFC 8654). */
const MAX_BYTES = 4_096
/** Message type ROUTE-REFRESH (RFC 2918), with any subtype of RFC 7313. */
const ROUTE_REFRESH = 5
const MIN_BYTES: Record<number, number> = { 1: 29, 2: 23, 3: 21, 4: 19, [ROUTE_REFRESH]: 23 }

/**
 * Maximum time in milliseconds between sending and receiving a message. If the socket had no data at some moment, a
 * message that is received later was sent at the earliest this long before that moment.
 */
const TRANSIT_MS = 1_000

/**
 * Code and subcode of the NOTIFICATION that Peerwatch sends if it ends a session. `malformed`: an UPDATE was
 * unreadable. `stopped`: Peerwatch stops. OUT_OF_RESOURCES: any other reason, for example that the router sent too
 * much.
 */
const OUT_OF_RESOURCES = [6, 8] as const
const SAID: Partial<Record<RouterConnectionEndReason, readonly [number, number]>> = {
  malformed: [3, 1],
  stopped: [6, 2],
}

/**
 * Error about an invalid message of the router. It ends the session and contains the code, subcode and data of the
 * NOTIFICATION to send.
 */
class BgpFault extends Error {
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array

  constructor([code, subcode]: readonly [number, number], message: string, data: Uint8Array = new Uint8Array()) {
    super(message)
    this.code = code
    this.subcode = subcode
    this.data = data
  }
}

export interface CollectorSessionEnd {
  reason: Extract<RouterConnectionEndReason, 'closed' | 'lost' | 'malformed' | 'limit'>
  /** Details of the reason, as a sentence; '' = none. */
  detail: string
}

/**
 * Functions that a session calls to send bytes, to report and to close. Times are milliseconds of a monotonic clock.
 */
interface CollectorWire {
  send(bytes: Uint8Array): void
  /** Passes on BMP messages. Their events happened between `notBefore` and `at`. */
  report(frames: Uint8Array, at: number, notBefore: number): void
  /** Called when this session is established. An older session of the same router must end then. */
  established(): void
  /**
   * Closes the connection after all bytes are sent. It is called once.
   * @param end reason of the end, for the report about the connection; null = the caller of `stop` reports the reason
   *   itself
   */
  close(end: CollectorSessionEnd | null): void
}

type Step = 'openSent' | 'openConfirm' | 'established' | 'ended'

/**
 * Peerwatch's end of a BGP session with a router. It waits for the router to connect (passive end, RFC 4271 section
 * 8.2.2) and advertises no routes. Only sessions that were established are reported.
 */
export class CollectorBgpSession {
  private readonly own: CollectorBgpParameters
  private readonly ends: { own: ConnectionEndpoint; router: ConnectionEndpoint }
  private readonly wire: CollectorWire
  private readonly splitter = new TcpStreamMessageSplitter(HEADER_BYTES, lengthOf)
  private readonly bgpId: string
  private readonly open: Uint8Array
  private step: Step = 'openSent'
  private router: { open: BgpOpen; bytes: Uint8Array; asBmp: CollectorSessionAsBmp } | null = null
  /** Negotiated hold time in milliseconds; 0 = the session has no keepalives and no hold timer. */
  private holdMs = 0
  private sentAt: number
  /** Time at which the hold timer was last restarted. */
  private timerAt: number
  /**
   * Last time at which the socket had no data. A message that is received later was sent at the earliest
   * {@link TRANSIT_MS} before this time.
   */
  private emptyAt: number
  /** Earliest time at which the last received message may have been sent. */
  private lastNotBefore: number
  private frames: Uint8Array[] = []

  constructor(
    own: CollectorBgpParameters,
    ends: { own: ConnectionEndpoint; router: ConnectionEndpoint },
    wire: CollectorWire,
    at: number,
  ) {
    this.own = own
    this.ends = ends
    this.wire = wire
    this.bgpId = getCollectorBgpId(own, ends.own.address)
    this.open = encodeCollectorOpen(own, this.bgpId)
    this.sentAt = at
    this.timerAt = at
    this.lastNotBefore = at
    // begin with the current time, because the router sends no further messages before it has received the collector's
    // OPEN
    this.emptyAt = at + TRANSIT_MS
    wire.send(this.open)
  }

  /** Handles received bytes. An invalid message ends the session; it does not throw. */
  received(bytes: Uint8Array, at: number): void {
    if (this.step === 'ended') return
    const notBefore = this.emptyAt - TRANSIT_MS
    try {
      for (const message of this.splitter.push(bytes)) {
        this.lastNotBefore = notBefore
        this.timerAt = at
        this.take(message, at)
        if (this.isOver()) return
      }
      this.hand(at, notBefore)
    } catch (error) {
      if (!(error instanceof BgpFault)) throw error
      const said = encodeBgpNotification(error.code, error.subcode, error.data)
      this.end({ code: 3, notification: said }, { reason: 'malformed', detail: error.message }, at, notBefore)
    }
  }

  /**
   * Checks the hold timer, and sends a keepalive if necessary. It is called about every half second.
   * @param found state of the socket: `empty` = it was read and had no data; `something` = it had data; `paused` = it
   *   was not read, so the hold timer is restarted
   */
  tick(at: number, found: 'empty' | 'something' | 'paused'): void {
    if (this.step === 'ended') return
    if (found === 'empty') this.emptyAt = Math.max(this.emptyAt, at)
    if (found === 'paused') this.timerAt = at
    if (this.holdMs === 0) return
    if (found === 'empty' && at - this.timerAt >= this.holdMs) return this.expire(at)
    if (at - this.sentAt >= this.holdMs / 3) this.send(encodeKeepalive(), at)
  }

  /** Ends the session because the TCP connection was lost. */
  gone(at: number): void {
    this.end({ code: 2, event: 18 }, null, at, this.emptyAt - TRANSIT_MS)
  }

  /** Ends the session because the router has established a newer one. */
  supersede(at: number): void {
    const end = { reason: 'closed', detail: 'the router connected again' } as const
    this.end({ code: 3, notification: encodeBgpNotification(6, 7) }, end, at, this.lastNotBefore)
  }

  /** Ends the session on request of the station, which already knows the reason, so that the end is not reported. */
  stop(reason: RouterConnectionEndReason): void {
    if (this.step === 'ended') return
    const isLate = this.step !== 'established' && reason === 'limit'
    const [code, subcode] = isLate ? [4, 0] : (SAID[reason] ?? OUT_OF_RESOURCES)
    this.step = 'ended'
    this.wire.send(encodeBgpNotification(code, subcode))
    this.wire.close(null)
  }

  /**
   * ASN and BGP identifier of the router, as one text. The ASN is needed because an identifier is unique only within an
   * AS (RFC 6286). Null = the session is not established.
   */
  get establishedWith(): string | null {
    const open = this.step === 'established' ? this.router?.open : null
    return open ? `${open.asn} ${open.bgpId}` : null
  }

  private isOver = () => this.step === 'ended'

  private take(message: Uint8Array, at: number): void {
    const type = message[HEADER_BYTES - 1]
    if (type === BGP_MESSAGE_TYPES.notification) return this.closedByRouter(message, at)
    if (this.step === 'openSent' && type === BGP_MESSAGE_TYPES.open) return this.takeOpen(Uint8Array.from(message), at)
    if (this.step === 'openConfirm' && type === BGP_MESSAGE_TYPES.keepalive) return this.establish(at)
    if (this.step === 'established' && type === BGP_MESSAGE_TYPES.keepalive) return
    // Ignore a ROUTE-REFRESH, which requests all routes again, because the collector advertises no routes. Some routers
    // send it although the collector does not offer the capability.
    if (this.step === 'established' && type === ROUTE_REFRESH) return
    if (this.step === 'established' && type === BGP_MESSAGE_TYPES.update && this.router)
      return void this.frames.push(this.router.asBmp.update(message))
    const subcode = { openSent: 1, openConfirm: 2, established: 3, ended: 0 }[this.step]
    throw new BgpFault([5, subcode], `a BGP message of type ${type} where none is expected`)
  }

  private takeOpen(bytes: Uint8Array, at: number): void {
    const version = bytes[HEADER_BYTES]
    if (version !== 4) throw new BgpFault([2, 1], `BGP version ${version} instead of 4`, Uint8Array.of(0, 4))
    const open = readWhole(bytes)
    const { asn, bgpId, holdTimeSeconds } = open
    if (asn === 0) throw new BgpFault([2, 2], 'an OPEN with ASN 0')
    const isOwnId = asn === this.own.asn && bgpId === this.bgpId
    if (bgpId === '0.0.0.0' || isOwnId) throw new BgpFault([2, 3], `an OPEN with BGP identifier ${bgpId}`)
    if (holdTimeSeconds === 1 || holdTimeSeconds === 2)
      throw new BgpFault([2, 6], `a hold time of ${holdTimeSeconds} s: 0, or 3 and more are allowed`)
    this.holdMs = Math.min(this.own.holdSeconds, holdTimeSeconds) * 1_000
    const own = { asn: this.own.asn, bgpId: this.bgpId }
    const asBmp = new CollectorSessionAsBmp(own, this.ends, { twoOctetAsns: !open.fourOctetAsns })
    this.router = { open, bytes, asBmp }
    this.step = 'openConfirm'
    this.send(encodeKeepalive(), at)
  }

  private establish(at: number): void {
    if (!this.router) return
    const { open, bytes, asBmp } = this.router
    this.step = 'established'
    this.wire.established()
    this.frames.push(asBmp.up(open.hostName ?? open.bgpId, bytes, this.open))
    // a router that announces no address families uses IPv4 (RFC 4760 section 8)
    for (const family of open.families.length > 0 ? open.families : (['ipv4'] as const))
      this.send(encodeEndOfRib(family), at)
  }

  private closedByRouter(message: Uint8Array, at: number): void {
    const [code = 0, subcode = 0] = message.subarray(HEADER_BYTES)
    const detail = this.step === 'established' ? '' : `the router refuses: ${getNotificationName(code, subcode)}`
    this.end({ code: 1, notification: message }, { reason: 'closed', detail }, at, this.lastNotBefore)
  }

  private expire(at: number): void {
    const detail = `no message within ${this.holdMs / 1_000} s`
    this.end({ code: 3, notification: encodeBgpNotification(4, 0) }, { reason: 'lost', detail }, at, this.lastNotBefore)
  }

  /**
   * Ends the session. If it was established, its end is reported.
   * @param end reason for closing the connection; null = the connection is already closed
   */
  private end(reason: CollectorSessionEndReason, end: CollectorSessionEnd | null, at: number, notBefore: number): void {
    if (this.step === 'ended') return
    this.hand(at, notBefore)
    if (this.step === 'established' && this.router) this.wire.report(this.router.asBmp.down(reason), at, notBefore)
    this.step = 'ended'
    if (reason.code === 3) this.wire.send(reason.notification)
    if (end) this.wire.close(end)
  }

  private hand(at: number, notBefore: number): void {
    if (this.frames.length > 0) this.wire.report(Buffer.concat(this.frames), at, notBefore)
    this.frames = []
  }

  private send(bytes: Uint8Array, at: number): void {
    this.sentAt = at
    this.wire.send(bytes)
  }
}

function lengthOf(header: Uint8Array): number {
  if (!header.subarray(0, 16).every((byte) => byte === 0xff))
    throw new BgpFault([1, 1], 'no BGP: a message without its marker')
  const [high = 0, low = 0, type = 0] = header.subarray(16)
  const length = (high << 8) | low
  const least = MIN_BYTES[type]
  if (least === undefined) throw new BgpFault([1, 3], `a BGP message of type ${type}`, Uint8Array.of(type))
  if (length < least || length > MAX_BYTES || (type === BGP_MESSAGE_TYPES.keepalive && length !== least))
    throw new BgpFault([1, 2], `a BGP message of type ${type} with ${length} bytes`, Uint8Array.of(high, low))
  return length
}

function readWhole(bytes: Uint8Array): BgpOpen {
  try {
    return decodeBgpOpen(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof BmpStreamError) throw new BgpFault([2, 0], error.message)
    throw error
  }
}
