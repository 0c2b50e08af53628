import { expect, it } from 'vitest'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { generateRandomJudgedEstate } from './estate.ts'
import type { GeneratedFault } from './faults.ts'
import { createSeededRandomChoices } from './random.ts'
import { EstateFaultTruth } from './truth.ts'

const estate = generateRandomJudgedEstate(createSeededRandomChoices(1172))
const [from, until] = [0, 10 * MS_PER_MINUTE]
const removal = (circuit: string): GeneratedFault => ({
  what: 'connection removed',
  from,
  until,
  owners: ['own_change'],
  elements: [`circuit ${circuit}`],
  felt: ['gateway ergw-1'],
  signs: [],
  isGrave: false,
  happenings: [],
})
const faults = ['ckt-4', 'ckt-5'].map(removal)
const event = (kind: EventKind): DetectedEvent => ({
  key: kind,
  kind,
  severity: 'major',
  scope: 'gateways/ergw-1',
  subject: 'ckt-5 > ckt-4',
  started: { earliest: from, latest: until },
  ended: null,
  duration: null,
  detectedAt: until,
  evidence: [],
  causes: [],
  flags: [],
})

it.each<[EventKind, string[]]>([
  ['failover', ['circuit ckt-5']],
  ['best_path_shift', ['circuit ckt-4', 'circuit ckt-5']],
])('a %s identifies the faults of %j', (kind, elements) => {
  const truth = new EstateFaultTruth(estate, faults, MS_PER_MINUTE)
  expect(truth.behind(event(kind))).toEqual(faults)
  expect(truth.at(event(kind)).flatMap((fault) => fault.elements)).toEqual(elements)
})
