import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type RecordedExchange, type Recording, RECORDING_VERSION, type RecordingHeader } from './form.ts'

/** A file that is no recording, with what to do about it. */
export class RecordingError extends Error {
  override name = 'RecordingError'
}

/** How zlib begins each member that it writes here: magic, deflate, no flags, no time, no extra flags, Unix (RFC 1952, 2.3). */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03])
/** A member is written when so much has gathered; a crash loses that at most. */
const MEMBER_BYTES = 256 * 1024
/** Maximum length of an unpacked member, in bytes. A member has one body of Azure's more than {@link MEMBER_BYTES} at most. */
const MAX_MEMBER_BYTES = 100_000_000
/** Maximum length of an unpacked recording, in bytes. Node.js has no longer strings. */
const MAX_BYTES = 500_000_000

/** A line as written: a body that an earlier line of this run has is named by that line's number. */
type Line = Omit<RecordedExchange, 'body'> & ({ body: string } | { sameAs: number })

/** Appends to a recording: compressed JSON lines in gzip members, each of which can be read by itself. */
export class RecordingWriter {
  readonly #file: number
  readonly #bodies = new Map<string, number>()
  #gathered: string[] = []
  #bytes = 0
  #lines = 0

  /**
   * Begins a file, or goes on with one; what a crash left of a last line is cut off.
   * @throws RecordingError if the file is there and no recording
   */
  constructor(path: string, header: Omit<RecordingHeader, 'peerwatchRecording'>) {
    const whole = existsSync(path) ? wholeMembers(readFileSync(path), path).end : 0
    this.#file = openSync(path, whole === 0 ? 'w' : 'r+', 0o600)
    ftruncateSync(this.#file, whole)
    this.#position = whole
    this.#add({ peerwatchRecording: RECORDING_VERSION, ...header })
    this.flush()
  }

  #position: number

  add({ body, ...exchange }: RecordedExchange): void {
    const earlier = body === '' ? undefined : this.#bodies.get(body)
    const line: Line = earlier === undefined ? { ...exchange, body } : { ...exchange, sameAs: earlier }
    if (earlier === undefined) this.#bodies.set(body, this.#lines)
    this.#add(line)
    if (this.#bytes >= MEMBER_BYTES) this.flush()
  }

  #add(line: RecordingHeader | Line): void {
    const text = `${JSON.stringify(line)}\n`
    this.#gathered.push(text)
    this.#bytes += text.length
    this.#lines += 1
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#gathered.length === 0) return
    const member = gzipSync(this.#gathered.join(''))
    writeSync(this.#file, member, 0, member.length, this.#position)
    fsyncSync(this.#file)
    this.#position += member.length
    this.#gathered = []
    this.#bytes = 0
  }

  close(): void {
    this.flush()
    closeSync(this.#file)
  }
}

/** The members that can be read, and where the last of them ends. @throws RecordingError if there are none, or if they unpack to too much */
function wholeMembers(bytes: Buffer, path: string): { text: string[]; end: number } {
  const text: string[] = []
  let [start, length] = [0, 0]
  while (start < bytes.length) {
    let end = start
    let member: string | null = null
    // compressed bytes may hold a member's beginning by chance: then the next one ends it
    while (member === null && end < bytes.length) {
      const next = bytes.indexOf(MEMBER, end + MEMBER.length)
      end = next < 0 ? bytes.length : next
      member = unpacked(bytes.subarray(start, end), path)
    }
    if (member === null) break
    length += member.length
    if (length > MAX_BYTES) throw new RecordingError(`${path} unpacks to more than 500 MB: record a shorter time`)
    text.push(member)
    start = end
  }
  if (text.length === 0 && bytes.length > 0) throw notOne(path)
  return { text, end: start }
}

function unpacked(member: Buffer, path: string): string | null {
  try {
    return gunzipSync(member, { maxOutputLength: MAX_MEMBER_BYTES }).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new RecordingError(`${path} has a part that unpacks to more than 100 MB: it was not made by npm run record`)
    return null
  }
}

const notOne = (path: string) =>
  new RecordingError(`${path} is no recording: make one by npm run record, or from saved az outputs by npm run import`)

/**
 * Reads a recording; what a crash left of its last line is left out.
 * @throws RecordingError if it is none, or of a version that this one does not read
 */
export function readRecording(path: string): Recording {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new RecordingError(`${path} can't be read (${(error as NodeJS.ErrnoException).code}): name a recording`)
  }
  return recordingOf(wholeMembers(bytes, path).text.join(''), path)
}

function recordingOf(text: string, path: string): Recording {
  const recording: Recording = { headers: [], exchanges: [] }
  let bodies: string[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const read: RecordingHeader | Line = parsed(line, path)
    if ('peerwatchRecording' in read) {
      if (read.peerwatchRecording !== RECORDING_VERSION) {
        throw new RecordingError(
          `${path} is a recording of version ${read.peerwatchRecording}, this Peerwatch reads ${RECORDING_VERSION}: use the one that made it`,
        )
      }
      recording.headers.push(read)
      // each run counts its own lines, the header being the first
      bodies = ['']
      continue
    }
    if (recording.headers.length === 0) throw notOne(path)
    const exchange = withBody(read, bodies)
    bodies.push(exchange.body)
    recording.exchanges.push(exchange)
  }
  if (recording.headers.length === 0) throw notOne(path)
  recording.exchanges.sort((a, b) => a.at - b.at)
  return recording
}

function withBody(line: Line, bodies: readonly string[]): RecordedExchange {
  if (!('sameAs' in line)) return line
  const { sameAs, ...exchange } = line
  return { ...exchange, body: bodies[sameAs] ?? '' }
}

function parsed(line: string, path: string): RecordingHeader | Line {
  try {
    return JSON.parse(line)
  } catch {
    throw notOne(path)
  }
}
