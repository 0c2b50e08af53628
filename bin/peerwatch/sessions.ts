import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { sessionStateLabels, sessionVerdictLabels } from '#lib/gateways/api/state-text.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { type CliCommand, formatFreshnessLine, printJson } from './command.ts'
import { type CommandExitStatus, getFreshnessExitState, findWorstExitState } from './exit-state.ts'
import { parseMomentOption } from './moment-option.ts'
import { formatTimeBounds, formatOrDash, formatTextTable } from './text-table.ts'

/**
 * State for each verdict about a session. A session that never came up, or that an operator disabled, is not a fault.
 */
const ofVerdict: Readonly<Record<BgpSession['verdict'], CommandExitStatus>> = {
  up: 'ok',
  down: 'critical',
  disabled: 'ok',
  never_established: 'ok',
  not_reported: 'unknown',
  unknown: 'unknown',
}

/**
 * Returns the worst state of all sessions. Without any session the result is `unknown`, so that a check with a wrong
 * scope does not pass.
 */
export function getWorstSessionExitState(rows: readonly BgpSession[]): CommandExitStatus {
  return rows.length === 0 ? 'unknown' : findWorstExitState(rows.map(({ verdict }) => ofVerdict[verdict]))
}

/**
 * Returns the verdict on a session, with the last known verdict if it is unknown: `unknown (up, last
 * known at 2026-11-20T03:12:00.000Z)`.
 */
const formatVerdict = ({ verdict, lastKnown }: BgpSession): string =>
  lastKnown
    ? `${sessionVerdictLabels[verdict]} (${sessionVerdictLabels[lastKnown.state]}, ${formatLastKnown(lastKnown.at)})`
    : sessionVerdictLabels[verdict]

export const sessionsCommand: CliCommand = {
  usage: 'sessions [--scope ID] [--customer NAME] [--at T]',
  summary: 'BGP sessions, now or as of T',
  options: ['scope', 'customer', 'at'],
  words: [],
  run: async (context) => {
    const { scope, customer, at } = context.options
    const asked = { scope, customer, at: at === undefined ? undefined : parseMomentOption(at, context.now()) }
    const rows: BgpSession[] = []
    let last: ApiEndpointResponse<'sessions'> | undefined
    for await (const page of context.client.pages('sessions', asked)) {
      rows.push(...page.data)
      last = page
    }
    const isNotSeen = last?.covered === false
    const states = [
      getWorstSessionExitState(rows),
      ...(last && at === undefined ? [getFreshnessExitState(last.freshness)] : []),
    ]
    const state = findWorstExitState([...states, ...(isNotSeen ? ['unknown' as const] : [])])
    if (context.options.json) {
      printJson(context, { ...last, state, data: rows })
      return state
    }
    context.out(
      formatTextTable(
        ['WHERE', 'PATH', 'LOCAL', 'NEIGHBOR', 'AS', 'VERDICT', 'STATE', 'ESTABLISHED', 'PREFIXES'],
        rows.map((row) => [
          row.scopeName,
          formatOrDash(row.path),
          formatOrDash(row.localAddress),
          row.neighbor,
          formatOrDash(row.remoteAsn),
          formatVerdict(row),
          sessionStateLabels[row.state],
          formatTimeBounds(row.establishedAt),
          formatOrDash(row.prefixesReceived),
        ]),
      ),
    )
    if (rows.length === 0) context.err('peerwatch: no session is known for this selection\n')
    if (isNotSeen) context.out('Not all of this moment was observed: rows may be missing, and states are unknown\n')
    if (last && at === undefined) context.out(formatFreshnessLine(last.freshness, context.now()))
    return state
  },
}
