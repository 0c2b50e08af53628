import type { CallAnswer } from '#lib/azure/call/call.ts'
import type { EpochMs } from '#lib/contract/index.ts'

export const RECORDING_VERSION = 1

/**
 * Kinds of private data that a recording keeps unchanged on request. All other private data are replaced by artificial
 * values, and secrets are always removed.
 */
export const KEEPABLE = ['names', 'addresses'] as const
export type KeptFields = (typeof KEEPABLE)[number]

/**
 * Parses a list of kinds of data to keep, such as `names,addresses`.
 * @returns kept: the known kinds in the list; unknown: all other words of the list
 */
export function readKept(list: string): { kept: KeptFields[]; unknown: string[] } {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  const isKept = (word: string): word is KeptFields => (KEEPABLE as readonly string[]).includes(word)
  return { kept: words.filter(isKept), unknown: words.filter((word) => !isKept(word)) }
}

/**
 * Origin of links in recorded responses (RFC 2606). A server that replays the recording replaces it with its own
 * origin.
 */
export const RECORDED_ORIGIN = 'https://azure.invalid'

/** First line of a recording. Each time a recorder continues the file, it adds another header. */
export interface RecordingHeader {
  peerwatchRecording: number
  /** start of the recording, epoch milliseconds */
  startedAt: EpochMs
  kept: KeptFields[]
}

/** Request to ARM or Azure Monitor with its response, without private data; `url` is path and query. */
export interface RecordedExchange extends Pick<CallAnswer, 'method' | 'url' | 'body'> {
  /** time at which the request was sent, epoch milliseconds */
  at: EpochMs
  /** milliseconds from sending until the last byte of the response */
  ms: number
  request: string | null
  /** HTTP status; null = no response, and `fault` contains the reason */
  status: number | null
  /** headers with information about budgets, operations and times; names in lower case */
  headers: Record<string, string>
  fault: string | null
}

/** Complete recording as read from a file. */
export interface Recording {
  headers: RecordingHeader[]
  /** exchanges of all runs, sorted by `at` */
  exchanges: RecordedExchange[]
}
