/** The collector fails, not the network. */
import type { ScenarioData } from '../scenario.ts'

const s70: ScenarioData = {
  id: 'S70',
  title: 'Credentials expire',
  labels: ['collector'],
  topology: 'T2',
  start: '10:00:00',
  end: '11:12:00',
  truth: [{ op: 'api-fault', fault: '401', at: '10:10:00', until: '10:40:00' }],
  silent: true,
  expect: [
    { event: 'collector_degraded', subject: '*', sees: 'ps', source: 'ergw-hub', at: '10:10:00', until: '10:40:00' },
    {
      event: 'nothing_polled',
      subject: '*',
      sees: 'ps',
      source: 'ergw-hub',
      at: '10:10:00',
      until: '10:40:00',
      severity: 'critical',
    },
  ],
  pages: 1,
  beyond: ['the watchdog of polls is no part of detection: its two events are listed, not measured'],
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
  expect: [
    {
      event: 'nothing_polled',
      subject: '*',
      sees: 'ps',
      source: 'ergw-hub',
      at: '10:10:00',
      until: '10:30:00',
      severity: 'critical',
    },
  ],
  pages: 1,
  beyond: ['the watchdog of polls is no part of detection: its event is listed, not measured'],
}

export const collectors: readonly ScenarioData[] = [s70, s72]
