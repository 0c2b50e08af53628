import type { DeclaredCircuit } from '#lib/contract/index.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { circuitFormField } from './window-fields.ts'
import { splitDraftText, createLabelOptions } from '../../schema-form/form-fields.ts'

const models: Record<NonNullable<DeclaredCircuit['connectivity']>, string> = {
  exchange: 'Cloud exchange: your routers run BGP',
  telco: 'Telco: the provider runs BGP',
  direct: 'ExpressRoute Direct: your routers run BGP',
}

type TrafficClass = DeclaredCircuit['classes'][number]
const classLabels: Record<TrafficClass['name'], string> = { ef: 'EF', af: 'AF', best_effort: 'best effort' }

export const circuitDeclarationForm: DeclarationForm<'circuits'> = {
  list: 'circuits',
  title: 'Circuits',
  one: 'circuit',
  note: 'from the provider’s contract and your routers',
  empty:
    'Declare who runs BGP, a second S-tag, NAT pools of Microsoft peering, the provider’s classes and its credits. They appear on the circuit’s page and in the availability report.',
  whenRemoved: 'It is removed from the circuit’s page and from the availability report.',
  fields: [
    circuitFormField,
    {
      name: 'connectivity',
      label: 'Connectivity',
      hint: 'Overrides what Peerwatch infers; it decides whom to call.',
      kind: 'choice',
      options: () => createLabelOptions({ '': 'As inferred', ...models }),
    },
    { name: 'secondStag', label: 'S-tag of the secondary path', hint: 'If it is another one.', kind: 'line' },
    {
      name: 'natPools',
      label: 'NAT pools of Microsoft peering',
      hint: 'Prefixes, one per line.',
      kind: 'long',
      placeholder: '203.0.113.0/28',
    },
    {
      name: 'classes',
      label: 'Provider’s classes',
      hint: 'One per line: ef, af or best effort, with a share or Mb/s.',
      kind: 'long',
      placeholder: 'ef 10 %\naf 200 Mb/s\nbest effort',
    },
    {
      name: 'credits',
      label: 'Credit of the provider’s contract',
      hint: 'One per line: an availability of the month, and the share of the fee that is credited below it.',
      kind: 'long',
      placeholder: 'below 99.95 %: 10 %\nbelow 99 %: 25 %',
    },
  ],
  draftOf: (one) => ({
    classes: one?.classes.map(classText).join('\n') ?? '',
    credits: one?.credits.map(creditText).join('\n') ?? '',
  }),
  itemOf: (draft) => ({
    classes: splitDraftText(draft, 'classes').map(readClass),
    credits: splitDraftText(draft, 'credits').map(readCredit),
  }),
  nameOf: ({ circuit }, { nameOf }) => nameOf(circuit),
  wordsOf: ({ connectivity, secondStag, natPools, classes, credits }) => [
    ...(connectivity ? [models[connectivity]] : []),
    ...(secondStag === null ? [] : [`S-tag ${secondStag} on the secondary path`]),
    ...(natPools.length > 0 ? [`NAT pools ${natPools.join(', ')}`] : []),
    ...(classes.length > 0 ? [classes.map(classText).join(', ')] : []),
    ...(credits.length > 0 ? [`credit ${credits.map(creditText).join(', ')}`] : []),
  ],
}

/** Formats a traffic class: `EF 10 %`, `AF 200 Mb/s` or `best effort`. */
function classText({ name, share, mbps }: TrafficClass): string {
  if (share !== null) return `${classLabels[name]} ${Number((share * 100).toFixed(4))} %`
  return mbps === null ? classLabels[name] : `${classLabels[name]} ${mbps} Mb/s`
}

type Credit = DeclaredCircuit['credits'][number]

/**
 * Formats a service credit of the provider: the credit in percent of the month's fee, which the provider owes if the
 * availability is below a limit, for example `below 99.95 %: 10 %`.
 */
const creditText = ({ below, credit }: Credit): string => `below ${below} %: ${credit} %`

/**
 * Parses a line of text with a service credit. If the format is wrong, the line is returned unchanged, so that the
 * schema rejects it.
 */
function readCredit(line: string): unknown {
  const [, below, credit] =
    /^(?:below\s*|<\s*)?(\d+(?:\.\d+)?)\s*%?\s*[:;,\s]\s*(\d+(?:\.\d+)?)\s*%?$/i.exec(line) ?? []
  return below === undefined ? line : { below: Number(below), credit: Number(credit) }
}

/**
 * Parses a line of text with a traffic class. If the format is wrong, the class has an empty name, so that the schema
 * rejects it.
 */
function readClass(line: string): unknown {
  const [, word = '', amount, unit] =
    /^(ef|af|best[ _-]?effort)\b[\s:]*(?:(\d+(?:\.\d+)?)\s*(%|mb\/?p?s))?$/i.exec(line) ?? []
  const name = /^best/i.test(word) ? 'best_effort' : word.toLowerCase()
  const value = amount === undefined ? null : Number(amount)
  if (unit === '%') return { name, share: value === null ? null : value / 100 }
  return { name, mbps: value }
}
