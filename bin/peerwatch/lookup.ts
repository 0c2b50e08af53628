import { formatAsPath } from '#lib/bgp/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { formatLookupContextSentence, createLookupTimeFormat } from '#lib/routes/words/lookup-context-text.ts'
import {
  createLookupNames,
  formatLastKnownRoute,
  formatLookupDoubt,
  formatLookupLead,
  formatUnreadTables,
  formatUserRoute,
  listDroppingInterfaces,
} from '#lib/routes/words/lookup-text.ts'
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
    const { around, at: moment, match } = answer.data
    const clock = createLookupTimeFormat(moment)
    const circuit = createLookupNames(around)
    const names = { circuit, moment: `${clock.second(moment)} ${clock.zone}`, past: at !== undefined }
    for (const line of [
      `${formatLookupLead(answer.data, names)}${match === null ? '' : ` (${match})`}`,
      ...listDroppingInterfaces(answer.data),
      formatLookupDoubt(answer.data),
      formatLastKnownRoute(answer.data, { circuit, clock }),
      formatUserRoute(answer.data),
      formatUnreadTables(answer.uncovered, answer.uncoveredOmitted),
      around && formatLookupContextSentence(around, clock),
    ])
      if (line !== null) context.out(`${replaceControlCharacters(line)}\n`)
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
