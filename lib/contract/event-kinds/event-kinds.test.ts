import { describe, expect, it } from 'vitest'
import {
  getEndingEventKind,
  eventAreas,
  eventKindRecords,
  eventKinds,
  eventKindsByArea,
  filterEventKinds,
  getIncidentRoleOfEventKind,
  countPollsToConfirm,
} from './index.ts'
import { findDefaultCause } from './causes.ts'

describe('kinds of events', () => {
  it('are listed by area, each once', () => {
    expect(eventKindsByArea.flatMap(({ kinds }) => kinds)).toEqual(eventKinds)
    expect(eventKindsByArea.map(({ area }) => area)).toEqual(Object.keys(eventAreas))
  })

  it('have names of their own', () => {
    const names = eventKinds.map((kind) => eventKindRecords[kind].name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('have ranks of their own in an incident', () => {
    const ranks = eventKinds.flatMap((kind) => getIncidentRoleOfEventKind(kind)?.rank ?? [])
    expect(new Set(ranks).size).toBe(ranks.length)
  })
})

describe.each(eventKinds)('%s', (kind) => {
  const { name, meaning, polls, proof, burst, recovery, incident, scopes } = eventKindRecords[kind]

  it('has a name and a sentence that people can read', () => {
    expect(name).toMatch(/^[A-Z][^_.]{3,40}$/)
    expect(meaning).toMatch(/^[A-Z].{20,130}\.$/)
    expect(scopes).not.toEqual([])
  })

  it('is proved by polls that it rests on', () => {
    expect(polls).toEqual(expect.arrayContaining(proof.map(({ poll }) => poll)))
    expect(countPollsToConfirm(kind)).toBe(Math.max(1, ...proof.map(({ samples }) => samples)))
  })

  it('ends with a point event or with its opposite', () => {
    const other = getEndingEventKind(kind)
    if (other === null) return expect(getEndingEventKind(kind)).toBeNull()
    return expect(eventKindRecords[other].lifecycle === 'point' || getEndingEventKind(other) === kind).toBe(true)
  })

  it('opens no incident and starts no burst where it reports a recovery', () => {
    if (recovery) expect([incident, burst, eventKindRecords[kind].lifecycle]).toEqual(['aside', false, 'point'])
    else expect(filterEventKinds((record) => record.recovery === true)).not.toContain(kind)
  })
})

it('a cause that a record states comes without evidence', () => {
  expect(findDefaultCause('gateway_isolated')).toEqual({
    class: 'gateway_fault',
    owner: 'microsoft',
    confidence: 0.5,
    evidence: [],
    nextStep: 'Open a support case for the gateway, naming these bounds.',
  })
  expect(findDefaultCause('path_down')).toBeNull()
})
