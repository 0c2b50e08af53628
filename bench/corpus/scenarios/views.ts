/** Answers from another view of the same gateway, in which sessions have lasted for another time (detection.md 1.3). */
import type { ScenarioData } from '../scenario.ts'
import { aroundTen, fault, GW, longerAroundTen, near, type Truth } from './frame.ts'

const SESSION = '10.0.4.12~10.0.4.4'
const OTHER = '10.0.4.13~10.0.4.6'

/** While this lasts a session is told to be younger than it is. */
const otherView = (subject: string, at: string, until: string): Truth => {
  const [instance = '', neighbor = ''] = subject.split('~')
  return {
    op: 'api-fault',
    fault: 'other-view',
    operation: 'gateway.peers',
    resource: GW,
    instance,
    neighbor,
    at,
    until,
  }
}

const doubted = (
  subject: string,
  at: string,
  until: string,
  ends: boolean,
): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'duration_inconsistent',
  subject,
  sees: 'ps',
  at,
  until,
  severity: 'info',
  ...(ends ? { ends: { at: until } } : {}),
})

/** What agrees three times and for two minutes is believed, and may be a restart that nobody saw. */
const unproven = (subject: string, at: string, until: string): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'session_restart_unproven',
  subject,
  sees: 'ps',
  at,
  until,
  samples: 2,
  flat: '2:00',
  severity: 'info',
})

const notDown = [
  { event: 'session_flap' as const },
  { event: 'session_down' as const },
  { event: 'session_up' as const },
]

const briefly: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S165',
  title: 'Two answers in a row come from another view of the gateway',
  truth: [otherView(SESSION, '10:00:30', '10:02:30')],
  expect: [doubted(SESSION, '10:00:30', '10:02:30', true)],
  forbid: [...notDown, { event: 'session_restart_unproven' }],
  silent: true,
  pages: 0,
}

const once: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S166',
  title: 'One answer comes from another view, of the other instance',
  truth: [otherView(OTHER, '10:04:30', '10:05:30')],
  expect: [doubted(OTHER, '10:04:30', '10:05:30', true)],
  forbid: [...notDown, { event: 'session_restart_unproven' }],
  silent: true,
  pages: 0,
}

const forGood = (id: string, subject: string, title: string): ScenarioData => ({
  ...longerAroundTen,
  ...fault,
  id,
  title,
  truth: [otherView(subject, '10:00:30', '11:20:00')],
  expect: [doubted(subject, '10:00:30', '11:20:00', false), unproven(subject, '10:00:30', '11:20:00')],
  forbid: notDown,
  silent: true,
  pages: 0,
})

const ageless: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S169',
  title: 'A session that tells no age for a while, and then the same as before',
  truth: [
    {
      op: 'api-fault',
      fault: 'null-duration',
      operation: 'gateway.peers',
      resource: GW,
      instance: '10.0.4.12',
      neighbor: '10.0.4.4',
      at: '10:00:30',
      until: '10:05:30',
    },
  ],
  forbid: [...notDown, { event: 'duration_inconsistent' }, { event: 'session_restart_unproven' }],
  silent: true,
}

/** While this lasts Azure calls sessions unknown; of one instance and neighbor, or of all. */
const noState = (at: string, until: string, session: { instance?: string; neighbor?: string } = {}): Truth => ({
  op: 'api-fault',
  fault: 'state-unknown',
  operation: 'gateway.peers',
  resource: GW,
  at,
  until,
  ...session,
})

const untold = (subject: string, at: string, until: string): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'session_unknown',
  subject,
  sees: 'ps',
  at,
  until,
  samples: 5,
  severity: 'info',
  ends: { at: until },
})

const withoutState: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S178',
  title: 'One session is unknown for forty minutes, while all others tell their state',
  truth: [noState('10:00:30', '10:40:30', { instance: '10.0.4.12', neighbor: '10.0.4.4' })],
  expect: [untold(SESSION, '10:00:30', '10:40:30')],
  forbid: notDown,
  end: '11:15:00',
  silent: true,
  pages: 0,
}

const neighborWithoutState: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S179',
  title: 'A neighbor is unknown to both instances for half an hour',
  truth: [noState('10:02:30', '10:34:30', { neighbor: '10.0.4.6' })],
  expect: [untold('10.0.4.12~10.0.4.6', '10:02:30', '10:34:30'), untold(OTHER, '10:02:30', '10:34:30')],
  forbid: notDown,
  silent: true,
  pages: 0,
}

const nobodyTells: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S180',
  title: 'Every session of a gateway is unknown for half an hour',
  truth: [noState('10:02:30', '10:34:30')],
  forbid: [...notDown, { event: 'session_unknown' }],
  silent: true,
}

export const views: readonly ScenarioData[] = [
  briefly,
  once,
  forGood('S167', SESSION, 'A session is younger from one answer on, and no answer says that it was down'),
  forGood('S168', OTHER, 'The same of the other instance'),
  ageless,
  withoutState,
  neighborWithoutState,
  nobodyTells,
]
