import type { ArmResponse } from '#lib/azure/call/call.ts'
import type { EpochMs } from '#lib/contract/index.ts'

export const RECORDING_VERSION = 1

/**
 * Kinds of private data that a recording may keep unchanged if the user requests it. Otherwise they are replaced by
 * artificial values. Secrets are always removed.
 */
export const KEEPABLE_DATA_KINDS = ['names', 'addresses'] as const
export type KeepableDataKind = (typeof KEEPABLE_DATA_KINDS)[number]

/**
 * Parses a list of kinds of data to keep, for example `names,addresses`.
 * @returns `kept`: the known kinds; `unknown`: all other words
 */
export function parseKeptDataKinds(list: string): { kept: KeepableDataKind[]; unknown: string[] } {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  const isKept = (word: string): word is KeepableDataKind => (KEEPABLE_DATA_KINDS as readonly string[]).includes(word)
  return { kept: words.filter(isKept), unknown: words.filter((word) => !isKept(word)) }
}

/**
 * Origin of the links in recorded responses (a reserved name, RFC 2606). When a recording is served, it is replaced by
 * the origin of the server.
 */
export const PLACEHOLDER_ORIGIN_IN_RECORDINGS = 'https://azure.invalid'

/** First line of a recording. Another one is added each time when a recorder continues the file. */
export interface RecordingHeader {
  peerwatchRecording: number
  /** start of the recording, epoch milliseconds */
  startedAt: EpochMs
  kept: KeepableDataKind[]
}

/** A request to ARM or Azure Monitor and its response, without private data. `url` consists of path and query. */
export interface AnonymizedHttpExchange extends Pick<ArmResponse, 'method' | 'url' | 'body'> {
  /** time at which the request was sent, epoch milliseconds */
  at: EpochMs
  /** milliseconds from sending until the last byte of the response */
  ms: number
  request: string | null
  /** HTTP status; null = there was no response, and `fault` has the reason. */
  status: number | null
  /** Response headers about request budgets, operations and times. The names are in lower case. */
  headers: Record<string, string>
  fault: string | null
}

/** A recording, as it was read from a file. */
export interface RecordingFile {
  headers: RecordingHeader[]
  /** Requests and responses of the whole file, sorted by `at`. */
  exchanges: AnonymizedHttpExchange[]
}
