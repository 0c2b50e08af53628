import { type PollError, UNREAD_ROWS } from '#lib/contract/index.ts'
import { malformed, PollFailure } from '../call/failure.ts'
import { isJsonObject, type Json, plainJson } from './json.ts'
import { scrubConfig } from '../scrub-config.ts'

/** Characters of a row that are kept to show it. */
const MAX_SAMPLE = 160

/**
 * Counts the rows of an answer, those of them that can't be read, which are left out, and members that can't be read of rows that are kept. The
 * first of either is kept to be named (ADR 0239).
 */
export class Unread {
  #of = 0
  #count = 0
  #members = 0
  #reason = ''
  #sample = ''

  /** rows and members */
  get count(): number {
    return this.#count + this.#members
  }

  get hasUnreadRows(): boolean {
    return this.#count > 0
  }

  /** @param rows of an answer, readable or not */
  outOf(rows: number): void {
    this.#of += rows
  }

  /** @param reason names the field: `value[3].asn: expected number, got object` */
  leftOut(reason: string, row: Json | undefined): void {
    if (this.#count === 0) this.#name(reason, row)
    this.#count++
  }

  /** @param value of a member of a row that is kept without it */
  memberLeftOut(reason: string, value: Json | undefined): void {
    if (this.count === 0) this.#name(reason, value)
    this.#members++
  }

  #name(reason: string, value: Json | undefined): void {
    this.#reason = reason
    this.#sample = sampleOf(value)
  }

  /** Adds what another part of the same poll left out. */
  include(other: Unread): void {
    if (this.#count === 0 && other.count > 0) [this.#reason, this.#sample] = [other.#reason, other.#sample]
    this.#of += other.#of
    this.#count += other.#count
    this.#members += other.#members
  }

  /** What the poll ends with: `incomplete`, or `malformed` where nothing at all could be read. @param isNothing unless given, none of the rows */
  failure(isNothing = this.#count >= this.#of): PollFailure {
    if (isNothing) return malformed(this.#reason, 'MALFORMED_FIELD')
    const unread: PollError['unread'] = { count: this.count, of: this.#of + this.#members, sample: this.#sample }
    const rows = this.#count > 0 ? [`${this.#count} of ${this.#of} rows`] : []
    const members = this.#members > 0 ? [`${this.#members} ${this.#members === 1 ? 'member' : 'members'}`] : []
    const detail = `${[...rows, ...members].join(' and ')} not read: ${this.#reason}: ${unread.sample}`
    return new PollFailure('incomplete', { code: 'UNREAD_ROWS', detail, unread })
  }
}

/** Secrets of a resource are none in its sample. */
function sampleOf(row: Json | undefined): string {
  const text = JSON.stringify(row === undefined ? null : isJsonObject(row) ? scrubConfig(row) : plainJson(row))
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE - 1)}…` : text
}

/**
 * What a poll came to that may have left rows out: what it has is so, and nothing that it lacks is thereby gone.
 * @throws PollFailure `malformed` where nothing could be read
 */
export function partly<Rows>(rows: Rows, unread: Unread) {
  if (unread.count === 0) return { outcome: 'ok' as const, error: null, rows }
  const failure = unread.failure()
  if (failure.outcome === 'malformed') throw failure
  return { outcome: failure.outcome, error: failure.error, rows, silentInstances: [UNREAD_ROWS] }
}
