import { wordTable } from '#lib/bgp/word-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Message } from '../content.ts'
import { type Outbound, RefusedDestinationError } from '../outbound/destination.ts'
import type { NotifySettings } from '../settings.ts'

/** Delivers one message to a channel of one kind, once; a failure is a result and does not throw. */
export type ChannelSender = (channel: ChannelAddress, message: Message, context: SenderContext) => Promise<Delivery>

interface ChannelAddress {
  /** the fields of the channel's kind, its address in full; its sender reads them by its own schema */
  target: unknown
  /** null = none is set */
  secret: string | null
  /** its vendor's requests are taken, so that a message may have a button */
  takesRequests?: boolean
}

export interface MailServer {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://...` */
  url: string
  /** `noc@example.com`, or `Peerwatch <noc@example.com>` */
  from: string
}

export interface SenderContext {
  now: () => EpochMs
  settings: NotifySettings
  /** null = e-mail cannot be sent */
  mail: MailServer | null
  /** without a trailing slash; null = messages carry no links */
  publicUrl: string | null
  outbound: Outbound
}

/** The result of one attempt. Its words reach screens and the delivery log: nothing that the other side sent, no address. */
export type Delivery =
  | { delivered: true; answer: string }
  /**
   * `final`: the receiver will never accept it; `code`: the system's, for Peerwatch's own log; `refused`: who did not receive it, where
   * the others did
   */
  | { delivered: false; error: string; final: boolean; code?: string; refused?: readonly string[] }

export const failed = (error: string): Extract<Delivery, { delivered: false }> => ({
  delivered: false,
  error,
  final: false,
})

/** What a user can put right. Everything else is {@link NO_CONNECTION}. */
const reasons: Record<string, string> = wordTable({
  ENOTFOUND: 'host name not found (DNS)',
  EAI_AGAIN: 'host name lookup failed (DNS)',
  CERT_HAS_EXPIRED: 'certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate from an untrusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate from an untrusted authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate issued for another name',
})

/** One sentence for a port that is closed, filtered, silent or speaks something else: a test is no port scan. */
const NO_CONNECTION = 'could not connect, or no answer came in time'

/** A failed connection as a delivery. */
export function notConnected(error: unknown, prefix = ''): Delivery {
  if (error instanceof RefusedDestinationError) return failed(error.message)
  const { code = '', name = '', message = '' } = error as NodeJS.ErrnoException
  // nodemailer sets a code of its own and leaves the system's in the message
  const known = [code, ...message.split(/[^A-Z_]+/)].find((word) => reasons[word])
  return {
    ...failed(`${prefix}${(known && reasons[known]) || NO_CONNECTION}`),
    code: known ?? (code.toString() || name),
  }
}
