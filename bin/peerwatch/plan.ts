import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanFileError } from '#lib/plan/rules/read/plan.ts'
import { parsePlanJson, readPlan } from '#lib/plan/rules/read/read-plan.ts'
import { stateOfFreshness } from './exit.ts'
import type { CliCommand } from './command.ts'
import { UsageError } from './moment.ts'
import { findingsOf, planMeasures, planThresholds, stateOfPlan } from './plan/judge.ts'
import { markdownReport, type PlanReport, sarifReport, textReport } from './plan/report.ts'

const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const
type Format = (typeof FORMATS)[number]

const ENDINGS: Readonly<Record<string, Format>> = {
  '.txt': 'text',
  '.json': 'json',
  '.sarif': 'sarif',
  '.md': 'markdown',
}

export const planCommand: CliCommand = {
  usage: 'plan check FILE [--format text|json|sarif|markdown] [--thresholds FILE] [--write FILE]',
  summary: 'What a Terraform plan, an ARM what-if or a list of changes would move, strand, fill, cost and break',
  options: ['format', 'thresholds', 'write'],
  words: ['check', 'FILE'],
  run: async (context) => {
    const [verb, file = ''] = context.words
    if (verb !== 'check') throw new UsageError(`plan ${verb}: write plan check FILE`)
    const format = formatOf(context.options.json ? 'json' : (context.options.format ?? 'text'))
    const written = (context.options.write ?? []).map((to) => ({ to, format: formatOfFile(to) }))
    const given = context.options.thresholds
    const thresholds = planThresholds(given === undefined ? {} : parsed(given, await textOf(given), parsePlanJson))
    const read = parsed(file, await textOf(file), readPlan)
    const terms = read.terms.map(({ term }) => term)
    // the file stays here: what is sent is the changes in Peerwatch's terms alone
    const sent = terms.length === 0 ? null : await context.client.send('checkPlan', { terms })
    const findings = findingsOf(read, sent?.data ?? null, thresholds)
    if (sent && stateOfFreshness(sent.freshness) === 'unknown')
      findings.unshift({
        rule: 'unknown',
        level: 'unknown',
        words: 'the tables that it rests on are old, or not all were read',
        at: null,
      })
    const report: PlanReport = { file, state: stateOfPlan(findings), findings, read, answer: sent?.data ?? null }
    const age = { asOf: sent?.asOf ?? null, freshness: sent?.freshness ?? null }
    context.out(reportAs(format, report, age))
    for (const one of written) await writeFile(one.to, reportAs(one.format, report, age)).catch(unwritten(one.to))
    return report.state
  },
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

function reportAs(format: Format, report: PlanReport, age: object): string {
  switch (format) {
    case 'text':
      return textReport(report)
    case 'json':
      return json({ ...report, ...age })
    case 'sarif':
      return json(sarifReport(report, { ...planMeasures, unknown: 'the model does not know it' }))
    case 'markdown':
      return markdownReport(report)
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

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
}

function parsed<Value>(file: string, text: string, read: (text: string) => Value): Value {
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof PlanFileError)) throw error
    throw new UsageError(`${file}: ${error.message}`)
  }
}
