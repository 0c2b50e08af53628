import { ClientError } from '#lib/client/index.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { type CliCommand, type CliCommandContext, formatFreshnessLine, printJson } from './command.ts'
import { type CommandExitStatus, getFreshnessExitState } from './exit-state.ts'
import { parseMomentOption, UsageError } from './moment-option.ts'
import { formatTimeBounds, replaceControlCharacters, formatTextTable } from './text-table.ts'

/**
 * Returns a text that differs between an ongoing and an ended event. An event is printed again when this text changes.
 */
const lifeOf = ({ endedBetween }: DetectedNetworkEvent): string => (endedBetween === null ? 'open' : 'ended')

const header = ['SEVERITY', 'BEGAN', 'ENDED', 'EVENT', 'WHERE', 'SUBJECT', 'CAUSE', 'OWNER']
const rowOf = (event: DetectedNetworkEvent): string[] => [
  event.severity,
  formatTimeBounds(event.startedBetween),
  formatTimeBounds(event.endedBetween),
  event.kind,
  event.scopeName,
  event.subject,
  event.cause.class,
  event.cause.owner,
]

function askedOf({ options, now }: CliCommandContext) {
  const moment = (text: string | undefined) => (text === undefined ? undefined : parseMomentOption(text, now()))
  return { scope: options.scope, customer: options.customer, from: moment(options.from), to: moment(options.to) }
}

/** Maximum number of printed events. Users can print more with a time range or with `export`. */
const MAX_PRINTED_EVENTS = 100

async function once(context: CliCommandContext): Promise<CommandExitStatus> {
  const answer = await context.client.get('events', { ...askedOf(context), limit: MAX_PRINTED_EVENTS })
  const state = getFreshnessExitState(answer.freshness)
  if (context.options.json) {
    printJson(context, { state, ...answer })
    return state
  }
  context.out(formatTextTable(header, answer.data.map(rowOf)))
  if (answer.nextCursor !== null)
    context.err(`peerwatch: these are the newest ${MAX_PRINTED_EVENTS}; use export events for all of them\n`)
  context.out(formatFreshnessLine(answer.freshness, context.now()))
  return state
}

/**
 * Prints each event when it is detected, and again when it has ended. Continues until the user interrupts the command.
 */
async function follow(context: CliCommandContext): Promise<CommandExitStatus> {
  const { client, options, signal, out, err } = context
  if (options.to !== undefined) throw new UsageError('--follow has no end: leave out --to')
  const asked = { ...askedOf(context), from: parseMomentOption(options.from ?? '1h', context.now()) }
  const open = new Map<string, DetectedNetworkEvent>()
  const printed = new Map<string, string>()
  const print = (event: DetectedNetworkEvent) => {
    if (printed.get(event.id) === lifeOf(event)) return
    printed.set(event.id, lifeOf(event))
    if (event.endedBetween === null) open.set(event.id, event)
    else open.delete(event.id)
    out(options.json ? `${JSON.stringify(event)}\n` : `${rowOf(event).map(replaceControlCharacters).join('  ')}\n`)
  }
  const refresh = async () => {
    const found: DetectedNetworkEvent[] = []
    for await (const page of client.pages('events', asked)) found.push(...(page as ApiEndpointResponse<'events'>).data)
    for (const event of found.toReversed()) print(event)
    const begun = [...open.values()].map(({ startedBetween }) => startedBetween[1])
    // Events are rarely detected more than an hour after they began. The next query therefore starts one hour ago, or
    // at the start of the oldest ongoing event if that is earlier. If the start stayed fixed, each query would return
    // more events than the one before.
    asked.from =
      [asked.from, [parseMomentOption('1h', context.now()), ...begun].toSorted()[0] ?? asked.from].toSorted()[1] ??
      asked.from
  }
  for await (const item of client.changes({ signal })) {
    if (item.type === 'lost') {
      err(`peerwatch: ${item.error.message}; trying again in ${item.retryMs / 1_000} s\n`)
      continue
    }
    if (item.type === 'change' && !item.change.topics.includes('events')) continue
    try {
      await refresh()
    } catch (error) {
      // an unreachable server does not end the command, because the event stream reconnects and reports when the server
      // is back
      if (!(error instanceof ClientError) || !['unreachable', 'unavailable'].includes(error.kind)) throw error
      err(`peerwatch: ${error.message}\n`)
    }
  }
  return 'ok'
}

export const eventsCommand: CliCommand = {
  usage: 'events [--follow] [--from T] [--to T] [--scope ID] [--customer NAME]',
  summary: 'What happened, newest first; with --follow as it happens, oldest first',
  options: ['follow', 'from', 'to', 'scope', 'customer'],
  words: [],
  run: (context) => (context.options.follow ? follow(context) : once(context)),
}
