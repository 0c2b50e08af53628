import { ImapFlow } from 'imapflow'
import { isIP } from 'node:net'
import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { admitted, type Outbound, RefusedDestinationError } from '#lib/notify/index.ts'
import { isLoopback } from '#lib/platform/environment.ts'
import { topmostField } from './authentication-results.ts'
import { noticeParts } from './mail-parts.ts'
import type { Mail } from './notice-of-mail.ts'

/** Where reading stands: UIDs rise, and hold as long as UIDVALIDITY is the same (RFC 3501, section 2.3.1.1). */
export interface MailPlace {
  uidValidity: string
  /** the last mail that was taken; 0 = none */
  lastUid: number
  /** the mail that ended the connection last; 0 = none */
  failingUid: number
  /** how often it did, one after the other */
  failures: number
}

/** A mail of the server's, taken in the order of UIDs. */
export interface TakenMail {
  uid: number
  mail: Mail
  /** why nothing of it was fetched; null = it was */
  wrong: string | null
}

/** A mail that is larger is not fetched; notices have some kB. */
const MAX_BYTES = 2_000_000
/** Of one part; a calendar is no longer. */
const MAX_OF_PART = 1_000_000
const MAX_MAILS = 200
/** Characters of all mails of one reading. */
const MAX_OF_READING = 20_000_000
/** So long back a mailbox is read at first, and when UIDVALIDITY is another. */
const READ_BEFORE_MS = 31 * DAY
/** A mail that ended the connection so often is passed over. */
const MAX_FAILURES = 3
const TIMEOUT_MS = 20_000

/** Folder, user and server of an address, without its password. */
export function mailboxName(address: string): string {
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

/** What one reading came to. */
interface MailboxRead {
  /** in the order of UIDs */
  mails: TakenMail[]
  /** behind them; null = the mailbox was not reached, now or before */
  place: MailPlace | null
  /** why reading ended early, in our own words; null = it did not */
  failure: string | null
  /** whether more mails wait */
  hasMore: boolean
}

/**
 * Reads the mails behind a place, as many as one reading takes. The mailbox is opened to be read alone: no mail is marked, moved or deleted. Beyond
 * this machine the connection is encrypted before anything is sent.
 */
export async function readMailbox(
  address: string,
  place: MailPlace | null,
  { outbound, now, signal }: { outbound: Outbound; now: EpochMs; signal: AbortSignal },
): Promise<MailboxRead> {
  const read: MailboxRead = { mails: [], place, failure: null, hasMore: false }
  /** the mail in work; 0 = none */
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
const noMail = (now: EpochMs): Mail => ({
  receivedAt: now,
  messageId: '',
  from: '',
  authentication: null,
  subject: '',
  calendars: [],
  bodies: [],
})
const sizeOf = ({ calendars, bodies }: Mail) => [...calendars, ...bodies].reduce((sum, { length }) => sum + length, 0)

async function connected(address: string, outbound: Outbound, signal: AbortSignal): Promise<ImapFlow> {
  const { secure, isLocal, host, port, user, pass } = partsOf(address)
  // whoever sets IMAP_URL has listed it
  const reachable = { ...outbound, allow: [...outbound.allow, { host, port }] }
  const [first] = await admitted({ host, port }, reachable, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]))
  const client = new ImapFlow({
    // the address that was admitted: a second question to the DNS may have another answer
    host: first?.address ?? '',
    port,
    secure,
    ...(isIP(host) === 0 && { servername: host }),
    ...(!secure && !isLocal && { doSTARTTLS: true }),
    // a certificate for "localhost" proves nothing
    tls: { rejectUnauthorized: !isLocal },
    auth: { user, pass },
    // its log has what is sent and received
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    maxLiteralSize: MAX_BYTES,
    maxResponseSize: 2 * MAX_BYTES,
    maxLineLength: MAX_BYTES,
  })
  // the call that fails rejects as well
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    client.close()
    throw error
  }
  return client
}

/** UIDs behind a place, rising; of a mailbox that is new those of the last weeks. */
async function uidsBehind(client: ImapFlow, { lastUid }: MailPlace, now: EpochMs): Promise<number[]> {
  const found = await client.search(
    lastUid === 0 ? { since: new Date(now - READ_BEFORE_MS) } : { uid: `${lastUid + 1}:*` },
    { uid: true },
  )
  // `n:*` always has the last mail
  return (found || []).filter((uid) => uid > lastUid).toSorted((a, b) => a - b)
}

/** Null = it is gone meanwhile. @throws what ends the connection; anything else is the mail's own fault */
async function mailOf(client: ImapFlow, uid: number, now: EpochMs): Promise<TakenMail | null> {
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
      // with several addresses it is not known which one was confirmed
      from: envelope?.from?.length === 1 ? (envelope.from[0]?.address ?? '') : '',
      subject: envelope?.subject ?? '',
    }
    if (size > MAX_BYTES) return { uid, mail, wrong: `it has ${size} bytes; at most ${MAX_BYTES} are read` }
    // only now, because a sender may write headers without end
    const { headers } =
      (await client.fetchOne(String(uid), { headers: ['authentication-results'] }, { uid: true })) || {}
    mail = { ...mail, authentication: topmostField(headers?.toString('utf8') ?? '') }
    const { calendars, bodies } = bodyStructure ? noticeParts(bodyStructure) : { calendars: [], bodies: [] }
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

/** A part, its transfer encoding and character set undone. */
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
