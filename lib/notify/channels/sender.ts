import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { ChannelMessage } from '../content.ts'
import { type OutboundRules, RefusedDestinationError } from '../outbound/allowed-destination.ts'
import type { NotifySettings } from '../settings.ts'

/**
 * Function that delivers one message to a channel of one kind, in one attempt. A failure is returned as a result and
 * does not throw.
 */
export type SendChannelMessage = (
  channel: ChannelAddress,
  message: ChannelMessage,
  context: SenderContext,
) => Promise<DeliveryResult>

interface ChannelAddress {
  /** fields of the channel's settings, with the decrypted address; their schema depends on the kind of channel */
  target: unknown
  /** decrypted secret of the channel; null = no secret is set */
  secret: string | null
  /**
   * whether the vendor (for example Slack) may send requests to this channel, so that messages can contain a button to
   * acknowledge the incident
   */
  takesRequests?: boolean
}

export interface MailServer {
  /** address of the mail server, `smtp://user:password@host:587` (STARTTLS) or `smtps://...` */
  url: string
  /** sender address of all mails, `noc@example.com` or `Peerwatch <noc@example.com>` */
  from: string
}

export interface SenderContext {
  now: () => EpochMs
  settings: NotifySettings
  /** mail server; null = e-mail cannot be sent */
  mail: MailServer | null
  /** public URL of Peerwatch without a trailing slash; null = messages contain no links */
  publicUrl: string | null
  outbound: OutboundRules
}

/**
 * The result of one delivery attempt. Its text is shown on screens and in the delivery log, so it contains neither the
 * channel's secret URL nor text from the receiver, and mail addresses are masked.
 */
export type DeliveryResult =
  | { delivered: true; answer: string }
  /**
   * `final`: do not retry, because the receiver will never accept the message; `code`: system error code, only for
   * Peerwatch's log; `refused`: recipients that the mail server refused while it accepted the others
   */
  | { delivered: false; error: string; final: boolean; code?: string; refused?: readonly string[] }

export const createFailedDelivery = (error: string): Extract<DeliveryResult, { delivered: false }> => ({
  delivered: false,
  error,
  final: false,
})

/** Texts for errors that a user can correct, by error code. Every other error has the text {@link NO_CONNECTION}. */
const reasons: Record<string, string> = createSafeLookupTable({
  ENOTFOUND: 'host name not found (DNS)',
  EAI_AGAIN: 'host name lookup failed (DNS)',
  CERT_HAS_EXPIRED: 'certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate from an untrusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate from an untrusted authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate issued for another name',
})

/**
 * Error text for every other connection failure. It does not tell whether the port is closed, filtered, silent or uses
 * another protocol, so that channel tests cannot serve as a port scan.
 */
const NO_CONNECTION = 'could not connect, or no answer came in time'

/** Converts a connection error to a delivery result. */
export function toConnectionFailure(error: unknown, prefix = ''): DeliveryResult {
  if (error instanceof RefusedDestinationError) return createFailedDelivery(error.message)
  const { code = '', name = '', message = '' } = error as NodeJS.ErrnoException
  // Looks for the code in the message too, because nodemailer sets its own `code` and mentions the system's code only
  // in the message.
  const known = [code, ...message.split(/[^A-Z_]+/)].find((word) => reasons[word])
  return {
    ...createFailedDelivery(`${prefix}${(known && reasons[known]) || NO_CONNECTION}`),
    code: known ?? (code.toString() || name),
  }
}
