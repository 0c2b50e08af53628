import { describe, expect, it } from 'vitest'
import { haveCircuitsDisjointLocations, judgeCircuitResiliency, judgeResiliencyOfCircuits } from './resiliency.ts'

const at = (peeringLocation: string | null, resiliencyLevel: string | null = null) => ({
  peeringLocation,
  resiliencyLevel,
})

describe('a circuit', () => {
  it.each([
    [at('London2'), 'standard', 'location', ['London2']],
    [at('sao paulo'), 'standard', 'location', ['Sao Paulo']],
    [at('Amsterdam Metro'), 'high', 'location', ['Amsterdam', 'Amsterdam2']],
    [at('WashingtonDCMetro'), 'high', 'location', ['Washington DC', 'Washington DC2']],
    [at('Amsterdam Metro', 'High'), 'high', 'azure', ['Amsterdam', 'Amsterdam2']],
    [at('Amsterdam', 'High'), 'high', 'azure', ['Amsterdam', 'Amsterdam2']],
    [at('London', 'Maximum'), 'maximum', 'azure', ['London']],
    [at('London', 'Utmost'), 'standard', 'location', ['London']],
    [at('Atlantis', 'High'), 'high', 'azure', null],
    [at('Atlantis Metro'), null, null, null],
    [at('Atlantis Metro', 'Standard'), 'standard', 'azure', null],
    [at('Telemetro'), null, null, ['Telemetro']],
    [at('Metropolis'), null, null, ['Metropolis']],
    [at('Metro Manila'), null, null, ['Metro Manila']],
    [at(null), null, null, null],
    [at(null, 'High'), 'high', 'azure', null],
  ])('%j', (ends, resiliencyLevel, resiliencyBasis, peeringLocations) => {
    expect(judgeCircuitResiliency(ends)).toEqual({ resiliencyLevel, resiliencyBasis, peeringLocations })
  })
})

describe('several', () => {
  it.each([
    ['standard', [at('London')]],
    ['standard', [at('London'), at('London')]],
    ['standard', [at('London', 'Maximum')]],
    ['high', [at('Amsterdam Metro')]],
    ['high', [at('Amsterdam Metro'), at('Amsterdam2')]],
    ['high', [at('Amsterdam Metro'), at('Amsterdam Metro')]],
    ['maximum', [at('London'), at('London2')]],
    ['maximum', [at('Amsterdam Metro'), at('Zurich Metro')]],
    ['maximum', [at('Amsterdam Metro'), at('Amsterdam'), at('Amsterdam2')]],
    ['maximum', [at('Atlantis Metro'), at('London')]],
    [null, [at('Equinix-Amsterdam-AM5', 'Standard'), at('Amsterdam')]],
    ['maximum', [at('Equinix-Amsterdam-AM5'), at('Interxion-Amsterdam-AMS8')]],
    [null, [at('Atlantis Metro'), at('Atlantis')]],
    [null, [at('Amsterdam Metro'), at(null)]],
    [null, []],
  ])('%s: %j', (level, ends) => expect(judgeResiliencyOfCircuits(ends, false)).toBe(level))

  it('may be more where not all are read', () => {
    expect(judgeResiliencyOfCircuits([at('Amsterdam Metro')], true)).toBeNull()
    expect(judgeResiliencyOfCircuits([at('London'), at('Amsterdam')], true)).toBe('maximum')
    expect(haveCircuitsDisjointLocations(at('London'), at('london'))).toBe(false)
  })
})
