import {
  formatAvailabilityByLayer,
  formatAvailabilityLoss,
  formatOutageCounts,
  formatWorstAvailability,
  groupRowByLayer,
  formatLostTimesByLayer,
  listPeeringLosses,
} from '#lib/contract/words/up-share.ts'
import type { AvailabilityReportParameters } from '#lib/reports/api/index.ts'
import { type CliCommand, formatFreshnessLine, printJson } from './command.ts'
import { getFreshnessExitState } from './exit-state.ts'
import { UsageError } from './moment-option.ts'
import { formatTextTable, formatTimeBounds } from './text-table.ts'

// Copy of the API's list, because the API declares it in a module with schemas, which the command line program does not
// load.
const subjects = ['circuit', 'site', 'customer'] as const satisfies readonly AvailabilityReportParameters['by'][]

export const availabilityCommand: CliCommand = {
  usage: 'availability [--month 2026-11] [--by circuit|site|customer] [--customer NAME]',
  summary: 'Availability of a month by the lowest of session, forwarding and reachability, with every loss',
  options: ['month', 'by', 'customer'],
  words: [],
  run: async (context) => {
    const { month, customer, by: given = 'circuit' } = context.options
    const by = subjects.find((one) => one === given)
    if (by === undefined) throw new UsageError(`--by ${given}: write ${subjects.join(', ')}`)
    const answer = await context.client.get('availabilityReport', { month, by, customer })
    const state = getFreshnessExitState(answer.freshness)
    if (context.options.json) {
      printJson(context, { state, ...answer })
      return state
    }
    const { rows } = answer.data
    context.out(
      formatTextTable(
        ['NAME', 'AVAILABILITY', 'BY LAYER', 'LOST', 'OUTAGES'],
        rows.map((row) => [
          row.name,
          formatWorstAvailability(groupRowByLayer(row)),
          formatAvailabilityByLayer(groupRowByLayer(row)),
          [...formatLostTimesByLayer(groupRowByLayer(row)), ...listPeeringLosses(row.peerings, row)].join('; ') || '-',
          formatOutageCounts(row.outagesByLayer),
        ]),
      ),
    )
    for (const { losses } of rows)
      for (const loss of losses)
        context.out(
          `${formatTimeBounds(loss.startedBetween)}  ${loss.circuitName}: ${formatAvailabilityLoss(loss)}${loss.incidentId ? ` (incident ${loss.incidentId})` : ''}\n`,
        )
    context.out(formatFreshnessLine(answer.freshness, context.now()))
    return state
  },
}
