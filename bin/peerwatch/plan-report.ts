import { formatPlanHeadline, listPlanSections, type PlanReport } from '#lib/plan/api/plan-report.ts'
import { replaceControlCharacters, formatTextTable } from './text-table.ts'

export function formatTextReport(report: PlanReport): string {
  const parts = listPlanSections(report).map(
    ({ title, header, rows }) => `\n${title}\n${formatTextTable(header, rows)}`,
  )
  const notes = (report.answer?.notModelled ?? []).map(({ text }) => `- ${text}\n`)
  return (
    replaceControlCharacters(formatPlanHeadline(report)) +
    '\n' +
    parts.join('') +
    (notes.length > 0 ? `\nNot modelled\n${notes.join('')}` : '')
  )
}

const LEVELS = { fail: 'error', unknown: 'warning', warn: 'note' } as const

/**
 * Returns the report in the SARIF format, for code scanning tools.
 * @source OASIS SARIF 2.1.0, sections 3.13, 3.14, 3.19, 3.20 and 3.27
 */
export function formatSarifReport(
  { file, findings, read, failure }: PlanReport,
  rules: Readonly<Record<string, string>>,
) {
  const ids = Object.keys(rules)
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Peerwatch',
            rules: ids.map((id) => ({ id, shortDescription: { text: rules[id] } })),
          },
        },
        invocations: [{ executionSuccessful: failure === null }],
        results: findings.map(({ rule, level, words, at }) => ({
          ruleId: rule,
          ruleIndex: ids.indexOf(rule),
          level: LEVELS[level],
          message: { text: words },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) },
                region: { startLine: 1 },
              },
              ...(at !== null && { logicalLocations: [{ fullyQualifiedName: at, kind: 'resource' }] }),
            },
          ],
          partialFingerprints: { 'peerwatch/v1': `${rule} ${at ?? read.format}` },
        })),
      },
    ],
  }
}
