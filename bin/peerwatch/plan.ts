import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { type PlanFile, PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import { decodePlan, parsePlanJson, readPlan } from '#lib/plan/api/file/read-plan.ts'
import { type PlanFinding, plannedEffectMeasures, mergePlanThresholds } from '#lib/plan/api/plan-findings.ts'
import {
  createPlanDrill,
  createPlanRequest,
  formatMarkdownReport,
  comparePlanEffectsWithThresholds,
  type PlanReport,
} from '#lib/plan/api/plan-report.ts'
import { type CliCommand, type CliCommandContext, formatErrorReason } from './command.ts'
import { parseMomentOption, UsageError } from './moment-option.ts'
import { formatSarifReport, formatTextReport } from './plan-report.ts'

const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const
type Format = (typeof FORMATS)[number]

const ENDINGS: Readonly<Record<string, Format>> = createSafeLookupTable({
  '.txt': 'text',
  '.json': 'json',
  '.sarif': 'sarif',
  '.md': 'markdown',
})

export const checkPlanFileCommand: CliCommand = {
  usage:
    'plan check FILE [--format text|json|sarif|markdown] [--thresholds FILE] [--write FILE] [--record --from T --to T]',
  summary:
    'Effects of a Terraform plan, an ARM what-if or a list of changes: moved and cut-off prefixes, full paths, cost, interruptions',
  options: ['format', 'thresholds', 'write', 'record', 'from', 'to'],
  words: ['check', 'FILE'],
  run: async (context) => {
    const [verb, file = ''] = context.words
    if (verb !== 'check') throw new UsageError(`plan ${verb}: write plan check FILE`)
    const format = formatOf(context.options.json ? 'json' : (context.options.format ?? 'text'))
    const written = (context.options.write ?? []).map((to) => ({ to, format: formatOfFile(to) }))
    const report = await check(context, file).catch(async (error: unknown) => {
      const failure = formatErrorReason(context.signal.aborted ? new UsageError('interrupted') : error)
      await giveReport(context, failedReport(file, failure), { format: format === 'text' ? null : format, written })
      throw error
    })
    await giveReport(context, report, { format, written })
    if (context.options.record) await recordPlan(context, report)
    return report.state
  },
}

/** Reads a plan file, sends its changes to the server, and compares the effects with the thresholds. */
async function check(context: CliCommandContext, file: string): Promise<PlanReport> {
  const given = context.options.thresholds
  const thresholds =
    given === undefined
      ? mergePlanThresholds({})
      : parsed(given, await textOf(given), (text) => mergePlanThresholds(parsePlanJson(text)))
  const read = await readPlanFile(file)
  // Only the changes of the plan are sent, converted to Peerwatch's format. The plan file itself stays on this machine.
  const request = parsed(file, read, createPlanRequest)
  return comparePlanEffectsWithThresholds(
    file,
    read,
    request && (await context.client.send('checkPlan', request)),
    thresholds,
  )
}

/**
 * Returns a report about a plan that could not be checked. It contains the reason as a finding, so that every output
 * format shows it.
 */
function failedReport(file: string, failure: string): PlanReport {
  const findings: PlanFinding[] = [{ rule: 'unknown', level: 'unknown', words: failure, at: null }]
  const read: PlanFile = { format: 'terms', terms: [], unknown: [], without: 0 }
  return { file, state: 'unknown', findings, read, answer: null, failure, asOf: null, freshness: null }
}

/**
 * Prints a report, and also writes it to the files that the user named.
 * @param format format of the printed report; null = do not print it
 */
async function giveReport(
  { out }: CliCommandContext,
  report: PlanReport,
  { format, written }: { format: Format | null; written: readonly { to: string; format: Format }[] },
): Promise<void> {
  if (format !== null) out(reportAs(format, report))
  for (const one of written) await writeFile(one.to, reportAs(one.format, report)).catch(unwritten(one.to))
}

/**
 * Stores the predicted effects of a plan on the server as an announced drill. In the time from `--from` to `--to`,
 * Peerwatch measures the real effects and compares them with the prediction.
 */
async function recordPlan({ client, options, now, err }: CliCommandContext, report: PlanReport): Promise<void> {
  if (options.from === undefined || options.to === undefined)
    throw new UsageError('--record needs --from and --to: when the change is made')
  const drill = createPlanDrill(report, {
    from: parseMomentOption(options.from, now()),
    to: parseMomentOption(options.to, now()),
  })
  if (drill === null)
    throw new UsageError(`${report.file}: none of its effects can be measured afterwards, so it is not recorded`)
  const { data } = await client.send('announceDrill', drill)
  err(
    `peerwatch: recorded as ${data.id}; see the result under Resilience, and in /api/v1/resilience/drills/${data.id}\n`,
  )
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

function reportAs(format: Format, report: PlanReport): string {
  switch (format) {
    case 'text':
      return formatTextReport(report)
    case 'json':
      return json(report)
    case 'sarif':
      return json(formatSarifReport(report, { ...plannedEffectMeasures, unknown: 'the model does not know it' }))
    case 'markdown':
      return formatMarkdownReport(report)
  }
}

function formatOfFile(file: string): Format {
  const found = ENDINGS[path.extname(file).toLowerCase()]
  if (found === undefined) throw new UsageError(`--write ${file}: let it end in ${Object.keys(ENDINGS).join(', ')}`)
  return found
}

const unwritten = (file: string) => (error: unknown) => {
  throw new UsageError(`${file} can't be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
}

function formatOf(name: string): Format {
  const found = FORMATS.find((one) => one === name)
  if (found === undefined) throw new UsageError(`--format ${name}: write ${FORMATS.join(', ')}`)
  return found
}

/**
 * Reads a plan file.
 * @throws UsageError if the file cannot be read or is not a plan
 */
export const readPlanFile = async (file: string) => parsed(file, await textOf(file), readPlan)

async function textOf(file: string): Promise<string> {
  try {
    return decodePlan(await readFile(file))
  } catch (error) {
    if (error instanceof PlanFileError) throw new UsageError(`${file}: ${error.message}`)
    throw new UsageError(`${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
}

function parsed<Given, Value>(file: string, given: Given, read: (given: Given) => Value): Value {
  try {
    return read(given)
  } catch (error) {
    if (!(error instanceof PlanFileError)) throw error
    throw new UsageError(`${file}: ${error.message}`)
  }
}
