import { describe, expect, it } from 'vitest'
import { computeIncidentWindows } from './incident-windows.ts'
import { testEvent, testIncidentDetail, testMinuteIso } from './testing.ts'

const at = (minutes: number) => Date.parse(testMinuteIso(minutes))
/** Event whose start is known only within an hour, such as a change of routes that are polled once an hour. */
const wide = testEvent({ id: 'w', kind: 'ecmp_reduced', startedBetween: [testMinuteIso(0), testMinuteIso(61)] })

describe('the timeline of an incident is initially zoomed to its fault', () => {
  const ongoing = (start: number, end: number | null = null) => {
    const startedBetween: [string, string] = [testMinuteIso(start), testMinuteIso(start)]
    const endedBetween: [string, string] | null = end === null ? null : [testMinuteIso(end), testMinuteIso(end)]
    const fault = testEvent({ id: 'p', kind: 'path_down', startedBetween, endedBetween })
    return testIncidentDetail([fault, wide], {
      state: 'open',
      startedBetween,
      endedBetween,
      openedAt: testMinuteIso(60),
    })
  }

  it('an ongoing fault of a minute takes a tenth of the width, although an event may have begun an hour before', () => {
    const { whole, initial } = computeIncidentWindows(ongoing(60), at(61))
    expect(whole.from).toBeLessThan(at(0))
    expect(initial).toEqual({ from: at(51), to: at(61) })
  })

  it('a fault of ten minutes takes more than a tenth, so that all events are visible', () => {
    const { whole, initial } = computeIncidentWindows(ongoing(60), at(70))
    expect(initial).toEqual(whole)
  })

  it('a fault that ended is in the middle, as far as the events reach', () => {
    expect(computeIncidentWindows(ongoing(60, 61), at(120)).initial).toEqual({ from: at(55.5), to: at(65.5) })
  })

  it('a fault without a certain time is shown by its bounds', () => {
    const startedBetween: [string, string] = [testMinuteIso(60), testMinuteIso(61)]
    const incident = { ...ongoing(60), outages: [{ startedBetween, endedBetween: startedBetween, certain: [] }] }
    expect(computeIncidentWindows(incident, at(120)).initial).toEqual({ from: at(55.5), to: at(65.5) })
  })

  it('an incident without an outage shows all events', () => {
    const { whole, initial } = computeIncidentWindows({ ...ongoing(60), outages: [] }, at(61))
    expect(initial).toEqual(whole)
  })
})
