import { type PollError, UNREAD_ROWS } from '#lib/contract/index.ts'
import { malformed, PollFailure } from '../call/failure.ts'
import { isJsonObject, type Json, plainJson } from './json.ts'
import { scrubConfig } from '../scrub-config.ts'

/** Maximum number of characters of a row that are kept as a sample. */
const MAX_SAMPLE = 160

/**
 * Counts the rows of a response, the unreadable rows (which are left out), and unreadable members of rows that are
 * kept. The reason and a sample of the first are kept for the error message (ADR 0239).
 */
export class Unread {
  #of = 0
  #count = 0
  #members = 0
  #reason = ''
  #sample = ''

  /** Number of unreadable rows and unreadable members together. */
  get count(): number {
    return this.#count + this.#members
  }

  get hasUnreadRows(): boolean {
    return this.#count > 0
  }

  /**
   * Adds to the number of received rows.
   * @param rows rows of a response, readable or not
   */
  outOf(rows: number): void {
    this.#of += rows
  }

  /**
   * Counts an unreadable row.
   * @param reason begins with the field, for example `value[3].asn: expected number, got object`
   */
  leftOut(reason: string, row: Json | undefined): void {
    if (this.#count === 0) this.#name(reason, row)
    this.#count++
  }

  /**
   * Counts an unreadable member.
   * @param value the member's value; its row is kept without it
   */
  memberLeftOut(reason: string, value: Json | undefined): void {
    if (this.count === 0) this.#name(reason, value)
    this.#members++
  }

  #name(reason: string, value: Json | undefined): void {
    this.#reason = reason
    this.#sample = sampleOf(value)
  }

  /** Adds the counts of another part of the same poll. */
  include(other: Unread): void {
    if (this.#count === 0 && other.count > 0) [this.#reason, this.#sample] = [other.#reason, other.#sample]
    this.#of += other.#of
    this.#count += other.#count
    this.#members += other.#members
  }

  /**
   * Returns the failure of the poll: `incomplete`, or `malformed` if no row could be read.
   * @param isNothing whether nothing could be read; default: all rows are unreadable
   */
  failure(isNothing = this.#count >= this.#of): PollFailure {
    if (isNothing) return malformed(this.#reason, 'MALFORMED_FIELD')
    const unread: PollError['unread'] = { count: this.count, of: this.#of + this.#members, sample: this.#sample }
    const rows = this.#count > 0 ? [`${this.#count} of ${this.#of} rows`] : []
    const members = this.#members > 0 ? [`${this.#members} ${this.#members === 1 ? 'member' : 'members'}`] : []
    const detail = `${[...rows, ...members].join(' and ')} not read: ${this.#reason}: ${unread.sample}`
    return new PollFailure('incomplete', { code: 'UNREAD_ROWS', detail, unread })
  }
}

/** Formats a row as a sample without secrets. */
function sampleOf(row: Json | undefined): string {
  const text = JSON.stringify(row === undefined ? null : isJsonObject(row) ? scrubConfig(row) : plainJson(row))
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE - 1)}…` : text
}

/**
 * Returns the result of a poll that may have left out rows. Its rows are valid, but a missing row does not mean that
 * the object is gone.
 * @throws PollFailure `malformed` if no row could be read
 */
export function withUnreadRows<Rows>(rows: Rows, unread: Unread) {
  if (unread.count === 0) return { outcome: 'ok' as const, error: null, rows }
  const failure = unread.failure()
  if (failure.outcome === 'malformed') throw failure
  return { outcome: failure.outcome, error: failure.error, rows, silentInstances: [UNREAD_ROWS] }
}
