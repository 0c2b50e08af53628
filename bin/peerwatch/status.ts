import type { ActiveProblem, Overview } from '#lib/overview/api/index.ts'
import type { ResponseOf } from '#lib/api/index.ts'
import { latestOutage } from '#lib/contract/index.ts'
import { type CliCommand, freshnessLine, printJson } from './command.ts'
import { type State, stateOfFreshness, worstState } from './exit.ts'
import { boundsText, printable, textTable } from './table.ts'

const ofSeverity: Readonly<Record<ActiveProblem['severity'], State>> = {
  down: 'critical',
  degraded: 'warning',
  unknown: 'unknown',
  maintenance: 'ok',
}

/**
 * The estate in one state. A problem is down by what was read, fresh or last of all, so that `critical` is proven even where data are stale. An open
 * critical incident that recovered is a warning until it closes; one that is not confirmed any more stays what was last proven of it.
 */
export function stateOfOverview({ data, freshness }: ResponseOf<'overview'>): State {
  const { problems } = data.counts
  const severities = Object.entries(problems).flatMap(([severity, count]) =>
    count > 0 ? [ofSeverity[severity as ActiveProblem['severity']]] : [],
  )
  const incidents = data.incidents.open
    .filter(({ maintenance }) => !maintenance)
    .map(({ severity, phase }): State => (severity === 'critical' && phase === 'ongoing' ? 'critical' : 'warning'))
  return worstState([stateOfFreshness(freshness), ...severities, ...incidents])
}

/** The first line, as monitoring plugins write it: text, a bar, figures. */
export function statusHeadline(state: State, { counts, incidents, headline }: Overview): string {
  const { down = 0, degraded = 0, unknown = 0, maintenance = 0 } = counts.problems
  const open = Object.values(incidents.counts).reduce((sum, count) => sum + count, -incidents.recovered)
  const sessions = counts.sessions.up ?? 0
  const figures = { down, degraded, unknown, maintenance, incidents: open, sessions_up: sessions }
  const text = `${headline.sentence}; ${down} down, ${degraded} degraded, ${unknown} unknown, ${maintenance} in maintenance; ${open} open incident${open === 1 ? '' : 's'}`
  const data = Object.entries(figures).map(([name, value]) => `${name}=${value}`)
  return `PEERWATCH ${state.toUpperCase()}: ${text} | ${data.join(' ')}\n`
}

export const status: CliCommand = {
  usage: 'status [--customer NAME]',
  summary: 'How the estate is: what is down, degraded or unknown, and open incidents',
  options: ['customer'],
  words: [],
  run: async (context) => {
    const answer = await context.client.get('overview', { customer: context.options.customer })
    const state = stateOfOverview(answer)
    if (context.options.json) printJson(context, { state, ...answer })
    else {
      const { worstFirst, incidents } = answer.data
      context.out(printable(statusHeadline(state, answer.data).trimEnd()) + '\n')
      context.out(freshnessLine(answer.freshness, context.now()))
      context.out(
        textTable(
          ['SEVERITY', 'TYPE', 'NAME', 'STATE', 'SINCE', 'REASON'],
          worstFirst.map(({ severity, type, name, called: own, since, unconfirmedSince, reason }) => [
            severity,
            type,
            name,
            unconfirmedSince ? `${own}, not confirmed since ${unconfirmedSince}` : own,
            boundsText(since),
            reason,
          ]),
        ),
      )
      context.out(
        textTable(
          ['INCIDENT', 'SEVERITY', 'PHASE', 'OUTAGES', 'LAST BEGAN', 'WHERE', 'TITLE'],
          incidents.open.map(({ id, severity, phase, startedBetween, outages, scopeName, title }) => [
            id,
            severity,
            phase,
            String(outages.length),
            boundsText(latestOutage(outages)?.startedBetween ?? startedBetween),
            scopeName,
            title,
          ]),
        ),
      )
    }
    return state
  },
}
