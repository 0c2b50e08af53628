import { ImapFlow } from 'imapflow'
import { isIP } from 'node:net'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { resolveAllowedAddresses, type OutboundRules, RefusedDestinationError } from '#lib/notify/index.ts'
import { isLoopback } from '#lib/platform/environment.ts'
import { findTopmostAuthenticationResults } from './authentication-results.ts'
import { findNoticeParts } from './mail-parts.ts'
import type { ParsedMail } from './extract-notice.ts'

/**
 * Position up to which a mailbox was read. The server numbers mails with increasing UIDs, which are valid while
 * UIDVALIDITY is unchanged (RFC 3501, section 2.3.1.1).
 */
export interface MailboxPosition {
  uidValidity: string
  /** UID of the last mail that was read; 0 = no mail was read */
  lastUid: number
  /**
   * UID of the mail that was being read when the last connection failed; 0 = none. After several failures, this mail is
   * skipped
   */
  failingUid: number
  /** number of consecutive failures during that mail */
  failures: number
}

/** A mail from the server, with its UID. */
export interface FetchedMail {
  uid: number
  mail: ParsedMail
  /** reason why the content of the mail was not fetched, for example its size; null = it was fetched */
  wrong: string | null
}

/** Maximum size of a fetched mail in bytes; notices have a few kB. */
const MAX_BYTES = 2_000_000
/** Maximum size in bytes that is fetched of one part of a mail. */
const MAX_OF_PART = 1_000_000
const MAX_MAILS = 200
/** Maximum number of characters of all mails that one run reads. */
const MAX_OF_READING = 20_000_000
/** Maximum age in ms of the mails that are read from a new mailbox, or after UIDVALIDITY changed. */
const READ_BEFORE_MS = 31 * MS_PER_DAY
/** Number of consecutive failures while reading a mail, after which the mail is skipped. */
const MAX_FAILURES = 3
const TIMEOUT_MS = 20_000

/** Returns the name of a mailbox for display: folder, user and server, without the password. */
export function formatMailboxName(address: string): string {
  const { host, port, folder, user } = partsOf(address)
  return `${folder} of ${user} at ${host}:${port}`
}

function partsOf(address: string) {
  const url = new URL(address)
  const secure = url.protocol === 'imaps:'
  return {
    secure,
    isLocal: isLoopback(url.hostname),
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 993 : 143),
    folder: decodeURIComponent(url.pathname.replace(/^\//, '')) || 'INBOX',
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
  }
}

/** Result of one run. */
interface MailboxRead {
  /** mails in the order of their UIDs */
  mails: FetchedMail[]
  /** position after these mails; null = the mailbox has never been opened */
  place: MailboxPosition | null
  /** reason why the run ended early, as a text of Peerwatch; null = the run was complete */
  failure: string | null
  /** true if the run reached one of its limits, so that the next run reads the remaining mails */
  hasMore: boolean
}

/**
 * Reads the mails after a position, up to the limits of a run. The mailbox is opened read-only, so that mails are never
 * marked, moved or deleted. Except for a server on this machine, TLS is required before any data is sent.
 */
export async function readMailbox(
  address: string,
  place: MailboxPosition | null,
  { outbound, now, signal }: { outbound: OutboundRules; now: EpochMs; signal: AbortSignal },
): Promise<MailboxRead> {
  const read: MailboxRead = { mails: [], place, failure: null, hasMore: false }
  /** UID of the mail that is currently read; 0 = none. */
  let current = 0
  let client: ImapFlow | null = null
  const close = () => client?.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    client = await connected(address, outbound, signal)
    const { uidValidity: validity } = await client.mailboxOpen(partsOf(address).folder, { readOnly: true })
    const uidValidity = String(validity)
    const from = place?.uidValidity === uidValidity ? place : { ...NOWHERE, uidValidity }
    read.place = from
    let left = MAX_OF_READING
    for (const uid of await uidsBehind(client, from, now)) {
      signal.throwIfAborted()
      if (read.mails.length === MAX_MAILS || left <= 0) {
        read.hasMore = true
        break
      }
      current = uid
      const isPassed = from.failingUid === uid && from.failures >= MAX_FAILURES
      const taken = isPassed ? { uid, mail: noMail(now), wrong: PASSED } : await mailOf(client, uid, now)
      if (taken) read.mails.push(taken)
      left -= taken ? sizeOf(taken.mail) : 0
      read.place = { ...NOWHERE, uidValidity, lastUid: uid }
      current = 0
    }
    await client.logout()
  } catch (error) {
    if (current > 0 && read.place) {
      const failures = place?.failingUid === current ? place.failures + 1 : 1
      read.place = { ...read.place, failingUid: current, failures }
    }
    read.failure = signal.aborted ? 'it took too long: reading goes on where it stopped' : reasonOf(error)
  } finally {
    signal.removeEventListener('abort', close)
    client?.close()
  }
  return read
}

const NOWHERE = { lastUid: 0, failingUid: 0, failures: 0 }
const PASSED = `the connection ended ${MAX_FAILURES} times while it was fetched`
const noMail = (now: EpochMs): ParsedMail => ({
  receivedAt: now,
  messageId: '',
  from: '',
  authentication: null,
  subject: '',
  calendars: [],
  bodies: [],
})
const sizeOf = ({ calendars, bodies }: ParsedMail) =>
  [...calendars, ...bodies].reduce((sum, { length }) => sum + length, 0)

async function connected(address: string, outbound: OutboundRules, signal: AbortSignal): Promise<ImapFlow> {
  const { secure, isLocal, host, port, user, pass } = partsOf(address)
  // The operator configured this address in IMAP_URL, so a connection to it is allowed even if it is not a public
  // address.
  const reachable = { ...outbound, allow: [...outbound.allow, { host, port }] }
  const [first] = await resolveAllowedAddresses(
    { host, port },
    reachable,
    AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  )
  const client = new ImapFlow({
    // The connection uses the address that was checked, because another DNS lookup might return another address.
    host: first?.address ?? '',
    port,
    secure,
    ...(isIP(host) === 0 && { servername: host }),
    ...(!secure && !isLocal && { doSTARTTLS: true }),
    // The certificate of a server on the same machine is not verified, because the name "localhost" does not identify a
    // server.
    tls: { rejectUnauthorized: !isLocal },
    auth: { user, pass },
    // Logging is off, because the library would log everything that is sent and received.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    maxLiteralSize: MAX_BYTES,
    maxResponseSize: 2 * MAX_BYTES,
    maxLineLength: MAX_BYTES,
  })
  // The error is ignored here, because it also rejects the promise of the current call.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    client.close()
    throw error
  }
  return client
}

/**
 * Returns the UIDs after a position in ascending order. For a mailbox that was never read, returns the UIDs of the last
 * 31 days.
 */
async function uidsBehind(client: ImapFlow, { lastUid }: MailboxPosition, now: EpochMs): Promise<number[]> {
  const found = await client.search(
    lastUid === 0 ? { since: new Date(now - READ_BEFORE_MS) } : { uid: `${lastUid + 1}:*` },
    { uid: true },
  )
  // A search for `n:*` always returns the last mail, even if its UID is smaller than n. The filter removes that mail.
  return (found || []).filter((uid) => uid > lastUid).toSorted((a, b) => a - b)
}

/**
 * Fetches a mail; null = it was deleted meanwhile. If the server's response cannot be read, `wrong` contains the
 * reason.
 * @throws errors that end the connection
 */
async function mailOf(client: ImapFlow, uid: number, now: EpochMs): Promise<FetchedMail | null> {
  let mail = noMail(now)
  try {
    const found = await client.fetchOne(
      String(uid),
      { uid: true, envelope: true, bodyStructure: true, size: true, internalDate: true },
      { uid: true },
    )
    if (!found) return null
    const { envelope, bodyStructure, size = 0, internalDate } = found
    mail = {
      ...mail,
      receivedAt: internalDate ? new Date(internalDate).getTime() : now,
      messageId: envelope?.messageId ?? '',
      // If the mail has several From addresses, the address is left empty, because it is unknown which of them the
      // server confirmed.
      from: envelope?.from?.length === 1 ? (envelope.from[0]?.address ?? '') : '',
      subject: envelope?.subject ?? '',
    }
    if (size > MAX_BYTES) return { uid, mail, wrong: `it has ${size} bytes; at most ${MAX_BYTES} are read` }
    // Headers are fetched only after the check of the size, because a sender may write headers of any length.
    const { headers } =
      (await client.fetchOne(String(uid), { headers: ['authentication-results'] }, { uid: true })) || {}
    mail = { ...mail, authentication: findTopmostAuthenticationResults(headers?.toString('utf8') ?? '') }
    const { calendars, bodies } = bodyStructure ? findNoticeParts(bodyStructure) : { calendars: [], bodies: [] }
    const parts = async (numbers: string[]) => {
      const texts: string[] = []
      for (const number of numbers) texts.push(await textOf(client, uid, number))
      return texts
    }
    return { uid, mail: { ...mail, calendars: await parts(calendars), bodies: await parts(bodies) }, wrong: null }
  } catch (error) {
    if (!client.usable) throw error
    return { uid, mail, wrong: 'the server gave it in a form that can’t be read' }
  }
}

/** Returns the text of a part, with transfer encoding and character set decoded. */
async function textOf(client: ImapFlow, uid: number, part: string): Promise<string> {
  const { content } = await client.download(String(uid), part, { uid: true, maxBytes: MAX_OF_PART })
  if (!content) return ''
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '').toWellFormed()
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedDestinationError) return error.message
  const { authenticationFailed, code, mailboxMissing, tlsFailed } = error as Partial<
    Record<'authenticationFailed' | 'mailboxMissing' | 'tlsFailed', boolean> & { code: string }
  >
  if (authenticationFailed) return 'the server refuses user name and password of IMAP_URL'
  if (mailboxMissing) return 'the server has no such folder: give another one in IMAP_URL'
  if (tlsFailed) return 'the server offers no encryption (STARTTLS), which is required'
  return `the connection failed${code ? ` (${code})` : ''}`
}
