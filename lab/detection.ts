/**
 * Measures the quality of detection on the corpus: `npm run bench detection [--intervals=10,30,60,300] [--only=S01,S02]
 * [--sample=4] [--profile=azure|quick] [--bursts] [--causes] [--write]`.
 * Runs every scenario of `lab/corpus` at virtual time, in this process, without a database. After each interval,
 * `--write` stores its figures in lab/results/detection.txt and the table over all intervals in docs/detection.md;
 * figures of other intervals are kept. Unless `--profile=quick` is given, each interval runs a second time with
 * operations that take as long as in Azure and run one at a time on a resource, and both results are printed next to
 * each other. `--sample=4` takes every fourth scenario. `--bursts`, which `--write` implies, repeats the runs with the
 * poller's bursts: faster polls after a first adverse sample. `--causes` runs each interval only once, and prints how
 * often reported causes were true, by confidence; with `--write` the table is stored in docs/detection.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ProfileName } from './simulator/index.ts'
import { createPollBurstReportRows, formatPollBurstReportTable } from './corpus/burst-report.ts'
import { canBurst, runScenarioWithPollBursts } from './corpus/bursting.ts'
import { formatCauseAccuracyTable, type DetectedCauseWithTruth } from './corpus/cause-truth.ts'
import { corpusScenarios } from './corpus/corpus.ts'
import { formatDeviation } from './corpus/deviations.ts'
import {
  type PollIntervalFigures,
  withCauses,
  replacePollIntervalSections,
  withSummary,
} from './corpus/figures-document.ts'
import { findKnownGaps } from './corpus/known-gaps.ts'
import { runAndScoreScenarios } from './corpus/measure.ts'
import { createRunWithProfile } from './corpus/operation-times.ts'
import { formatProfileTable } from './corpus/profile-report.ts'
import {
  formatFailoverSummarySentence,
  formatOwnerlessEventsSentence,
  SUMMARY_TABLE_HEADER_LINES,
  formatSummaryTableRow,
  formatReportTable,
  formatEventKindTotals,
} from './corpus/report.ts'
import type { ScenarioScore } from './corpus/score.ts'

const DOCUMENT = path.resolve(import.meta.dirname, '../docs/detection.md')
const RESULTS = path.resolve(import.meta.dirname, 'results/detection.txt')

const { values } = parseArgs({
  options: {
    intervals: { type: 'string', default: '10,30,60,300' },
    only: { type: 'string' },
    sample: { type: 'string', default: '1' },
    profile: { type: 'string', default: 'azure' },
    bursts: { type: 'boolean', default: false },
    causes: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const only = values.only?.split(',')
const every = Number(values.sample)
const chosen = corpusScenarios.filter(({ id }, n) => (!only || only.includes(id)) && n % every === 0)
if (values.profile !== 'quick' && values.profile !== 'azure') throw new Error('profiles are quick and azure')
if (values.write && (only || every !== 1)) throw new Error('the document holds the figures of the whole corpus')

if (values.causes) {
  const claims: DetectedCauseWithTruth[] = []
  for (const seconds of values.intervals.split(',').map(Number))
    claims.push(...(await runAndScoreScenarios(seconds, chosen)).claims)
  print(formatCauseAccuracyTable(claims))
  for (const { scenario, class: name, confidence, isTrue } of claims)
    if (!isTrue) print(`not so: ${scenario} ${name} ${confidence}`)
  if (values.write)
    writeFileSync(DOCUMENT, withCauses(readFileSync(DOCUMENT, 'utf8'), formatCauseAccuracyTable(claims)))
}

const rows: string[] = []
for (const seconds of values.causes ? [] : values.intervals.split(',').map(Number)) {
  const begun = performance.now()
  const { report, scores, deviations } = await runAndScoreScenarios(seconds, chosen)
  const took = ((performance.now() - begun) / 1000).toFixed(0)
  print(`\n${chosen.length} scenarios, polled every ${seconds} s (${took} s)\n`)
  const parts = [
    formatReportTable(report),
    formatFailoverSummarySentence(report),
    formatOwnerlessEventsSentence(report),
  ]
  print(`${parts.join('\n\n')}\n`)
  const section: PollIntervalFigures = { everySeconds: seconds, rows: [formatSummaryTableRow(report, '2 s')], text: '' }
  if ((values.bursts || values.write) && canBurst(seconds)) parts.push(await playBursting(seconds, scores))
  if (values.profile !== 'quick') {
    const slow = await playProfile(seconds, values.profile, scores)
    parts.push(slow.text)
    section.rows.push(slow.row)
  }
  section.text = parts.join('\n\n')
  rows.push(...section.rows)
  if (values.write) {
    const figures = replacePollIntervalSections(readFileSync(RESULTS, 'utf8'), SUMMARY_TABLE_HEADER_LINES, [section])
    writeFileSync(RESULTS, figures)
    writeFileSync(DOCUMENT, withSummary(readFileSync(DOCUMENT, 'utf8'), figures))
  }
  const lines = new Set(deviations.map(formatDeviation))
  for (const deviation of deviations) print(`${formatDeviation(deviation)}: ${deviation.detail}`)
  for (const gap of findKnownGaps(seconds)) {
    const line = formatDeviation({ kind: '', ...gap })
    if (chosen.some(({ id }) => id === gap.scenario) && !lines.has(line)) print(`closed: ${line}`)
  }
}
if (!values.causes) print(`\n${[...SUMMARY_TABLE_HEADER_LINES, ...rows].join('\n')}`)

/** Repeats the run with faster polls after each first adverse sample. */
async function playBursting(seconds: number, usual: readonly ScenarioScore[]): Promise<string> {
  const { report, scores, deviations } = await runAndScoreScenarios(seconds, chosen, runScenarioWithPollBursts)
  const title = `Mean width of bounds in seconds, without bursts and with them, where they differ. With bursts:`
  const text = `${title} ${formatEventKindTotals(report)}.\n\n${formatPollBurstReportTable(createPollBurstReportRows(usual, scores))}`
  print(`${text}\n`)
  for (const deviation of deviations) print(`with bursts: ${formatDeviation(deviation)}: ${deviation.detail}`)
  return text
}

/** Repeats the run with the run times of a profile. */
async function playProfile(seconds: number, profile: ProfileName, usual: readonly ScenarioScore[]) {
  const { report, scores, deviations } = await runAndScoreScenarios(seconds, chosen, createRunWithProfile(profile))
  const text = `Polls of 2 s, and operations of the profile \`${profile}\`:\n\n${formatProfileTable(usual, scores)}`
  print(`${text}\n`)
  for (const deviation of deviations) print(`${profile}: ${formatDeviation(deviation)}: ${deviation.detail}`)
  return { text, row: formatSummaryTableRow(report, profile) }
}
