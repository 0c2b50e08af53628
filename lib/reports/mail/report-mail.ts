import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { renderPrintHtml } from '#lib/contract/document/html.ts'
import { toSingleLine, type TextSection } from '#lib/contract/document/document-model.ts'
import { COMPACT_LAYOUT, renderPlainText } from '#lib/contract/document/plain-text.ts'
import { listAccessScopeTexts, parseAccessScope, formatDuration, formatDurationRange } from '#lib/contract/index.ts'
import { formatAccessScope } from '#lib/contract/words/scope-name.ts'
import { buildCostReviewReport } from './cost-review.ts'
import type { ScheduledReportData } from './report-data.ts'
import type { AvailabilityReportRow, StoredAvailabilityReport } from '../api/index.ts'
import { toCsvRows, toCsv } from '#lib/contract/csv.ts'
import { findWorstAvailability } from '#lib/contract/up-share.ts'
import { formatCauseOwnerLabel } from '#lib/contract/words/owners.ts'
import {
  formatAvailabilityByLayer,
  formatAvailabilityLoss,
  formatOutageCounts,
  formatWorstAvailability,
  groupRowByLayer,
  formatLostTimesByLayer,
  listPeeringLosses,
} from '#lib/contract/words/up-share.ts'
import { createNumberColumn, type ReportDocument, createTableSection } from './document.ts'

/** A rendered report. It is sent and also stored in the history. */
export interface ReportMail {
  subject: string
  text: string
  html: string
  attachments: readonly { name: string; type: 'text/csv' | 'text/html'; text: string }[]
}

/**
 * Renders a report as a mail.
 * @param scopes subscriptions and customers of the report, for example `customer:Contoso`
 * @param publicUrl address of Peerwatch for a link in the mail; null = no link
 */
export function buildReportMail(
  data: ScheduledReportData,
  scopes: readonly string[],
  publicUrl: string | null,
): ReportMail {
  const whose = formatOwner(scopes)
  const document =
    data.report === 'cost_weekly'
      ? buildCostReviewReport(data.review, whose)
      : availabilityReportOf(data.byCustomer, data.byCircuit, { whose, publicUrl })
  const page = data.report === 'cost_weekly' ? '/cost' : '/availability'
  const footer = `Sent by Peerwatch${publicUrl === null ? '' : `, ${publicUrl}${page}`}.`
  const { title, subtitle, sections } = document
  const html = renderPrintHtml({ title, subtitle, footer }, sections)
  const said = (text: string): TextSection => ({ heading: '', blocks: [{ text }] })
  const name = title.toLowerCase().replaceAll(' ', '-')
  return {
    subject: toSingleLine(`[REPORT] ${title}${scopes.length === 0 ? '' : `, ${whose}`}`),
    text: renderPlainText([said(title), said(subtitle), ...sections, said(footer)], COMPACT_LAYOUT),
    html,
    attachments: [
      // The report is also attached as an HTML file, because mail programs change HTML that they display. The file can
      // be printed unchanged.
      { name: `${name}.html`, type: 'text/html', text: html },
      ...document.files.map((file) => ({ ...file, type: 'text/csv' as const })),
    ],
  }
}

/**
 * Formats the subscriptions and customers that a report covers, for example `Contoso`, `subscription 0a…` or
 * `all subscriptions`.
 */
function formatOwner(scopes: readonly string[]): string {
  const scope = parseAccessScope(scopes)
  if (scope === 'everything') return 'all subscriptions'
  return listAccessScopeTexts(scope).map(formatAccessScope).join(', ')
}

/**
 * Converts the availability of a month to a report with two tables, by customer and by circuit, and a list of the
 * losses. Both tables are also attached as CSV files.
 */
function availabilityReportOf(
  byCustomer: StoredAvailabilityReport,
  byCircuit: StoredAvailabilityReport,
  { whose, publicUrl }: { whose: string; publicUrl: string | null },
): ReportDocument {
  const { month, from, to } = byCustomer
  return {
    title: `Availability ${month}`,
    subtitle: `${whose}, ${formatUtcMinute(from)} to ${formatUtcMinute(to)}`,
    sections: [
      tableOf(
        'Customers',
        'A customer is down while all of its circuits are.',
        byCustomer.rows,
        'No circuit belongs to a customer.',
      ),
      tableOf('Circuits', 'A circuit is down while both of its paths are.', byCircuit.rows, 'No circuits.'),
      lossesOf(byCircuit.rows, publicUrl),
    ],
    files: [
      { name: `availability-${month}-customers.csv`, text: csvOf(byCustomer) },
      { name: `availability-${month}-circuits.csv`, text: csvOf(byCircuit) },
    ],
  }
}

function tableOf(heading: string, note: string, rows: readonly AvailabilityReportRow[], empty: string): TextSection {
  return createTableSection({
    heading,
    note: `${note} Availability is the lowest of the measured layers: session = BGP is up, forwarding = traffic passes, reachability = every prefix has a route. It is a share of the observed time; planned work is left out. If two bounds are shown, the exact value is unknown.`,
    columns: [
      'Name',
      createNumberColumn('Availability'),
      'By layer',
      'Lost',
      createNumberColumn('Planned'),
      createNumberColumn('Unknown'),
      createNumberColumn('Outages'),
      createNumberColumn('Mean time to repair'),
    ],
    rows: rows.map((row) => [
      row.name,
      formatWorstAvailability(groupRowByLayer(row)),
      formatAvailabilityByLayer(groupRowByLayer(row)),
      [...formatLostTimesByLayer(groupRowByLayer(row)), ...listPeeringLosses(row.peerings, row)].join('; '),
      row.plannedSeconds > 0 ? formatDuration(row.plannedSeconds * 1_000, 'round') : '',
      row.unknownSeconds > 0 ? formatDuration(row.unknownSeconds * 1_000, 'round') : '',
      formatOutageCounts(row.outagesByLayer),
      row.mttrSeconds ? range(row.mttrSeconds) : '',
    ]),
    empty,
  })
}

/** Returns the section with the listed losses of the circuits, newest first. */
const lossesOf = (rows: readonly AvailabilityReportRow[], publicUrl: string | null): TextSection =>
  createTableSection({
    heading: 'Losses',
    columns: ['Began', 'Circuit', 'Lost', 'Owner', 'Incident'],
    rows: rows
      .flatMap(({ losses }) => losses)
      .toSorted((a, b) => (a.startedBetween[1] < b.startedBetween[1] ? 1 : -1))
      .map((loss) => [
        formatUtcMinute(loss.startedBetween[1]),
        loss.circuitName,
        formatAvailabilityLoss(loss),
        formatCauseOwnerLabel(loss.owner),
        loss.incidentId === null
          ? ''
          : publicUrl === null
            ? loss.incidentId
            : `${publicUrl}/incidents/${loss.incidentId}`,
      ]),
    empty: 'None.',
  })

const range = ({ atLeast, atMost }: { atLeast: number; atMost: number }) =>
  formatDurationRange(atLeast * 1_000, atMost * 1_000)

const csvOf = ({ month, rows }: StoredAvailabilityReport): string =>
  toCsv(
    toCsvRows<AvailabilityReportRow>(
      {
        month: () => month,
        name: ({ name }) => name,
        circuits: ({ circuits }) => circuits.join(' '),
        provider: ({ provider }) => provider,
        seconds: ({ seconds }) => seconds,
        upAtLeastSeconds: ({ upSeconds }) => upSeconds.atLeast,
        upAtMostSeconds: ({ upSeconds }) => upSeconds.atMost,
        downAtLeastSeconds: ({ downSeconds }) => downSeconds.atLeast,
        downAtMostSeconds: ({ downSeconds }) => downSeconds.atMost,
        indeterminateSeconds: ({ indeterminateSeconds }) => indeterminateSeconds,
        availability: (row) => formatWorstAvailability(groupRowByLayer(row)),
        layer: (row) => findWorstAvailability(groupRowByLayer(row))?.layer ?? null,
        noForwardingAtLeastSeconds: ({ forwarding }) => forwarding?.downSeconds.atLeast ?? null,
        noForwardingAtMostSeconds: ({ forwarding }) => forwarding?.downSeconds.atMost ?? null,
        noRouteAtLeastSeconds: ({ reachability }) => reachability?.downSeconds.atLeast ?? null,
        noRouteAtMostSeconds: ({ reachability }) => reachability?.downSeconds.atMost ?? null,
        prefixesWithoutRoute: ({ reachability }) => reachability?.prefixes ?? null,
        unknownSeconds: ({ unknownSeconds }) => unknownSeconds,
        plannedSeconds: ({ plannedSeconds }) => plannedSeconds,
        outages: ({ outages }) => outages,
        outagesOfForwarding: ({ outagesByLayer }) => outagesByLayer.forwarding,
        outagesOfReachability: ({ outagesByLayer }) => outagesByLayer.reachability,
        repeats: ({ repeats }) => repeats,
        mttrAtLeastSeconds: ({ mttrSeconds }) => mttrSeconds?.atLeast ?? null,
        mttrAtMostSeconds: ({ mttrSeconds }) => mttrSeconds?.atMost ?? null,
        creditAtLeastPercent: ({ creditDue }) => creditDue?.atLeast ?? null,
        creditAtMostPercent: ({ creditDue }) => creditDue?.atMost ?? null,
      },
      rows,
    ),
  )
