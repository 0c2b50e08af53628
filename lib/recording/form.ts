import type { CallAnswer } from '#lib/azure/call/call.ts'
import type { EpochMs } from '#lib/contract/index.ts'

export const RECORDING_VERSION = 1

/**
 * Kinds of data that a recording can keep unchanged. All other private data are mapped, and secrets are always removed.
 */
export const KEEPABLE = ['names', 'addresses'] as const
export type KeptFields = (typeof KEEPABLE)[number]

/**
 * Parses a list such as `names,addresses`.
 * @returns also the words that are not a kind that can be kept
 */
export function readKept(list: string): { kept: KeptFields[]; unknown: string[] } {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  const isKept = (word: string): word is KeptFields => (KEEPABLE as readonly string[]).includes(word)
  return { kept: words.filter(isKept), unknown: words.filter((word) => !isKept(word)) }
}

/** Origin of links in recorded responses; a server of a recording replaces it with its own origin. RFC 2606. */
export const RECORDED_ORIGIN = 'https://azure.invalid'

/** First line of a recording; one more header is added each time that a recorder continues the file. */
export interface RecordingHeader {
  peerwatchRecording: number
  /** start of the recording, epoch milliseconds */
  startedAt: EpochMs
  kept: KeptFields[]
}

/** Request to ARM or Azure Monitor with its response, scrubbed; `url` is path and query. */
export interface RecordedExchange extends Pick<CallAnswer, 'method' | 'url' | 'body'> {
  /** time of sending, epoch milliseconds */
  at: EpochMs
  /** duration until the last byte of the response */
  ms: number
  request: string | null
  /** null = no response; `fault` contains the reason */
  status: number | null
  /** headers with information about budgets, operations and times; names in lower case */
  headers: Record<string, string>
  fault: string | null
}

/** Complete recording. */
export interface Recording {
  headers: RecordingHeader[]
  /** sorted by `at` */
  exchanges: RecordedExchange[]
}
