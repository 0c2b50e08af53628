import { expect, it } from 'vitest'
import type { InjectedNocFault } from './faults.ts'
import type { ReceivedAlarmWebhook } from './hooks.ts'
import { scoreAlarmsOfSystem, formatQuantile } from './score.ts'

const T = Date.UTC(2030, 0, 1)
const at = (seconds: number) => T + seconds * 1_000
const cut: InjectedNocFault = { site: 3, name: 'cut', on: 'primary', act: at(0), wire: at(8), until: at(60) }
const hook = (given: Partial<ReceivedAlarmWebhook>): ReceivedAlarmWebhook => ({
  system: 'one',
  at: at(10),
  site: 3,
  alarm: 'a',
  isOver: false,
  wakes: true,
  began: null,
  lasted: null,
  owners: [],
  text: '',
  ...given,
})

it('finds what a notification of its site is about, and holds begin, length, cause and delay against it', () => {
  const opened = hook({ began: [at(4), at(8)], owners: ['unknown'] })
  const closed = hook({
    at: at(70),
    began: [at(1), at(3)],
    isOver: true,
    lasted: [50_000, 54_000],
    owners: ['provider'],
  })
  expect(scoreAlarmsOfSystem([cut], [opened, closed])).toMatchObject({
    found: 1,
    falseAlerts: 0,
    delays: [2],
    begin: [2],
    length: [8],
    named: 1,
    nameable: 1,
  })
})

it('counts what is said of another site, or of a time at which all was well, once each as false', () => {
  const elsewhere = hook({ site: 4, began: [at(5), at(5)] })
  const tooLate = hook({ at: at(400), alarm: 'b', began: [at(390), at(390)] })
  const { found, falseAlerts, missed } = scoreAlarmsOfSystem([cut], [elsewhere, elsewhere, tooLate])
  expect({ found, falseAlerts, missed }).toEqual({ found: 0, falseAlerts: 2, missed: [cut] })
})

it('counts the nights in which somebody was woken, without need, and too little', () => {
  const both: InjectedNocFault = { ...cut, name: 'bothPaths', act: at(1_000), wire: at(1_008), until: at(1_060) }
  const calm = hook({ began: [at(4), at(8)], wakes: false })
  const later = hook({ at: at(1_010), began: [at(1_004), at(1_008)] })
  const elsewhere = hook({ site: 4, began: [at(5), at(5)] })
  expect(scoreAlarmsOfSystem([cut, both], [calm, later])).toMatchObject({ woken: 1, needless: 0, overslept: 0 })
  expect(scoreAlarmsOfSystem([cut, both], [hook({}), elsewhere])).toMatchObject({ woken: 2, needless: 2, overslept: 1 })
})

it('takes figures that are not said for worse than any', () => {
  expect(formatQuantile([1, 2, null], 0.5)).toBe('2.0')
  expect(formatQuantile([1, null, null], 0.5)).toBe('not said')
  expect(formatQuantile([], 0.5)).toBe('-')
})
