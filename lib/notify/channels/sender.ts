import type { EpochMs } from '#lib/contract/index.ts'
import type { Message } from '../content.ts'
import type { NotifySettings } from '../settings.ts'

/** Delivers one message to a channel of one kind, once; a failure is a result and does not throw. */
export type ChannelSender = (channel: ChannelAddress, message: Message, context: SenderContext) => Promise<Delivery>

export interface ChannelAddress {
  /** the stored fields of the channel's kind; its sender reads them by its own schema */
  target: unknown
  /** null = none is set */
  secret: string | null
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
}

/** The result of one attempt. */
export type Delivery =
  | { delivered: true; answer: string }
  /** `final`: the receiver will never accept it */
  | { delivered: false; error: string; final: boolean }

export const failed = (error: string): Delivery => ({ delivered: false, error, final: false })

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host name not found (DNS)',
  EAI_AGAIN: 'host name lookup failed (DNS)',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EPIPE: 'connection reset',
  CERT_HAS_EXPIRED: 'certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate from an untrusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate from an untrusted authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate issued for another name',
}

/** Why a connection failed, in words; the library's message for an unknown code. */
export function connectionError(error: unknown): string {
  const { code = '', name, message } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return 'timed out'
  // nodemailer sets a code of its own and leaves the system's in the message
  const known = [code, ...message.split(/[^A-Z_]+/)].find((word) => reasons[word])
  return (known && reasons[known]) || message || code
}
