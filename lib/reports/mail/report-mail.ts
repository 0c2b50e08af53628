import { printedHtml } from '#lib/contract/document/html.ts'
import { oneLine, type Section } from '#lib/contract/document/model.ts'
import { COMPACT, plainOf } from '#lib/contract/document/plain.ts'
import { formatScope, parseScope } from '#lib/contract/index.ts'
import { scopeName } from '#lib/contract/words/scope-name.ts'
import { availabilityReportOf } from './availability.ts'
import { costReviewReport } from './cost-review.ts'
import type { ReportData } from './report-data.ts'

/** A report as it is sent, and kept in the history. */
export interface ReportMail {
  subject: string
  text: string
  html: string
  attachments: readonly { name: string; type: 'text/csv' | 'text/html'; text: string }[]
}

/** @param scopes of the report, text form @param publicUrl null = it has no link */
export function reportMail(data: ReportData, scopes: readonly string[], publicUrl: string | null): ReportMail {
  const whose = whoseWords(scopes)
  const document =
    data.report === 'cost_weekly'
      ? costReviewReport(data.review, whose)
      : availabilityReportOf(data.byCustomer, data.byCircuit, whose)
  const page = data.report === 'cost_weekly' ? '/cost' : '/resilience'
  const footer = `Sent by Peerwatch${publicUrl === null ? '' : `, ${publicUrl}${page}`}.`
  const { title, subtitle, sections } = document
  const html = printedHtml({ title, subtitle, footer }, sections)
  const said = (text: string): Section => ({ heading: '', blocks: [{ text }] })
  const name = title.toLowerCase().replaceAll(' ', '-')
  return {
    subject: oneLine(`[REPORT] ${title}${scopes.length === 0 ? '' : `, ${whose}`}`),
    text: plainOf([said(title), said(subtitle), ...sections, said(footer)], COMPACT),
    html,
    attachments: [
      // mail programs change what they show; the file prints as it is
      { name: `${name}.html`, type: 'text/html', text: html },
      ...document.files.map((file) => ({ ...file, type: 'text/csv' as const })),
    ],
  }
}

/** `Contoso`, `subscription 0a…`, `all subscriptions` */
function whoseWords(scopes: readonly string[]): string {
  const scope = parseScope(scopes)
  if (scope === 'everything') return 'all subscriptions'
  return formatScope(scope).map(scopeName).join(', ')
}
