import { formatAsPath } from '#lib/bgp/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import { formatLookupContextSentence, createLookupTimeFormat } from '#lib/routes/words/lookup-context-text.ts'
import { formatUnreadTables, formatUserRoute } from '#lib/routes/words/lookup-text.ts'
import { type CliCommand, formatFreshnessLine, printJson } from './command.ts'
import { type CommandExitStatus, getFreshnessExitState, findWorstExitState } from './exit-state.ts'
import { parseMomentOption } from './moment-option.ts'
import { formatOrDash, replaceControlCharacters, formatTextTable } from './text-table.ts'

/**
 * Returns the exit state of a route lookup. The state is `unknown` if the routes at that time are not certain, because
 * a route table was not polled or because the time is between two polls with different routes. Otherwise it is
 * `critical` if Azure has no route for the address, and `ok` if it has one.
 */
export function getLookupExitState({
  data,
  covered,
}: Pick<ApiEndpointResponse<'routeLookup'>, 'data' | 'covered'>): CommandExitStatus {
  if (data.known !== 'observed' || covered === false) return 'unknown'
  return data.match === null && data.system === null ? 'critical' : 'ok'
}

const ends: Readonly<Record<NonNullable<RouteLookup['system']>, string>> = {
  vnet: "its virtual network (Azure's own route)",
  peering: "a peered virtual network (Azure's own route)",
  internet: 'the Internet: no route covers it',
}

function headline({ ip, match, system, known }: RouteLookup): string {
  if (known === 'unknown') return `${ip}: unknown, that moment was not seen`
  const doubt =
    known === 'indeterminate' ? ' (indeterminate: a route was about to change, or a table was not seen)' : ''
  if (system !== null) return `${ip} goes to ${ends[system]}${doubt}`
  return match === null ? `${ip}: no route, Azure drops it${doubt}` : `${ip} matches ${match}${doubt}`
}

export const routeLookupCommand: CliCommand = {
  usage: 'lookup IP [--at T] [--scope ID] [--customer NAME]',
  summary:
    'The path of an address, now or as of T, with every route that covers it, and events there within 15 minutes',
  options: ['at', 'scope', 'customer'],
  words: ['IP'],
  run: async (context) => {
    const { at, scope, customer } = context.options
    const answer = await context.client.get('routeLookup', {
      ip: context.words[0] ?? '',
      at: at === undefined ? undefined : parseMomentOption(at, context.now()),
      scope,
      customer,
    })
    const state = findWorstExitState([
      getLookupExitState(answer),
      ...(at === undefined ? [getFreshnessExitState(answer.freshness)] : []),
    ])
    if (context.options.json) {
      printJson(context, { state, ...answer })
      return state
    }
    context.out(`${replaceControlCharacters(headline(answer.data))}\n`)
    const { around, at: moment } = answer.data
    for (const line of [formatUserRoute(answer.data), formatUnreadTables(answer.uncovered, answer.uncoveredOmitted)])
      if (line !== null) context.out(`${replaceControlCharacters(line)}\n`)
    if (around)
      context.out(`${replaceControlCharacters(formatLookupContextSentence(around, createLookupTimeFormat(moment)))}\n`)
    context.out(
      formatTextTable(
        ['FROM', 'RANK', 'WHERE', 'INSTANCE', 'PREFIX', 'NEXT HOP', 'PEER', 'AS PATH', 'WHY'],
        answer.data.candidates.map((route) => [
          formatOrDash(route.start?.name ?? null),
          String(route.rank),
          route.scopeName,
          formatOrDash(route.instance ?? route.path),
          route.prefix,
          formatOrDash(route.nextHop),
          formatOrDash(route.peer),
          formatOrDash(formatAsPath(route)),
          route.reason,
        ]),
      ),
    )
    if (at === undefined) context.out(formatFreshnessLine(answer.freshness, context.now()))
    return state
  },
}
