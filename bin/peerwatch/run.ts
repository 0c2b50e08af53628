import { parseArgs } from 'node:util'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { createClient } from '#lib/client/index.ts'
import { availabilityCommand } from './availability.ts'
import { type CliCommand, type CliCommandContext, type CliOptions, formatErrorReason } from './command.ts'
import { routeDiffCommand } from './diff.ts'
import { eventsCommand } from './events.ts'
import { exitCodeByExitStatus } from './exit-state.ts'
import { exportListCommand } from './export.ts'
import { routeLookupCommand } from './lookup.ts'
import { UsageError } from './moment-option.ts'
import { checkPlanFileCommand } from './plan.ts'
import { rehearsePlanCommand } from './rehearse/command.ts'
import { sessionsCommand } from './sessions.ts'
import { statusCommand } from './status.ts'
import { replaceControlCharacters } from './text-table.ts'

/** Default address of Peerwatch, where `npm start` serves it. */
const DEFAULT_URL = 'http://127.0.0.1:3000'

const commands: Readonly<Record<string, CliCommand>> = createSafeLookupTable({
  status: statusCommand,
  sessions: sessionsCommand,
  availability: availabilityCommand,
  lookup: routeLookupCommand,
  diff: routeDiffCommand,
  events: eventsCommand,
  export: exportListCommand,
  plan: checkPlanFileCommand,
  rehearse: rehearsePlanCommand,
})

const meanings: Readonly<Record<Exclude<keyof CliOptions, 'help' | 'url' | 'json'>, string>> = {
  at: '--at T          answer as of this moment',
  from: '--from T        start of the time range',
  to: '--to T          end of the time range',
  scope: '--scope ID      a circuit or gateway, by name, short id or ARM id',
  month: '--month M       a calendar month (UTC), for example 2026-11; default: this month',
  by: '--by WHAT       rows by circuit, site or customer',
  customer: '--customer NAME only resources of this customer',
  follow: '--follow        prints new events until interrupted; resumes after a lost connection',
  format: '--format F      the output format',
  param: '--param N=V     any other parameter of the list',
  thresholds: '--thresholds F  file with the thresholds that fail or warn, instead of the defaults',
  lose: '--lose LIST     lost resources, separated by commas, as in a what-if: ids or names, <circuit>/<path>, location:NAME, ...',
  silent: '--silent        lost resources stop answering; their neighbors notice when the hold time ends',
  plan: '--plan FILE     a plan in a format that plan check accepts',
  record: '--record        stores the prediction, to compare it with the events between --from and --to',
  write: '--write FILE    also writes the report to FILE (.txt, .json, .sarif or .md); may be repeated',
}

const common = `  --json          the answer as JSON, for scripts; with --follow one event per line
  --url URL       instead of PEERWATCH_URL
  --help          this help

T is 2026-11-20T03:12:00Z, "2026-11-20 03:12" (UTC), now, or 15m, 2h, 3d for ago.
PEERWATCH_URL (${DEFAULT_URL}) is the address of the web, PEERWATCH_TOKEN is an API token: pw_...
Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown (stale data, no answer, a wrong argument).
`

export function formatHelp(name?: string): string {
  const command = name === undefined ? undefined : commands[name]
  if (command) {
    const own = command.options.map((option) => `  ${meanings[option as keyof typeof meanings]}\n`).join('')
    return `usage: peerwatch ${command.usage}\n\n${command.summary}.\n\n${own}${common}`
  }
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage}\n      ${summary}\n`)
  return `usage: peerwatch COMMAND [--json]\n\n${lines.join('')}\n${common}`
}

interface Surroundings extends Pick<CliCommandContext, 'now' | 'signal' | 'out' | 'err'> {
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Runs a command. If it fails for any reason, one line is printed to `err` and the exit code is 3.
 * @param args arguments after `peerwatch`
 * @returns the exit code
 */
export async function runPeerwatch(args: readonly string[], { env, ...surroundings }: Surroundings): Promise<number> {
  const { err, out, signal } = surroundings
  let isFollowing = false
  try {
    const { positionals, values: options } = read(args)
    isFollowing = options.follow
    const [name, ...words] = positionals
    if (options.help || name === undefined || name === 'help') {
      out(formatHelp(name === 'help' ? words[0] : name))
      return options.help || name === 'help' ? exitCodeByExitStatus.ok : exitCodeByExitStatus.unknown
    }
    const command = commands[name]
    if (!command)
      throw new UsageError(`there is no command ${JSON.stringify(name)}: write ${Object.keys(commands).join(', ')}`)
    checkArguments(name, command, words, options)
    const client = createClient({ url: readUrl(options.url ?? env.PEERWATCH_URL), token: env.PEERWATCH_TOKEN || null })
    return (
      exitCodeByExitStatus[await command.run({ client, words, options, ...surroundings })] ??
      exitCodeByExitStatus.unknown
    )
  } catch (error) {
    // If the user interrupts a command, the exit code is 0 only with --follow. Any other command has no result then.
    if (signal.aborted && isFollowing) return exitCodeByExitStatus.ok
    err(`peerwatch: ${replaceControlCharacters(signal.aborted ? 'interrupted' : formatErrorReason(error))}\n`)
    return exitCodeByExitStatus.unknown
  }
}

function read(args: readonly string[]): { positionals: string[]; values: CliOptions } {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: flag,
        follow: flag,
        record: flag,
        silent: flag,
        help: { ...flag, short: 'h' },
        at: text,
        from: text,
        to: text,
        scope: text,
        customer: text,
        month: text,
        by: text,
        format: text,
        lose: text,
        plan: text,
        url: text,
        param: { ...text, multiple: true },
        thresholds: text,
        write: { ...text, multiple: true },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}: see peerwatch --help`)
  }
}

function checkArguments(name: string, command: CliCommand, words: readonly string[], options: CliOptions): void {
  if (words.length !== command.words.length) {
    throw new UsageError(`${name} takes ${command.words.join(' and ') || 'no words'}: peerwatch ${command.usage}`)
  }
  const known = new Set<string>(['json', 'url', 'help', ...command.options])
  const other = Object.entries(options).find(
    ([option, value]) => !known.has(option) && value !== false && value !== undefined,
  )
  if (other) throw new UsageError(`${name} has no option --${other[0]}: peerwatch ${command.usage}`)
}

function readUrl(given: string | undefined): string {
  const url = given || DEFAULT_URL
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new UsageError(
    `${JSON.stringify(url)} is not an address: set PEERWATCH_URL to one such as https://peerwatch.example`,
  )
}
