import { type CostFinding, findingTitle, type MoneyBand, moneyWords } from '#lib/contract/index.ts'
import type { FindingsContent } from '../content.ts'
import { line, type Section } from './section.ts'
import { boundsWords } from './times.ts'
import { oneLine, titleOf } from './words.ts'

/** The digest of findings: a section for each, those of one customer together. */
export function findingSections(content: FindingsContent, publicUrl: string | null): Section[] {
  const intro = line('', 'What checks of cost found: nobody is at fault, and nothing of the network has failed.')
  const customers = [...Map.groupBy(content.entries, ({ customer }) => customer)]
  const byName = customers.toSorted(([a], [b]) => (a ?? '\uffff').localeCompare(b ?? '\uffff', 'en'))
  return [
    { heading: oneLine(titleOf(content)), lines: [intro] },
    ...byName.flatMap(([, own]) => own.map((one) => section(one, publicUrl))),
  ]
}

const band = ({ p10, p50, p90 }: MoneyBand) =>
  p10.amount === p90.amount ? moneyWords(p50) : `${moneyWords(p50)} (${moneyWords(p10)} to ${moneyWords(p90)})`

function section(one: CostFinding, publicUrl: string | null): Section {
  const { customer, startedBetween, endedBetween, evidence, amounts, remedy, links } = one
  return {
    heading: oneLine(findingTitle(one)),
    lines: [
      ...(customer === null ? [] : [line('Customer', customer)]),
      line('Began', boundsWords(startedBetween)),
      ...(endedBetween ? [line('Ended', boundsWords(endedBetween))] : []),
      ...evidence.map(({ field, before, after }) =>
        line('Evidence', `${field}: ${before === null ? after : `${before} → ${after}`}`),
      ),
      ...(amounts.cost ? [line('Cost', band(amounts.cost))] : []),
      ...(amounts.limit ? [line('Against', moneyWords(amounts.limit))] : []),
      ...(amounts.saving ? [line('Would save', `${band(amounts.saving)} a month`)] : []),
      ...(endedBetween || remedy === '' ? [] : [line('What to do', remedy)]),
      ...(publicUrl === null
        ? []
        : links.map(({ label, href }) => ({ ...line(label, `${publicUrl}${href}`), url: `${publicUrl}${href}` }))),
    ],
  }
}
