import { type LabelledText, fact, oneLine, type Section } from '#lib/contract/document/model.ts'
import type { CostFinding, MoneyBand } from '#lib/cost/api/index.ts'
import { findingTitle, moneyWords } from '#lib/contract/index.ts'
import type { FindingsContent } from '../content.ts'
import { boundsWords } from './times.ts'
import { titleOf } from './words.ts'

/** The digest of findings: a section for each, those of one customer together. */
export function findingSections(content: FindingsContent, publicUrl: string | null): Section[] {
  const intro = fact('', 'What checks of cost found: nobody is at fault, and nothing of the network has failed.')
  const customers = [...Map.groupBy(content.entries, ({ customer }) => customer)]
  const byName = customers.toSorted(([a], [b]) => (a ?? '\uffff').localeCompare(b ?? '\uffff', 'en'))
  return [
    { heading: oneLine(titleOf(content)), blocks: [{ facts: [intro] }] },
    ...byName.flatMap(([, own]) => own.map((one) => section(one, publicUrl))),
  ]
}

const band = ({ p10, p50, p90 }: MoneyBand) =>
  p10.amount === p90.amount ? moneyWords(p50) : `${moneyWords(p50)} (${moneyWords(p10)} to ${moneyWords(p90)})`

const section = (one: CostFinding, publicUrl: string | null): Section => ({
  heading: oneLine(findingTitle(one)),
  blocks: [{ facts: findingFacts(one, publicUrl) }],
})

function findingFacts(one: CostFinding, publicUrl: string | null): LabelledText[] {
  const { customer, startedBetween, endedBetween, evidence, amounts, remedy, links } = one
  return [
    ...(customer === null ? [] : [fact('Customer', customer)]),
    fact('Began', boundsWords(startedBetween)),
    ...(endedBetween ? [fact('Ended', boundsWords(endedBetween))] : []),
    ...evidence.map(({ field, before, after }) =>
      fact('Evidence', `${field}: ${before === null ? after : `${before} → ${after}`}`),
    ),
    ...(amounts.cost ? [fact('Cost', band(amounts.cost))] : []),
    ...(amounts.limit ? [fact('Against', moneyWords(amounts.limit))] : []),
    ...(amounts.saving ? [fact('Would save', `${band(amounts.saving)} a month`)] : []),
    ...(endedBetween || remedy === '' ? [] : [fact('What to do', remedy)]),
    ...(publicUrl === null
      ? []
      : links.map(({ label, href }) => fact(label, `${publicUrl}${href}`, `${publicUrl}${href}`))),
  ]
}
