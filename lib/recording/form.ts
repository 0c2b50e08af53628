import type { CallAnswer } from '#lib/azure/call/call.ts'
import type { EpochMs } from '#lib/contract/index.ts'

export const RECORDING_VERSION = 1

/** What a recording keeps as it was; everything else is mapped, and secrets are removed in any case. */
export const KEEPABLE = ['names', 'addresses'] as const
export type KeptFields = (typeof KEEPABLE)[number]

/**
 * Reads a list such as `names,addresses`.
 * @returns also the words of it that name nothing that can be kept
 */
export function readKept(list: string): { kept: KeptFields[]; unknown: string[] } {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  const isKept = (word: string): word is KeptFields => (KEEPABLE as readonly string[]).includes(word)
  return { kept: words.filter(isKept), unknown: words.filter((word) => !isKept(word)) }
}

/** Links between answers lead here; whoever serves a recording puts its own origin in this one's place. RFC 2606. */
export const RECORDED_ORIGIN = 'https://azure.invalid'

/** The first line, and one more for each time that a recorder went on with the file. */
export interface RecordingHeader {
  peerwatchRecording: number
  /** epoch milliseconds */
  startedAt: EpochMs
  kept: KeptFields[]
}

/** One request of ARM or Azure Monitor and its answer, scrubbed; `url` is path and query. */
export interface RecordedExchange extends Pick<CallAnswer, 'method' | 'url' | 'body'> {
  /** when it was sent, epoch milliseconds */
  at: EpochMs
  /** until the last byte of the answer */
  ms: number
  request: string | null
  /** null = no answer came, and `fault` says why */
  status: number | null
  /** names in lower case: those that say something about budgets, operations and times */
  headers: Record<string, string>
  fault: string | null
}

/** A recording as a whole. */
export interface Recording {
  headers: RecordingHeader[]
  /** in the order of `at` */
  exchanges: RecordedExchange[]
}
