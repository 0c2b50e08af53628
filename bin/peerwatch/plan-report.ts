import { escapeMarkdown, renderMarkdown } from '#lib/contract/document/markdown.ts'
import type { PlanAnswer } from '#lib/plan/api/index.ts'
import type { PlanFile } from '#lib/plan/rules/read/plan.ts'
import type { ExitState } from './exit.ts'
import { formatOrDash, replaceControlCharacters, formatTextTable } from './table.ts'
import type { PlanFinding } from '#lib/plan/rules/plan-findings.ts'

/** The data from which the report about a plan is made, in each format. */
export interface PlanReport {
  /** path of the plan file, as the user wrote it */
  file: string
  state: ExitState
  findings: readonly PlanFinding[]
  read: PlanFile
  /** the server's response; null = the plan file has no change that the model knows, or the check failed */
  answer: PlanAnswer | null
  /** the reason why the plan could not be checked; null = it was checked */
  failure: string | null
}

const VERDICTS: Readonly<Record<ExitState, string>> = {
  ok: 'passes',
  warning: 'passes with warnings',
  critical: 'fails',
  unknown: 'has unknown parts',
}
const headlineOf = ({ file, state, answer, read, failure }: PlanReport): string => {
  if (failure !== null) return `${file} was not checked: ${failure}`
  const { counts } = answer ?? {}
  const moved = counts
    ? `: ${counts.moves} prefixes move, ${counts.stranded} are cut off, ${counts.internet} leave to the Internet, ${counts.covered + counts.default_only} keep a shorter match`
    : ''
  return `${file} ${VERDICTS[state]}${moved} (${read.terms.length} changes)`
}

type Row = PlanAnswer['prefixes'][number]
const MAX_LISTED = 50

const pathsText = (paths: Row['before'], names: ReadonlyMap<string, string>): string =>
  formatOrDash(
    paths
      .map(({ peer, circuitId, path }) => [names.get(circuitId ?? '') ?? peer, path].filter(Boolean).join(' '))
      .join(', '),
  )

const durationText = ({
  sessions,
  unknownSessions,
  atLeastSeconds,
  atMostSeconds,
  comesBack,
}: PlanAnswer['downtime'][number]): string => {
  if (sessions + unknownSessions === 0) return 'no session depends on it'
  const open = unknownSessions === 0 ? '' : ` and ${unknownSessions} of unknown state`
  const whose = `${sessions} session${sessions === 1 ? '' : 's'}${open}`
  if (!comesBack) return `${whose} for good`
  if (atMostSeconds === null) return `${whose}, for how long is not known`
  return atMostSeconds === 0 ? `none of ${whose}` : `${whose}, ${atLeastSeconds} to ${atMostSeconds} s`
}

function costText({ difference, unknownBecause }: NonNullable<PlanAnswer['cost']>[number]): string {
  if (!difference) return `not known: ${unknownBecause}`
  const { atLeast, atMost } = difference
  return `${atLeast.amount} to ${atMost.amount} ${atMost.currency} a month`
}

interface Section {
  title: string
  header: string[]
  rows: string[][]
}

/** Returns the tables of a report. Empty tables are left out. */
function sectionsOf({ answer, read, findings }: PlanReport): Section[] {
  const placeOf = (term: number) => read.terms[term]?.at ?? ''
  const findingRows = findings.map(({ level, rule, at, words }) => [level, rule, formatOrDash(at), words])
  const all: Section[] = [{ title: 'Findings', header: ['LEVEL', 'RULE', 'WHERE', 'WHY'], rows: findingRows }]
  if (answer) {
    const names = new Map(Object.entries(answer.names))
    const rows = answer.prefixes.slice(0, MAX_LISTED)
    all.push(
      {
        title: 'Changes',
        header: ['WHERE', 'CHANGE', 'SESSIONS DOWN'],
        rows: answer.terms.map(({ words }, n) => {
          const down = answer.downtime.find(({ term }) => term === n)
          return [placeOf(n), words, down ? durationText(down) : 'not known']
        }),
      },
      {
        title: answer.prefixes.length > MAX_LISTED ? `Prefixes (the first ${MAX_LISTED})` : 'Prefixes',
        header: ['PREFIX', 'WHERE', 'OUTCOME', 'BEFORE', 'AFTER'],
        rows: rows.map((row) => [
          row.prefix,
          `${row.scopeName}${row.side === 'onprem' ? ' (customer’s side)' : ''}`,
          row.reduced ? 'fewer paths' : row.outcome.replace('_', ' '),
          pathsText(row.before, names),
          pathsText(row.after, names),
        ]),
      },
      {
        title: 'Overlaps',
        header: ['NEW', 'OVERLAPS', 'WHERE'],
        rows: answer.overlaps.map(({ prefix, overlaps, scopeName }) => [prefix, overlaps, scopeName]),
      },
      {
        title: 'Limits',
        header: ['WHERE', 'LIMIT', 'SHARE'],
        rows: answer.limits.map(({ scopeName, name, share }) => [
          scopeName,
          name.replaceAll('_', ' '),
          `${Math.round(share * 100)} %`,
        ]),
      },
      {
        title: 'Checks',
        header: ['CHECK', 'SUBJECT', 'BEFORE', 'AFTER', 'WHY'],
        rows: [...answer.checks, ...answer.mended].map((one) => [
          one.name,
          one.subject,
          one.before,
          one.after,
          one.reason,
        ]),
      },
      {
        title: 'Refused by Azure',
        header: ['WHERE', 'WHY'],
        rows: answer.refused.map(({ term, why }) => [placeOf(term), why]),
      },
      {
        title: 'Not taken back in place',
        header: ['WHERE', 'WHY'],
        rows: answer.oneWay.map(({ term, why }) => [placeOf(term), why]),
      },
      {
        title: 'Cost',
        header: ['WHAT', 'DIFFERENCE'],
        rows:
          answer.cost === null
            ? [['all', 'not said: the token lacks the right to read costs']]
            : answer.cost.map((one) => [one.what, costText(one)]),
      },
    )
  }
  return all.filter(({ rows }) => rows.length > 0)
}

export function formatTextReport(report: PlanReport): string {
  const parts = sectionsOf(report).map(({ title, header, rows }) => `\n${title}\n${formatTextTable(header, rows)}`)
  const notes = (report.answer?.notModelled ?? []).map(({ text }) => `- ${text}\n`)
  return (
    replaceControlCharacters(headlineOf(report)) +
    '\n' +
    parts.join('') +
    (notes.length > 0 ? `\nNot modelled\n${notes.join('')}` : '')
  )
}

/**
 * Returns the report as a comment for a pull request. The findings are visible, and all other sections are collapsed.
 * The first line is always the same, so that a later run finds the comment and replaces it.
 */
export function formatMarkdownReport(report: PlanReport): string {
  const tables = sectionsOf(report).map(({ title, header, rows }, n) => {
    const columns = header.map((name) => ({ label: name.charAt(0) + name.slice(1).toLowerCase() }))
    const table = renderMarkdown([{ heading: '', blocks: [{ table: { columns, rows } }] }])
    const isOpen = n === 0 && title === 'Findings'
    return isOpen ? `\n${table}` : `\n<details><summary>${title} (${rows.length})</summary>\n\n${table}\n</details>\n`
  })
  return `<!-- peerwatch plan -->\n**Peerwatch: ${escapeMarkdown(headlineOf(report))}**\n${tables.join('')}`
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
