import { ClientError, type PeerwatchClient } from '#lib/client/index.ts'
import type { Freshness } from '#lib/contract/index.ts'
import { formatMissingPolls } from '#lib/contract/words/freshness.ts'
import type { State } from './exit.ts'
import { UsageError } from './moment.ts'
import { ageText, momentText } from './table.ts'

/** Input and output of a command. */
export interface Context {
  client: PeerwatchClient
  /** the arguments after the command's name */
  words: readonly string[]
  options: Options
  now: () => number
  signal: AbortSignal
  out: (text: string) => void
  err: (text: string) => void
}

export interface Options {
  json: boolean
  follow: boolean
  record: boolean
  silent: boolean
  help: boolean
  at?: string | undefined
  from?: string | undefined
  to?: string | undefined
  scope?: string | undefined
  customer?: string | undefined
  format?: string | undefined
  lose?: string | undefined
  plan?: string | undefined
  url?: string | undefined
  param?: string[] | undefined
  thresholds?: string | undefined
  write?: string[] | undefined
}

export interface CliCommand {
  /** usage of the command: its name and arguments */
  usage: string
  summary: string
  /** accepted options, in addition to --json, --url and --help */
  options: readonly (keyof Options)[]
  /** names of the positional arguments, all of them required */
  words: readonly string[]
  /** @returns the state that determines the exit code */
  run: (context: Context) => Promise<State>
}

export const printJson = ({ out }: Context, answer: unknown): void => out(`${JSON.stringify(answer, null, 2)}\n`)

/** Returns a line with the age of stale or incomplete data; empty while the data is fresh. */
export function freshnessLine(freshness: Freshness, now: number): string {
  const { state, latePollAt } = freshness
  const missing = formatMissingPolls(freshness)
  if (state === 'never') return `Data: ${missing ?? 'nothing was polled yet'}\n`
  const since =
    latePollAt === null ? '' : `, last good poll ${momentText(latePollAt)} (${ageText(latePollAt, now)} ago)`
  const parts = [state !== 'fresh' && `${state}${since}`, missing].filter(Boolean)
  return parts.length === 0 ? '' : `Data: ${parts.join('; ')}\n`
}

/**
 * Returns the message of an error. The message of an unexpected error is marked, because it does not tell what to do.
 */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return error instanceof ClientError || error instanceof UsageError ? text : `unexpected failure: ${text}`
}
