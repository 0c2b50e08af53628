import { ClientError, type PeerwatchClient } from '#lib/client/index.ts'
import type { DataFreshness } from '#lib/contract/index.ts'
import { formatMissingPolls, freshnessStateLabels } from '#lib/contract/words/freshness.ts'
import type { CommandExitStatus } from './exit-state.ts'
import { UsageError } from './moment-option.ts'
import { formatAgeOfTime, formatUtcMoment } from './text-table.ts'

/** The input of a command, and functions for its output. */
export interface CliCommandContext {
  client: PeerwatchClient
  /** arguments after the command's name */
  words: readonly string[]
  options: CliOptions
  now: () => number
  signal: AbortSignal
  out: (text: string) => void
  err: (text: string) => void
}

export interface CliOptions {
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
  month?: string | undefined
  by?: string | undefined
  format?: string | undefined
  lose?: string | undefined
  plan?: string | undefined
  url?: string | undefined
  param?: string[] | undefined
  thresholds?: string | undefined
  write?: string[] | undefined
}

export interface CliCommand {
  /** the command's name and arguments, for the help text */
  usage: string
  summary: string
  /** options that the command accepts in addition to --json, --url and --help */
  options: readonly (keyof CliOptions)[]
  /** names of the positional arguments, which are all required */
  words: readonly string[]
  /** @returns the state, which determines the exit code */
  run: (context: CliCommandContext) => Promise<CommandExitStatus>
}

export const printJson = ({ out }: CliCommandContext, answer: unknown): void =>
  out(`${JSON.stringify(answer, null, 2)}\n`)

/** Returns a line about data that are stale or incomplete; empty if the data are fresh and complete. */
export function formatFreshnessLine(freshness: DataFreshness, now: number): string {
  const { state, latePollAt } = freshness
  const missing = formatMissingPolls(freshness)
  if (state === 'never') return `Data: ${missing ?? 'nothing was polled yet'}\n`
  const since =
    latePollAt === null
      ? ''
      : `, last good poll ${formatUtcMoment(latePollAt)} (${formatAgeOfTime(latePollAt, now)} ago)`
  const parts = [state !== 'fresh' && `${freshnessStateLabels[state]}${since}`, missing].filter(Boolean)
  return parts.length === 0 ? '' : `Data: ${parts.join('; ')}\n`
}

/**
 * Returns the message of an error. An unexpected error is marked as such, because its message does not tell the user
 * what to do.
 */
export function formatErrorReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return error instanceof ClientError || error instanceof UsageError ? text : `unexpected failure: ${text}`
}
