/** Sessions that hear nothing, and ages that contradict each other. */
import type { ScenarioData } from '../scenario.ts'
import { aroundTen, fault, GW, near } from './frame.ts'

const stall = (at: string, until: string) =>
  ({ op: 'keepalive-stall', gateway: GW, instance: '10.0.4.12', neighbor: '10.0.4.7', at, until }) as const

const muteForMinutes: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S103',
  title: 'A session hears nothing for almost a hold time, and then does again',
  truth: [stall('10:00:00', '10:02:55')],
  expect: [
    {
      event: 'keepalive_stall',
      subject: '10.0.4.12~10.0.4.7',
      sees: 'ps',
      at: '10:00:00',
      until: '10:02:55',
      flat: '2:00',
      severity: 'warning',
    },
  ],
  forbid: [{ event: 'session_down' }, { event: 'session_flap' }],
  pages: 0,
}

const muteForAMinute: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S104',
  title: 'A session hears nothing for fifty seconds, and again',
  truth: [stall('10:00:20', '10:01:10'), stall('10:05:20', '10:06:10')],
  forbid: [{ event: 'keepalive_stall' }, { event: 'session_flap' }],
}

export const keepalives: readonly ScenarioData[] = [muteForMinutes, muteForAMinute]
