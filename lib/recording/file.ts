import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  type AnonymizedHttpExchange,
  type RecordingFile,
  RECORDING_VERSION,
  type RecordingHeader,
} from './recording-format.ts'

/** Error if a file is not a recording. Its message tells the user what to do. */
export class RecordingError extends Error {
  override name = 'RecordingError'
}

/**
 * First bytes of each gzip member, as zlib writes them here: magic, deflate, no flags, no time, no extra flags, Unix
 * (RFC 1952, 2.3). A gzip member is a part of the file that can be uncompressed without the other parts.
 */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03])
/** Number of gathered bytes after which a gzip member is written. A crash loses at most this much. */
const MEMBER_BYTES = 256 * 1024
/**
 * Maximum length of an uncompressed gzip member in bytes. A member may be longer than {@link MEMBER_BYTES} by one
 * response of Azure.
 */
const MAX_MEMBER_BYTES = 100_000_000
/** Maximum length of an uncompressed recording in bytes, because Node.js does not support longer strings. */
const MAX_BYTES = 500_000_000

/**
 * A line of the file: a request with its response. If an earlier line since the last header has the same body, `sameAs`
 * is the number of that line, and there is no body.
 */
type Line = Omit<AnonymizedHttpExchange, 'body'> & ({ body: string } | { sameAs: number })

/**
 * Appends requests and responses to a recording. The file contains lines of JSON in gzip members, which are compressed
 * separately, so that a crash damages only the last one.
 */
export class RecordingWriter {
  readonly #file: number
  readonly #bodies = new Map<string, number>()
  #gathered: string[] = []
  #bytes = 0
  #lines = 0

  /**
   * Creates a file, or continues an existing recording. If the last part of the file is incomplete after a crash, it is
   * removed.
   * @throws RecordingError if the file exists and is not a recording
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

  add({ body, ...exchange }: AnonymizedHttpExchange): void {
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

  /** Writes the gathered lines to the file, as a gzip member. */
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

/**
 * Returns the uncompressed texts of the gzip members that can be read, and the position in the file at which the last
 * of them ends.
 * @throws RecordingError if no member can be read, or if the texts are too long
 */
function wholeMembers(bytes: Buffer, path: string): { text: string[]; end: number } {
  const text: string[] = []
  let [start, length] = [0, 0]
  while (start < bytes.length) {
    let end = start
    let member: string | null = null
    // The compressed bytes may happen to contain the first bytes of a member. Therefore the first bytes of a member do
    // not prove that a member begins there. If the bytes before such a position cannot be uncompressed, try again with
    // a later position as the end.
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
 * Reads a recording. If its last part is incomplete after a crash, that part is left out.
 * @throws RecordingError if the file cannot be read, is not a recording, or has an unsupported version
 */
export function readRecording(path: string): RecordingFile {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new RecordingError(`${path} can't be read (${(error as NodeJS.ErrnoException).code}): name a recording`)
  }
  return recordingOf(wholeMembers(bytes, path).text.join(''), path)
}

function recordingOf(text: string, path: string): RecordingFile {
  const recording: RecordingFile = { headers: [], exchanges: [] }
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
      // the line numbers in `sameAs` are counted from the last header
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

function withBody(line: Line, bodies: readonly string[]): AnonymizedHttpExchange {
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
