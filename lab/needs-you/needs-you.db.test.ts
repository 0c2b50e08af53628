import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { corpusScenarios } from '../corpus/corpus.ts'
import { type ScenarioAttentionNeeds, collectScenarioAttentionNeeds } from './state-needs.ts'

/** Returns the different statements about each incident, in the order in which they were made. */
const statementsOf = ({ stated }: ScenarioAttentionNeeds): string[] => [
  ...new Set(stated.map(({ title, when, reason }) => `${title.split(' ').slice(0, 2).join(' ')}: ${when}, ${reason}`)),
]

const PLANNED =
  'all 4 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, within announced work until 2030-03-04'

describe.each<[string, string[]]>([
  ['S982', [`path_down ckt-lon: nobody, ${PLANNED} 10:40 UTC`, 'path_down ckt-lon: nobody, it is over']],
  [
    'S984',
    [
      'circuit_down ckt-ams: today, all 2 prefixes moved and each has, next to its active path, at least 1 spare path over all circuits and VPNs, but it was not announced',
      'path_down ckt-lon: today, no spare path is left',
      'circuit_down ckt-ams: today, no spare path is left',
      'path_down ckt-lon: nobody, it is over',
      'circuit_down ckt-ams: nobody, it is over',
    ],
  ],
  [
    'S986',
    [
      `path_down ckt-lon: nobody, ${PLANNED} 10:20 UTC`,
      'path_down ckt-lon: today, all 4 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but the announced work should be over',
      'path_down ckt-lon: nobody, it is over',
    ],
  ],
  [
    'S980',
    [
      'mass_withdraw ckt-lon: now, at least 4 prefixes are cut off',
      'mass_withdraw ckt-lon: now, 4 prefixes are cut off',
      'mass_withdraw ckt-lon: nobody, it is over',
    ],
  ],
])('the incidents of scenario %s', (id, statements) => {
  const db = withTestDatabase()

  it('state whether they need a person, and never nobody while a last path is lost', {
    timeout: 120_000,
    retry: 0,
  }, async () => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const needs = await collectScenarioAttentionNeeds(db, scenario)
    expect(statementsOf(needs)).toEqual(statements)
    expect(needs.losses.filter(({ when }) => when === 'nobody')).toEqual([])
  })
})
