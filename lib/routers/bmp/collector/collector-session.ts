import { notificationName } from '#lib/bgp/notification-names.ts'
import type { RouterConnectionEnd } from '#lib/contract/index.ts'
import { ByteReader } from '../codec/byte-reader.ts'
import { MessageSplitter } from '../codec/message-splitter.ts'
import { type BgpOpen, readOpen } from '../codec/open.ts'
import { BmpStreamError } from '../codec/stream-error.ts'
import { type CollectorDown, type End, SessionAsBmp } from './as-bmp.ts'
import { BGP, bgpIdOf, type CollectorIdentity, endOfRib, keepalive, notificationOf, ownOpen } from './own-messages.ts'

const HEADER_BYTES = 19
/** Maximum length of a BGP message in bytes. The collector does not offer extended messages (RFC 8654). */
const MAX_BYTES = 4_096
/** ROUTE-REFRESH (RFC 2918), with the subtypes of RFC 7313. */
const ROUTE_REFRESH = 5
const MIN_BYTES: Record<number, number> = { 1: 29, 2: 23, 3: 21, 4: 19, [ROUTE_REFRESH]: 23 }

/**
 * Maximum transit time of a message in milliseconds. A message that arrives after the socket was known to be empty was
 * sent at most this long before that time.
 */
const TRANSIT_MS = 1_000

/**
 * NOTIFICATION (code and subcode) for a session that the station ends: because an UPDATE was unreadable, because
 * Peerwatch stops, or for any other reason (OUT_OF_RESOURCES), for example because the router sent too much.
 */
const OUT_OF_RESOURCES = [6, 8] as const
const SAID: Partial<Record<RouterConnectionEnd, readonly [number, number]>> = { malformed: [3, 1], stopped: [6, 2] }

/**
 * Error about an invalid message of the router, which ends the session with the NOTIFICATION that the error describes.
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

export interface CollectorEnd {
  reason: Extract<RouterConnectionEnd, 'closed' | 'lost' | 'malformed' | 'limit'>
  /** details of the end in one plain sentence; '' if the reason is sufficient */
  detail: string
}

/** Functions through which a session sends and reports. Times are milliseconds of a monotonic clock. */
interface CollectorWire {
  send(bytes: Uint8Array): void
  /** Passes on BMP frames. Their content happened between `notBefore` and `at`. */
  report(frames: Uint8Array, at: number, notBefore: number): void
  /** Ends an older session with the same router, because this session is established. */
  established(): void
  /**
   * Closes the connection after all bytes are sent. Called once.
   * @param end reason of the end; null = the station requested the close
   */
  close(end: CollectorEnd | null): void
}

type Step = 'openSent' | 'openConfirm' | 'established' | 'ended'

/**
 * The passive end of a BGP session (RFC 4271 section 8.2.2), which advertises no routes. A session that was never
 * established is not reported.
 */
export class CollectorSession {
  private readonly own: CollectorIdentity
  private readonly ends: { own: End; router: End }
  private readonly wire: CollectorWire
  private readonly splitter = new MessageSplitter(HEADER_BYTES, lengthOf)
  private readonly bgpId: string
  private readonly open: Uint8Array
  private step: Step = 'openSent'
  private router: { open: BgpOpen; bytes: Uint8Array; asBmp: SessionAsBmp } | null = null
  /** negotiated hold time in milliseconds; 0 = keepalives and the hold timer are off */
  private holdMs = 0
  private sentAt: number
  /** time at which the hold timer last restarted */
  private timerAt: number
  /**
   * time at which the socket was last known to be empty; messages that arrive later were sent at most {@link
   * TRANSIT_MS} before it
   */
  private emptyAt: number
  /** lower bound of the time at which the last received message was sent */
  private lastNotBefore: number
  private frames: Uint8Array[] = []

  constructor(own: CollectorIdentity, ends: { own: End; router: End }, wire: CollectorWire, at: number) {
    this.own = own
    this.ends = ends
    this.wire = wire
    this.bgpId = bgpIdOf(own, ends.own.address)
    this.open = ownOpen(own, this.bgpId)
    this.sentAt = at
    this.timerAt = at
    this.lastNotBefore = at
    // sets the lower bound to now, because the router cannot have sent a message before the collector's OPEN
    this.emptyAt = at + TRANSIT_MS
    wire.send(this.open)
  }

  /** Processes received bytes. A wrong message ends the session and is not thrown. */
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
      const said = notificationOf(error.code, error.subcode, error.data)
      this.end({ code: 3, notification: said }, { reason: 'malformed', detail: error.message }, at, notBefore)
    }
  }

  /**
   * Checks the hold timer, and sends a keepalive if one is due. Called about every half second.
   * @param found state of the socket: `empty` = it was read and had no data; `something` = it had data; `paused` = it
   *   was not read, so that the hold timer restarts
   */
  tick(at: number, found: 'empty' | 'something' | 'paused'): void {
    if (this.step === 'ended') return
    if (found === 'empty') this.emptyAt = Math.max(this.emptyAt, at)
    if (found === 'paused') this.timerAt = at
    if (this.holdMs === 0) return
    if (found === 'empty' && at - this.timerAt >= this.holdMs) return this.expire(at)
    if (at - this.sentAt >= this.holdMs / 3) this.send(keepalive(), at)
  }

  /** Ends the session because the connection is gone. */
  gone(at: number): void {
    this.end({ code: 2, event: 18 }, null, at, this.emptyAt - TRANSIT_MS)
  }

  /** Ends the session because a newer session of the same router is established. */
  supersede(at: number): void {
    const end = { reason: 'closed', detail: 'the router connected again' } as const
    this.end({ code: 3, notification: notificationOf(6, 7) }, end, at, this.lastNotBefore)
  }

  /** Ends the session without a report, because the caller already knows the reason. */
  stop(reason: RouterConnectionEnd): void {
    if (this.step === 'ended') return
    const isLate = this.step !== 'established' && reason === 'limit'
    const [code, subcode] = isLate ? [4, 0] : (SAID[reason] ?? OUT_OF_RESOURCES)
    this.step = 'ended'
    this.wire.send(notificationOf(code, subcode))
    this.wire.close(null)
  }

  /**
   * ASN and BGP identifier of the router, because an identifier is unique only within an AS (RFC 6286). Null = the
   * session is not established.
   */
  get establishedWith(): string | null {
    const open = this.step === 'established' ? this.router?.open : null
    return open ? `${open.asn} ${open.bgpId}` : null
  }

  private isOver = () => this.step === 'ended'

  private take(message: Uint8Array, at: number): void {
    const type = message[HEADER_BYTES - 1]
    if (type === BGP.notification) return this.closedByRouter(message, at)
    if (this.step === 'openSent' && type === BGP.open) return this.takeOpen(Uint8Array.from(message), at)
    if (this.step === 'openConfirm' && type === BGP.keepalive) return this.establish(at)
    if (this.step === 'established' && type === BGP.keepalive) return
    // A ROUTE-REFRESH is ignored, because the collector advertises no routes that could be sent again. Some routers
    // request a refresh although the collector did not offer the capability.
    if (this.step === 'established' && type === ROUTE_REFRESH) return
    if (this.step === 'established' && type === BGP.update && this.router)
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
    const asBmp = new SessionAsBmp(own, this.ends, { twoOctetAsns: !open.fourOctetAsns })
    this.router = { open, bytes, asBmp }
    this.step = 'openConfirm'
    this.send(keepalive(), at)
  }

  private establish(at: number): void {
    if (!this.router) return
    const { open, bytes, asBmp } = this.router
    this.step = 'established'
    this.wire.established()
    this.frames.push(asBmp.up(open.hostName ?? open.bgpId, bytes, this.open))
    // a router without capabilities uses IPv4 (RFC 4760 section 8)
    for (const family of open.families.length > 0 ? open.families : (['ipv4'] as const)) this.send(endOfRib(family), at)
  }

  private closedByRouter(message: Uint8Array, at: number): void {
    const [code = 0, subcode = 0] = message.subarray(HEADER_BYTES)
    const detail = this.step === 'established' ? '' : `the router refuses: ${notificationName(code, subcode)}`
    this.end({ code: 1, notification: message }, { reason: 'closed', detail }, at, this.lastNotBefore)
  }

  private expire(at: number): void {
    const detail = `no message within ${this.holdMs / 1_000} s`
    this.end({ code: 3, notification: notificationOf(4, 0) }, { reason: 'lost', detail }, at, this.lastNotBefore)
  }

  /**
   * Ends the session, and reports it if it was established.
   * @param end details for the close of the connection; null = the connection is already closed
   */
  private end(reason: CollectorDown, end: CollectorEnd | null, at: number, notBefore: number): void {
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
  if (length < least || length > MAX_BYTES || (type === BGP.keepalive && length !== least))
    throw new BgpFault([1, 2], `a BGP message of type ${type} with ${length} bytes`, Uint8Array.of(high, low))
  return length
}

function readWhole(bytes: Uint8Array): BgpOpen {
  try {
    return readOpen(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof BmpStreamError) throw new BgpFault([2, 0], error.message)
    throw error
  }
}
