import { wordTable } from '#lib/bgp/word-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Message } from '../content.ts'
import { type Outbound, RefusedDestinationError } from '../outbound/destination.ts'
import type { NotifySettings } from '../settings.ts'

/**
 * Function that delivers one message to a channel of one kind, in one attempt. A failure is returned as a result and
 * does not throw.
 */
export type ChannelSender = (channel: ChannelAddress, message: Message, context: SenderContext) => Promise<Delivery>

interface ChannelAddress {
  /** the fields of the channel's kind, with its full address; the sender validates them with its own schema */
  target: unknown
  /** decrypted secret of the channel; null = no secret is set */
  secret: string | null
  /**
   * whether the channel accepts requests of the vendor, so that a message may contain a button that acknowledges the
   * incident
   */
  takesRequests?: boolean
}

export interface MailServer {
  /** address of the mail server, `smtp://user:password@host:587` (STARTTLS) or `smtps://...` */
  url: string
  /** sender of mails, `noc@example.com` or `Peerwatch <noc@example.com>` */
  from: string
}

export interface SenderContext {
  now: () => EpochMs
  settings: NotifySettings
  /** mail server; null = e-mail cannot be sent */
  mail: MailServer | null
  /** public URL of Peerwatch without a trailing slash; null = messages contain no links */
  publicUrl: string | null
  outbound: Outbound
}

/**
 * The result of one delivery attempt. Its text is shown on screens and in the delivery log, so it contains no address
 * and no text from the receiver.
 */
export type Delivery =
  | { delivered: true; answer: string }
  /**
   * `final`: the receiver will never accept the message; `code`: system error code, for Peerwatch's own log; `refused`:
   * recipients that were refused while the others received the message
   */
  | { delivered: false; error: string; final: boolean; code?: string; refused?: readonly string[] }

export const failed = (error: string): Extract<Delivery, { delivered: false }> => ({
  delivered: false,
  error,
  final: false,
})

/** Texts of errors that a user can correct, by error code. All other errors are shown as {@link NO_CONNECTION}. */
const reasons: Record<string, string> = wordTable({
  ENOTFOUND: 'host name not found (DNS)',
  EAI_AGAIN: 'host name lookup failed (DNS)',
  CERT_HAS_EXPIRED: 'certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate from an untrusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate from an untrusted authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate issued for another name',
})

/**
 * Error text that is used alike for a port that is closed, filtered, silent or uses another protocol, so that channel
 * tests cannot serve as a port scan.
 */
const NO_CONNECTION = 'could not connect, or no answer came in time'

/** Converts the error of a connection to a delivery result. */
export function toConnectionFailure(error: unknown, prefix = ''): Delivery {
  if (error instanceof RefusedDestinationError) return failed(error.message)
  const { code = '', name = '', message = '' } = error as NodeJS.ErrnoException
  // searches the message too, because nodemailer sets its own code and has the system's code only in the message
  const known = [code, ...message.split(/[^A-Z_]+/)].find((word) => reasons[word])
  return {
    ...failed(`${prefix}${(known && reasons[known]) || NO_CONNECTION}`),
    code: known ?? (code.toString() || name),
  }
}
