/** The collector fails, not the network. */
import type { ScenarioData } from '../scenario.ts'
import { aroundTen, GW } from './frame.ts'

const nothingPolled = (
  at: string,
  until: string,
  more: Partial<NonNullable<ScenarioData['expect']>[number]> = {},
): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'nothing_polled',
  subject: 'everything',
  sees: 'ps',
  source: GW,
  at,
  until,
  severity: 'critical',
  ...more,
})

const mostFails = (at: string, until: string): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'collector_degraded',
  subject: 'subscription',
  sees: 'ps',
  source: GW,
  at,
  until,
  severity: 'major',
})

const s70: ScenarioData = {
  id: 'S70',
  title: 'Credentials expire',
  labels: ['collector'],
  topology: 'T2',
  start: '10:00:00',
  end: '11:12:00',
  truth: [{ op: 'api-fault', fault: '401', at: '10:10:00', until: '10:40:00' }],
  silent: true,
  expect: [mostFails('10:10:00', '10:40:00'), nothingPolled('10:10:00', '10:40:00', { det: '10:14:42' })],
  pages: 1,
  beyond: ['collector_degraded waits for nothing to become stale where rights are missing (detection.md 2.1)'],
}

const s72: ScenarioData = {
  id: 'S72',
  title: 'Collector process hangs',
  labels: ['collector'],
  topology: 'T2',
  start: '10:00:00',
  end: '11:02:00',
  collector: [{ kind: 'pause', at: '10:10:00', until: '10:30:00' }],
  silent: true,
  expect: [nothingPolled('10:10:00', '10:30:00', { det: '10:14:42' })],
  forbid: [{ event: 'collector_degraded' }],
  pages: 1,
}

/** Of the 18 things polled on T2, its circuits' are 14. */
const s160: ScenarioData = {
  ...aroundTen,
  id: 'S160',
  title: 'ARM fails for all circuits, and answers for the gateway',
  labels: ['collector'],
  end: '11:00:00',
  truth: [{ op: 'api-fault', fault: '503', operation: 'circuit', at: '10:00:00', until: '10:25:00' }],
  silent: true,
  expect: [mostFails('10:00:00', '10:25:00')],
  forbid: [{ event: 'nothing_polled' }],
  pages: 1,
}

const s161: ScenarioData = {
  ...aroundTen,
  id: 'S161',
  title: 'ARM refuses what is read of gateways, which is the smaller part',
  labels: ['collector'],
  truth: [{ op: 'api-fault', fault: '403', operation: 'gateway', at: '10:00:00', until: '10:10:00' }],
  silent: true,
  forbid: [{ event: 'collector_degraded' }, { event: 'nothing_polled' }],
  pages: 0,
}

const s162: ScenarioData = {
  ...aroundTen,
  id: 'S162',
  title: "The collector's clock is set back by a second and a half",
  labels: ['collector'],
  collector: [{ kind: 'clock', at: '10:00:33', stepMs: -1_500 }],
  silent: true,
  expect: [{ event: 'clock_step', subject: 'worker-1', sees: 'ps', at: '10:00:33', severity: 'info' }],
  forbid: [{ event: 'session_flap' }, { event: 'duration_inconsistent' }],
  pages: 0,
}

const s163: ScenarioData = {
  ...aroundTen,
  id: 'S163',
  title: 'A clock that is set by less than a second',
  labels: ['collector', 'benign'],
  collector: [{ kind: 'clock', at: '10:00:33', stepMs: 900 }],
  silent: true,
  forbid: [{ event: 'clock_step' }, { event: 'duration_inconsistent' }, { event: 'session_flap' }],
  pages: 0,
}

const s164: ScenarioData = {
  ...aroundTen,
  id: 'S164',
  title: 'A clock that is slewed as fast as a time service does it',
  labels: ['collector', 'benign'],
  collector: [{ kind: 'clock', at: '09:55:00', ppm: 500 }],
  silent: true,
  forbid: [{ event: 'clock_step' }, { event: 'session_flap' }],
  pages: 0,
}

const s177: ScenarioData = {
  ...aroundTen,
  id: 'S177',
  title: "The collector's clock is set ahead by half a minute",
  labels: ['collector'],
  collector: [{ kind: 'clock', at: '10:00:33', stepMs: 30_000 }],
  silent: true,
  expect: [{ event: 'clock_step', subject: 'worker-1', sees: 'ps', at: '10:00:33', severity: 'info' }],
  forbid: [
    { event: 'session_flap' },
    { event: 'session_down' },
    { event: 'duration_inconsistent' },
    { event: 'session_restart_unproven' },
  ],
  pages: 0,
}

const s185: ScenarioData = {
  ...aroundTen,
  id: 'S185',
  title: "The collector's clock is set back by twenty seconds",
  labels: ['collector'],
  collector: [{ kind: 'clock', at: '10:00:33', stepMs: -20_000 }],
  silent: true,
  expect: [{ event: 'clock_step', subject: 'worker-1', sees: 'ps', at: '10:00:33', severity: 'info' }],
  forbid: [{ event: 'session_flap' }, { event: 'duration_inconsistent' }, { event: 'session_restart_unproven' }],
  pages: 0,
}

/** Half a minute slow since long before: what is sampled after the step is dated by the true time, and so is what lay between. */
const s186: ScenarioData = {
  ...aroundTen,
  id: 'S186',
  title: "The collector's clock is put right by half a minute, and a session restarts before the next poll",
  labels: ['collector', 'fault'],
  truth: [
    {
      op: 'session-loss',
      gateway: GW,
      instance: '10.0.4.12',
      neighbor: '10.0.4.4',
      at: '10:00:34',
      until: '10:00:39',
    },
  ],
  collector: [
    { kind: 'clock', at: '00:00:00', stepMs: -30_000 },
    { kind: 'clock', at: '10:00:33', stepMs: 30_000 },
  ],
  expect: [
    { event: 'clock_step', subject: 'worker-1', sees: 'ps', at: '10:00:33', severity: 'info' },
    { event: 'session_flap', subject: '10.0.4.12~10.0.4.4', sees: 'ps', at: '10:00:39', severity: 'minor' },
  ],
  forbid: [{ event: 'session_down' }, { event: 'duration_inconsistent' }, { event: 'session_restart_unproven' }],
  pages: 0,
}

export const collectors: readonly ScenarioData[] = [s70, s72, s160, s161, s162, s163, s164, s177, s185, s186]
