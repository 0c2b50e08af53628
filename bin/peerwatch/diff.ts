import { formatAsPath } from '#lib/bgp/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { type CliCommand, printJson } from './command.ts'
import type { CommandExitStatus } from './exit-state.ts'
import { parseMomentOption, UsageError } from './moment-option.ts'
import { formatUtcMoment, formatOrDash, formatTextTable } from './text-table.ts'

/**
 * Returns the exit state of a comparison of the routes at two times. The state is `unknown` if a route cannot be
 * compared, or if the route tables were not polled at both times. Otherwise it is `warning` if there is a difference,
 * and `ok` if there is none.
 */
export function getDiffExitState({
  data,
  covered,
}: Pick<ApiEndpointResponse<'routesDiff'>, 'data' | 'covered'>): CommandExitStatus {
  if (data.undecidable.length > 0 || covered === false) return 'unknown'
  return data.announced.length + data.withdrawn.length + data.changed.length > 0 ? 'warning' : 'ok'
}

/**
 * Returns a hint that the user should choose an earlier second time, because some route tables were last polled before
 * it. The text is empty if all routes can be compared.
 */
export function formatEarlierTimeHint({
  data,
  freshness,
}: Pick<ApiEndpointResponse<'routesDiff'>, 'data' | 'freshness'>): string {
  const { oldestPollAt } = freshness
  if (oldestPollAt === null || data.to <= oldestPollAt || data.undecidable.length === 0) return ''
  return `Not every table was read after ${formatUtcMoment(oldestPollAt)}: write a moment before that as the second one\n`
}

type Difference = ApiEndpointResponse<'routesDiff'>['data']['changed'][number]
type Attributes = Difference['before']

/**
 * Formats next hop and AS path, for example `10.0.4.4 via 65001 64999`. Several routes of equal cost (ECMP) are
 * separated by commas.
 */
const attributesText = (routes: Attributes): string =>
  formatOrDash(
    routes.map((route) => `${formatOrDash(route.nextHop)} via ${formatOrDash(formatAsPath(route))}`).join(', '),
  )

const rowOf = (change: string, { scopeName, instance, path, prefix, peer, before, after }: Difference): string[] => [
  change,
  prefix,
  scopeName,
  formatOrDash(instance ?? path),
  formatOrDash(peer),
  attributesText(before),
  attributesText(after),
]

export const routeDiffCommand: CliCommand = {
  usage: 'diff A B [--scope ID] [--customer NAME]',
  summary: 'How the routes of two moments differ; each such as 2026-11-20T03:12:00Z, 15m (ago) or now',
  options: ['scope', 'customer'],
  words: ['A', 'B'],
  run: async (context) => {
    const [from = '', to = ''] = context.words.map((word) => parseMomentOption(word, context.now()))
    if (from > to)
      throw new UsageError(`${context.words[0]} is later than ${context.words[1]}: write the earlier moment first`)
    const { scope, customer } = context.options
    const answer = await context.client.get('routesDiff', { from, to, scope, customer })
    const state = getDiffExitState(answer)
    if (context.options.json) {
      printJson(context, { state, ...answer })
      return state
    }
    const { announced, withdrawn, changed, undecidable } = answer.data
    context.out(
      `${formatUtcMoment(from)} to ${formatUtcMoment(to)}: ${announced.length} announced, ${withdrawn.length} withdrawn, ${changed.length} changed, ${undecidable.length} undecidable\n`,
    )
    context.out(formatEarlierTimeHint(answer))
    context.out(
      formatTextTable(
        ['CHANGE', 'PREFIX', 'WHERE', 'INSTANCE', 'PEER', 'BEFORE', 'AFTER'],
        [
          ...announced.map((one) => rowOf('announced', one)),
          ...withdrawn.map((one) => rowOf('withdrawn', one)),
          ...changed.map((one) => rowOf('changed', one)),
          ...undecidable.map((one) => rowOf('undecidable', { ...one, before: [], after: [] })),
        ],
      ),
    )
    return state
  },
}
