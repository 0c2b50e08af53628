import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { findLatestOutage } from '#lib/contract/index.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { type CliCommand, formatFreshnessLine, printJson } from './command.ts'
import { type CommandExitStatus, getFreshnessExitState, findWorstExitState } from './exit-state.ts'
import { formatTimeBounds, replaceControlCharacters, formatTextTable } from './text-table.ts'

const ofSeverity: Readonly<Record<ActiveProblem['severity'], CommandExitStatus>> = {
  down: 'critical',
  degraded: 'warning',
  unknown: 'unknown',
  maintenance: 'ok',
}

/** A fact of the overview that affects the state. The first line of the output shows its reason. */
interface Finding {
  state: CommandExitStatus
  reason: string
}

/**
 * Returns all facts of the overview that affect the state. A problem whose state was down in the last polls is critical
 * even if its data are stale now. An open incident that has recovered is a warning until it closes.
 */
function findingsOf({ data, freshness }: ApiEndpointResponse<'overview'>): Finding[] {
  const severities = Object.entries(data.counts.problems).flatMap(([severity, count]) =>
    count > 0 ? [{ state: ofSeverity[severity as ActiveProblem['severity']], reason: `${count} ${severity}` }] : [],
  )
  const incidents = data.incidents.open
    .filter(({ maintenance }) => !maintenance)
    .map(({ severity, phase }): Finding => {
      const isOngoing = phase === 'ongoing'
      return {
        state: severity === 'critical' && isOngoing ? 'critical' : 'warning',
        reason: isOngoing ? `an open ${severity} incident` : 'an incident that recovered and is not closed yet',
      }
    })
  const { state, missing } = freshness
  const unread = missing
    ? `${missing.notPolled + missing.unanswered} of ${missing.of} polls not answered`
    : `data ${state}`
  return [{ state: getFreshnessExitState(freshness), reason: unread }, ...severities, ...incidents]
}

/** Returns the worst state of all facts in the overview. */
export const getOverviewExitState = (answer: ApiEndpointResponse<'overview'>): CommandExitStatus =>
  findWorstExitState(findingsOf(answer).map(({ state }) => state))

/**
 * Returns the first line of the output in the format of monitoring plugins. The text with the reasons of the state is
 * followed by a vertical bar and performance data.
 */
export function formatStatusHeadline(answer: ApiEndpointResponse<'overview'>): string {
  const { counts, incidents, headline } = answer.data
  const state = getOverviewExitState(answer)
  const { down = 0, degraded = 0, unknown = 0, maintenance = 0 } = counts.problems
  const { recovered } = incidents
  const ongoing = Object.values(incidents.counts).reduce((sum, count) => sum + count, -recovered)
  const sessions = counts.sessions.up ?? 0
  const figures = { down, degraded, unknown, maintenance, incidents: ongoing, recovered, sessions_up: sessions }
  const counted = `${down} down, ${degraded} degraded, ${unknown} unknown, ${maintenance} in maintenance; ${ongoing} ongoing incident${ongoing === 1 ? '' : 's'}, ${recovered} recovered`
  const reasons = state === 'ok' ? [] : findingsOf(answer).filter((finding) => finding.state === state)
  const because = [...new Set(reasons.map(({ reason }) => reason))].join(', ')
  const data = Object.entries(figures).map(([name, value]) => `${name}=${value}`)
  return `PEERWATCH ${state.toUpperCase()}: ${headline.sentence}; ${counted}${because && `; ${state} because of ${because}`} | ${data.join(' ')}\n`
}

export const statusCommand: CliCommand = {
  usage: 'status [--customer NAME]',
  summary: 'State of the estate: down, degraded and unknown resources, and open incidents',
  options: ['customer'],
  words: [],
  run: async (context) => {
    const answer = await context.client.get('overview', { customer: context.options.customer })
    const state = getOverviewExitState(answer)
    if (context.options.json) printJson(context, { state, ...answer })
    else {
      const { worstFirst, incidents } = answer.data
      context.out(replaceControlCharacters(formatStatusHeadline(answer).trimEnd()) + '\n')
      context.out(formatFreshnessLine(answer.freshness, context.now()))
      context.out(
        formatTextTable(
          ['SEVERITY', 'TYPE', 'NAME', 'STATE', 'SINCE', 'REASON'],
          worstFirst.map(({ severity, type, name, called: own, since, unconfirmedSince, lastKnown, reason }) => [
            severity,
            type,
            name,
            unconfirmedSince
              ? `${own}, ${formatLastKnown(unconfirmedSince)}`
              : lastKnown
                ? `${own} (${lastKnown.called}, ${formatLastKnown(lastKnown.at)})`
                : own,
            formatTimeBounds(since),
            reason,
          ]),
        ),
      )
      context.out(
        formatTextTable(
          ['INCIDENT', 'NEEDS YOU', 'SEVERITY', 'PHASE', 'OUTAGES', 'LAST BEGAN', 'WHERE', 'TITLE', 'BECAUSE'],
          incidents.open.map(({ id, needsYou, severity, phase, startedBetween, outages, scopeName, title }) => [
            id,
            needsYou.when,
            severity,
            phase,
            String(outages.length),
            formatTimeBounds(findLatestOutage(outages)?.startedBetween ?? startedBetween),
            scopeName,
            title,
            needsYou.reason,
          ]),
        ),
      )
    }
    return state
  },
}
