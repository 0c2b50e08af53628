import { createHmac, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import {
  BackupError,
  type BackupHeader,
  type BackupLimits,
  DAY_COLUMN_BY_TABLE,
  type BackupEndLine,
  BACKUP_FORMAT_VERSION,
  BACKUP_FILE_KIND,
  deriveSealKey,
  type BackupTableLine,
} from './format.ts'

const SEAL = /^\{"seal":"([0-9a-f]{64})"\}$/

/**
 * Yields the lines of a backup file except the seal. The seal is checked after the last line, so the caller must read
 * to the end before it trusts the lines.
 * @param secretsKey value of SECRETS_KEY at the time of the backup; null = the seal is not checked
 * @throws BackupError if the file is truncated, changed, sealed with another key, or above a limit
 */
export async function* readBackup(
  file: string,
  secretsKey: string | null,
  limits: BackupLimits,
): AsyncGenerator<string> {
  const hmac = createHmac('sha256', deriveSealKey(secretsKey ?? ''))
  let seal: string | undefined
  for await (const line of readLines(file, limits)) {
    if (seal !== undefined) throw new BackupError(`${file} goes on after its seal: it was changed`)
    seal = SEAL.exec(line)?.[1]
    if (seal !== undefined) continue
    hmac.update(`${line}\n`)
    yield line
  }
  if (seal === undefined) throw new BackupError(`${file} ends in the middle: it was cut off`)
  if (secretsKey !== null && !timingSafeEqual(Buffer.from(seal, 'hex'), hmac.digest()))
    throw new BackupError(
      `${file} was changed, or sealed with another SECRETS_KEY: give the key of its time, or --unsealed if you answer for the file`,
    )
}

/**
 * Yields the lines of a gzip file. A line that arrives in several chunks is joined only once, so that a long line does
 * not take quadratic time.
 */
async function* readLines(file: string, { lineUnits, readMs }: BackupLimits): AsyncGenerator<string> {
  const packed = createReadStream(file)
  const unpacked = createGunzip()
  const until = performance.now() + readMs
  packed.on('error', (error) => unpacked.destroy(error))
  try {
    let pieces: string[] = []
    let units = 0
    for await (const chunk of packed.pipe(unpacked).setEncoding('utf8') as AsyncIterable<string>) {
      if (performance.now() > until) throw new BackupError(`${file} takes longer to read than ${readMs / 3_600_000} h`)
      let from = 0
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
        const line = pieces.join('') + chunk.slice(from, end)
        pieces = []
        units = 0
        from = end + 1
        yield line
      }
      pieces.push(chunk.slice(from))
      units += chunk.length - from
      if (units > lineUnits)
        throw new BackupError(`${file} has a line of more than ${lineUnits} characters: no backup has`)
    }
    if (units > 0) throw new BackupError(`${file} ends in the middle: it was cut off`)
  } catch (error) {
    if (error instanceof BackupError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_'))
      throw new BackupError(`${file} can't be unpacked (${message}): it was cut off, or is no backup`)
    throw new BackupError(`${file} can't be read (${code ?? message})`)
  } finally {
    unpacked.destroy()
    packed.destroy()
  }
}

/**
 * Parses a line of a backup file that follows the header.
 * @throws BackupError if the line is neither a row, nor a table line, nor the end line
 */
export function parseBackupLine(text: string, file: string): { row: string } | BackupTableLine | BackupEndLine {
  const line = parse(text)
  if (typeof line === 'string') return { row: line }
  const { end, rows, table, columns } = fieldsOf(line)
  if (end === true && typeof rows === 'number') return { end, rows }
  if (typeof table === 'string' && isListOf(columns, /^[a-z_0-9]+$/)) return { table, columns }
  throw new BackupError(`${file} has a line that no backup has: it was changed by hand`)
}

/**
 * Parses and checks the first line of a backup file.
 * @throws BackupError if the line is not a header or has another format
 */
export function parseBackupHeader(first: string | void, file: string): BackupHeader {
  const header = fieldsOf(parse(first ?? ''))
  if (header.kind !== BACKUP_FILE_KIND) throw new BackupError(`${file} is no backup that npm run backup made`)
  const { format, version, takenAt, server, migrations, days, sequences } = header
  if (format !== BACKUP_FORMAT_VERSION)
    throw new BackupError(
      `${file} has format ${Number(format)}, and this version reads ${BACKUP_FORMAT_VERSION}: use the version that made it`,
    )
  if (
    isText(version, /^[\w.+-]{1,40}$/) &&
    isText(takenAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/) &&
    isText(server, /^[\w.]{1,20}$/) &&
    isListOf(migrations, /^\d{14}_\w{1,100}$/) &&
    Array.isArray(days) &&
    Array.isArray(sequences) &&
    days.map(fieldsOf).every(({ parent, day }) => DAY_COLUMN_BY_TABLE.has(String(parent)) && isDay(day)) &&
    sequences
      .map(fieldsOf)
      .every(
        ({ name, lastValue, isCalled }) =>
          isText(name, /^\w{1,63}$/) && isText(lastValue, /^\d{1,19}$/) && typeof isCalled === 'boolean',
      )
  )
    return {
      kind: BACKUP_FILE_KIND,
      format: BACKUP_FORMAT_VERSION,
      version,
      takenAt,
      server,
      migrations,
      days,
      sequences,
    }
  throw new BackupError(`${file} has a header that no backup has: it was changed by hand`)
}

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value)
const isListOf = (value: unknown, pattern: RegExp): value is string[] =>
  Array.isArray(value) && value.every((one) => isText(one, pattern))
const isDay = (value: unknown) => isText(value, /^\d{4}-\d\d-\d\d$/) && !Number.isNaN(Date.parse(value))
const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Parses JSON; returns undefined if the text is not valid JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
