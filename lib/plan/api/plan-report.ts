import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { escapeMarkdown, renderMarkdown } from '#lib/contract/document/markdown.ts'
import type { DataFreshness } from '#lib/contract/api/envelope.ts'
import { hasStaleOrMissingPolls } from '#lib/contract/words/freshness.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { isWhatIfChangeText } from '#lib/contract/what-if-terms.ts'
import type { DrillBody } from '#lib/resilience/api/drills.ts'
import { formatHubTableOutcome, formatWhatIfSummary, listShownHubTables } from '#lib/resilience/api/outcome-summary.ts'
import { type PlanFile, PlanFileError } from './file/plan-file.ts'
import type { PlanCheckResponse, PlanBody } from './plan.ts'
import { findPlanFindings, judgePlanState, mergePlanThresholds, type PlanFinding } from './plan-findings.ts'
import { MAX_PLANNED_CHANGES, type PlannedChange } from './terms.ts'

/** The data from which the report about a plan is made, in each format. */
export interface PlanReport {
  /** name of the plan file; on the command line its path */
  file: string
  state: ReturnType<typeof judgePlanState>
  findings: readonly PlanFinding[]
  read: PlanFile
  /** response of the server; null = the plan file contains no change that the model knows, or the check failed */
  answer: PlanCheckResponse | null
  /** the reason why the plan could not be checked; null = it was checked */
  failure: string | null
  /** time of the data behind the response, ISO 8601; null = no response */
  asOf: string | null
  freshness: DataFreshness | null
}

/** Response of the command `checkPlan`. */
interface CheckedPlan {
  data: PlanCheckResponse
  asOf: string
  freshness: DataFreshness
}

/**
 * Returns the request for checking a plan file. It contains only the changes that the model knows, in Peerwatch's own
 * format. Other parts of the file are never sent (ADR 0352).
 * @returns null if there is no such change, so that no request is sent
 * @throws PlanFileError if the file has too many changes
 */
export function createPlanRequest({ terms }: PlanFile): PlanBody | null {
  if (terms.length > MAX_PLANNED_CHANGES)
    throw new PlanFileError(
      `it has ${terms.length} changes, and at most ${MAX_PLANNED_CHANGES} are checked together: split the plan`,
    )
  return terms.length === 0 ? null : { terms: terms.map(({ term }) => term) }
}

/**
 * Compares the effects of a plan with the thresholds.
 * @param sent response of the server; null = nothing was sent
 */
export function comparePlanEffectsWithThresholds(
  file: string,
  read: PlanFile,
  sent: CheckedPlan | null,
  thresholds = mergePlanThresholds({}),
): PlanReport {
  const findings = findPlanFindings(read, sent?.data ?? null, thresholds)
  if (sent && hasStaleOrMissingPolls(sent.freshness))
    findings.unshift({ rule: 'unknown', level: 'unknown', words: oldTables(sent.data.old), at: null })
  const { asOf = null, freshness = null } = sent ?? {}
  return {
    file,
    state: judgePlanState(findings),
    findings,
    read,
    answer: sent?.data ?? null,
    failure: null,
    asOf,
    freshness,
  }
}

const MAX_NAMED = 5
const tableLabels = createSafeLookupTable({ learned: 'learned routes', tables: 'route tables', inventory: 'resources' })

/** Returns a sentence that lists the route tables whose data are old, or that were never polled. */
function oldTables(old: PlanCheckResponse['old']): string {
  const named = old.slice(0, MAX_NAMED).map(({ scopeName, subresource, kind, lastReadAt }) => {
    const where = subresource === '' ? scopeName : `${scopeName} ${subresource}`
    return `${tableLabels[kind] ?? kind} of ${where} (${lastReadAt === null ? 'not polled' : formatLastKnown(`${lastReadAt.slice(0, 19).replace('T', ' ')} UTC`)})`
  })
  const more = old.length > MAX_NAMED ? [`${old.length - MAX_NAMED} more`] : []
  return `polls are late: ${[...named, ...more].join(', ') || 'some tables'}`
}

/**
 * Returns the announcement of a drill, in which the predicted effects of a plan are compared with the measured effects.
 * Null if none of the plan's changes can be simulated by a what-if.
 */
export function createPlanDrill(
  { file, read, answer }: PlanReport,
  period: Pick<DrillBody, 'from' | 'to'>,
): Omit<DrillBody, 'withinSeconds'> | null {
  const texts = read.terms.map(({ term }, n) => whatIfText(term, answer?.terms[n]?.id ?? null))
  const given = texts.flatMap((text) => text ?? [])
  if (given.length === 0) return null
  const left = read.terms.filter((_, n) => texts[n] === null).map(({ at }) => at)
  return {
    title: `Plan ${file.split(/[\\/]/).at(-1)}`.slice(0, 200),
    note: left.length > 0 ? `Not measured: ${left.join(', ')}`.slice(0, 500) : '',
    lose: given.filter((text) => !isWhatIfChangeText(text)).join(','),
    change: given.filter(isWhatIfChangeText).join(','),
    ...period,
    stays: true,
  }
}

/**
 * Formats a change of a plan for a what-if, for example `weight:ID:100`. Null if a what-if does not support this kind
 * of change, or if the resource is unknown.
 */
function whatIfText(term: PlannedChange, id: string | null): string | null {
  if (id === null) return null
  if (term.kind === 'weight') return `weight:${id}:${term.weight}`
  if (term.kind === 'prepend') return `prepend:${id}:${term.count}`
  if (term.kind === 'withdraw') return `withdraw:${id}:${term.prefix}`
  if (term.kind === 'bandwidth') return `bandwidth:${id}:${term.mbps}`
  if (term.kind === 'peering_off') return `${id}/${term.peering}/primary,${id}/${term.peering}/secondary`
  return term.kind === 'delete' ? id : null
}

const VERDICTS: Readonly<Record<PlanReport['state'], string>> = {
  ok: 'passes',
  warning: 'passes with warnings',
  critical: 'fails',
  unknown: 'has unknown parts',
}
/** Formats the verdict and the effects of a plan in one line: `main.json fails: 2 prefixes cut off (3 changes)`. */
export function formatPlanHeadline({ file, state, answer, read, failure }: PlanReport): string {
  if (failure !== null) return `${file} was not checked: ${failure}`
  const effects = answer ? `: ${formatEffects(answer, state)}` : ''
  return `${file} ${VERDICTS[state]}${effects} (${count(read.terms.length, 'change')})`
}

/**
 * Returns a clause that summarizes the simulation. If the state is unknown, the clause does not claim that nothing
 * changes.
 */
function formatEffects({ prefixes }: PlanCheckResponse, state: PlanReport['state']): string {
  const summary = formatWhatIfSummary(prefixes)
  if (summary === 'Nothing changes') return state === 'unknown' ? 'no known effect on routes' : 'no effect on routes'
  return summary.replace('No prefix is cut off: ', 'no prefix cut off, ')
}

const count = (found: number, one: string) => `${found} ${one}${found === 1 ? '' : 's'}`

type Row = PlanCheckResponse['prefixes'][number]
const MAX_LISTED = 50

const pathsText = (paths: Row['before'], names: ReadonlyMap<string, string>): string =>
  paths
    .map(({ peer, circuitId, path }) => [names.get(circuitId ?? '') ?? peer, path].filter(Boolean).join(' '))
    .join(', ') || '-'

/** Formats the number of sessions that a change interrupts, and for how long. */
const formatPlanDowntime = ({
  sessions,
  unknownSessions,
  atLeastSeconds,
  atMostSeconds,
  comesBack,
}: PlanCheckResponse['downtime'][number]): string => {
  if (sessions + unknownSessions === 0) return 'no session depends on it'
  const open = unknownSessions === 0 ? '' : ` and ${unknownSessions} of unknown state`
  const whose = `${count(sessions, 'session')}${open}`
  if (!comesBack) return `${whose}, not restored`
  if (atMostSeconds === null) return `${whose}, for how long is not known`
  return atMostSeconds === 0 ? `none of ${whose}` : `${whose}, ${atLeastSeconds} to ${atMostSeconds} s`
}

/** Formats the difference of one item of the monthly cost, with bounds, or the reason why it is unknown. */
function formatPlanCost({ difference, unknownBecause }: NonNullable<PlanCheckResponse['cost']>[number]): string {
  if (!difference) return `not known: ${unknownBecause}`
  const { atLeast, atMost } = difference
  return `${atLeast.amount} to ${atMost.amount} ${atMost.currency} a month`
}

interface Section {
  id:
    | 'findings'
    | 'changes'
    | 'prefixes'
    | 'hub_tables'
    | 'overlaps'
    | 'limits'
    | 'checks'
    | 'refused'
    | 'one_way'
    | 'cost'
  title: string
  header: string[]
  rows: string[][]
}

/** Returns the tables of a report. Empty tables are left out. */
export function listPlanSections({ answer, read, findings }: PlanReport): Section[] {
  const placeOf = (term: number) => read.terms[term]?.at ?? ''
  const findingRows = findings.map(({ level, rule, at, words }) => [level, rule, at ?? '-', words])
  const all: Section[] = [
    { id: 'findings', title: 'Findings', header: ['LEVEL', 'RULE', 'WHERE', 'WHY'], rows: findingRows },
  ]
  if (answer) {
    const names = new Map(Object.entries(answer.names))
    const rows = answer.prefixes.slice(0, MAX_LISTED)
    all.push(
      {
        id: 'changes',
        title: 'Changes',
        header: ['WHERE', 'CHANGE', 'SESSIONS DOWN'],
        rows: answer.terms.map(({ words }, n) => {
          const down = answer.downtime.find(({ term }) => term === n)
          return [placeOf(n), words, down ? formatPlanDowntime(down) : 'not known']
        }),
      },
      {
        id: 'prefixes',
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
        id: 'hub_tables',
        title: 'Route tables of hubs',
        header: ['TABLE', 'NETWORKS', 'OUTCOME', 'CUT OFF'],
        rows: listShownHubTables(answer.hubTables).map((table) => [
          `${table.name} of ${table.hubName}`,
          table.networks.join(', '),
          formatHubTableOutcome(table),
          table.cutOff.join(', '),
        ]),
      },
      {
        id: 'overlaps',
        title: 'Overlaps',
        header: ['NEW', 'OVERLAPS', 'WHERE'],
        rows: answer.overlaps.map(({ prefix, overlaps, scopeName }) => [prefix, overlaps, scopeName]),
      },
      {
        id: 'limits',
        title: 'Limits',
        header: ['WHERE', 'LIMIT', 'SHARE'],
        rows: answer.limits.map(({ scopeName, name, share }) => [
          scopeName,
          name.replaceAll('_', ' '),
          `${Math.round(share * 100)} %`,
        ]),
      },
      {
        id: 'checks',
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
        id: 'refused',
        title: 'Refused by Azure',
        header: ['WHERE', 'WHY'],
        rows: answer.refused.map(({ term, why }) => [placeOf(term), why]),
      },
      {
        id: 'one_way',
        title: 'Cannot be reverted in place',
        header: ['WHERE', 'WHY'],
        rows: answer.oneWay.map(({ term, why }) => [placeOf(term), why]),
      },
      {
        id: 'cost',
        title: 'Cost',
        header: ['WHAT', 'DIFFERENCE'],
        rows:
          answer.cost === null
            ? [['all', 'not said: the token lacks the right to read costs']]
            : answer.cost.map((one) => [one.what, formatPlanCost(one)]),
      },
    )
  }
  return all.filter(({ rows }) => rows.length > 0)
}

/** Formats the name of a column for texts with lower case letters: `Sessions down`. */
export const formatPlanColumn = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase()

/**
 * Returns the report as a comment for a pull request. The findings are visible, and all other sections are collapsed.
 * The first line is always the same, so that the next run can find this comment and replace it.
 */
export function formatMarkdownReport(report: PlanReport): string {
  const tables = listPlanSections(report).map(({ id, title, header, rows }) => {
    const columns = header.map((name) => ({ label: formatPlanColumn(name) }))
    const table = renderMarkdown([{ heading: '', blocks: [{ table: { columns, rows } }] }])
    const isOpen = id === 'findings'
    return isOpen ? `\n${table}` : `\n<details><summary>${title} (${rows.length})</summary>\n\n${table}\n</details>\n`
  })
  return `<!-- peerwatch plan -->\n**Peerwatch: ${escapeMarkdown(formatPlanHeadline(report))}**\n${tables.join('')}`
}
