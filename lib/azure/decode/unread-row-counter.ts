import { type PollError, UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import { createMalformedFailure, PollFailure } from '../call/failure.ts'
import { isJsonObject, type ExactJson, convertBigintsToText } from './json.ts'
import { scrubConfig } from '../scrub-config.ts'

/** Maximum length in characters of the sample of a row. */
const MAX_SAMPLE = 160

/**
 * Counts the rows of a response, and how many of them could not be decoded and are left out. Also counts invalid
 * members of rows that are kept. Stores the reason and a sample of the first left-out row, or of the first invalid
 * member if no row was left out, for the error message (ADR 0239).
 */
export class UnreadRowCounter {
  #of = 0
  #count = 0
  #members = 0
  #reason = ''
  #sample = ''

  /** Number of left-out rows and invalid members together. */
  get count(): number {
    return this.#count + this.#members
  }

  get hasUnreadRows(): boolean {
    return this.#count > 0
  }

  /**
   * Adds received rows to the total.
   * @param rows number of rows in a response, whether they can be decoded or not
   */
  outOf(rows: number): void {
    this.#of += rows
  }

  /**
   * Counts a row that cannot be decoded.
   * @param reason begins with the path of the wrong field, for example `value[3].asn: expected number, got object`
   */
  leftOut(reason: string, row: ExactJson | undefined): void {
    if (this.#count === 0) this.#name(reason, row)
    this.#count++
  }

  /**
   * Counts a member with an invalid value.
   * @param value value of the member; its row is kept without it
   */
  memberLeftOut(reason: string, value: ExactJson | undefined): void {
    if (this.count === 0) this.#name(reason, value)
    this.#members++
  }

  #name(reason: string, value: ExactJson | undefined): void {
    this.#reason = reason
    this.#sample = sampleOf(value)
  }

  /** Adds the numbers of another part of the same poll. */
  include(other: UnreadRowCounter): void {
    if (this.#count === 0 && other.count > 0) [this.#reason, this.#sample] = [other.#reason, other.#sample]
    this.#of += other.#of
    this.#count += other.#count
    this.#members += other.#members
  }

  /**
   * Returns the failure of the poll: `incomplete`, or `malformed` if nothing could be decoded.
   * @param isNothing whether nothing could be decoded; default: all rows were left out
   */
  failure(isNothing = this.#count >= this.#of): PollFailure {
    if (isNothing) return createMalformedFailure(this.#reason, 'MALFORMED_FIELD')
    const unread: PollError['unread'] = { count: this.count, of: this.#of + this.#members, sample: this.#sample }
    const rows = this.#count > 0 ? [`${this.#count} of ${this.#of} rows`] : []
    const members = this.#members > 0 ? [`${this.#members} ${this.#members === 1 ? 'member' : 'members'}`] : []
    const detail = `${[...rows, ...members].join(' and ')} not read: ${this.#reason}: ${unread.sample}`
    return new PollFailure('incomplete', { code: 'UNREAD_ROWS', detail, unread })
  }
}

/** Returns a row as a text of limited length without secrets. */
function sampleOf(row: ExactJson | undefined): string {
  const text = JSON.stringify(
    row === undefined ? null : isJsonObject(row) ? scrubConfig(row) : convertBigintsToText(row),
  )
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE - 1)}…` : text
}

/**
 * Returns the result of a poll in which some rows may have been left out. In this case the remaining rows are valid,
 * but a missing row does not prove that its object is gone.
 * @throws PollFailure `malformed` if all rows were left out
 */
export function buildResultWithUnreadCount<Rows>(rows: Rows, unread: UnreadRowCounter) {
  if (unread.count === 0) return { outcome: 'ok' as const, error: null, rows }
  const failure = unread.failure()
  if (failure.outcome === 'malformed') throw failure
  return { outcome: failure.outcome, error: failure.error, rows, silentInstances: [UNREAD_ROWS_INSTANCE] }
}
