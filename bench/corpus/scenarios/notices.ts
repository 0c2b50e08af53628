/** What Service Health tells of Microsoft's own work, long after the fact. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, type Expected, fault, GW, LON, pathDown, type Truth } from './frame.ts'

/** As long after the fact as an event is at hand, and half an hour on. */
const LONG = { topology: 'T2', start: '09:55:00', end: '11:40:00' } satisfies Partial<ScenarioData>
const SECOND_INSTANCE = '10.0.4.13'

/** Work on one edge router that is not drained before: only the notice tells it from a fault of the customer's router. */
const work = (circuit: string, noticeDelay: string): Truth => ({
  op: 'maintenance',
  circuit,
  path: 'primary',
  drain: '1s',
  down: '6m',
  undrain: '1s',
  announced: '3d',
  noticeDelay,
  at: '10:00:29',
})
const OF_EDGE = { cause: 'msee_maintenance', confidence: 0.97 } as const
const taken = (circuit: string) => pathDown(circuit, 'primary', '10:00:30', '10:06:30')
/** Both paths carry again, as the gateway learns it. */
const again = (peers: string, one: string, at: string): Expected => ({
  event: 'ecmp_restored',
  subject: `${peers} > ${one}`,
  sees: 'lr',
  at,
})
const LON_AGAIN = again('10.0.4.4,10.0.4.5', '10.0.4.5', '10:06:36')

const late: ScenarioData = {
  ...LONG,
  ...fault,
  id: 'S262',
  title: 'Work on an edge router, told 40 minutes after it',
  truth: [work(LON, '40m')],
  expect: [{ ...taken(LON), ...OF_EDGE }, LON_AGAIN],
  pages: 1,
}

const instance: ScenarioData = {
  ...LONG,
  ...fault,
  id: 'S263',
  title: 'Work on an instance of a gateway, told 30 minutes after it',
  truth: [
    {
      op: 'instance-loss',
      gateway: GW,
      instance: SECOND_INSTANCE,
      at: '10:00:30',
      until: '10:08:30',
      announced: '3d',
      noticeDelay: '30m',
    },
  ],
  expect: [
    {
      event: 'gateway_instance_lost',
      subject: SECOND_INSTANCE,
      sees: 'ps',
      at: '10:00:30',
      until: '10:08:30',
      samples: 3,
      ends: { at: '10:08:35', told: 'duration' },
      cause: 'gateway_instance_maintenance',
      confidence: 0.97,
    },
  ],
  pages: 0,
}

/** Told when what fell has been well for longer than anything is kept at hand. */
const tooLate: ScenarioData = {
  ...late,
  id: 'S264',
  title: 'Work on an edge router, told 80 minutes after it',
  truth: [work(LON, '80m')],
  expect: [taken(LON), LON_AGAIN],
  forbid: [{ cause: 'msee_maintenance' }],
}

/** The customer's own link falls while Microsoft works elsewhere. */
const elsewhere: ScenarioData = {
  ...late,
  id: 'S265',
  title: 'Work on an edge router, while a link of the other circuit is cut',
  truth: [
    work(AMS, '20m'),
    { op: 'cut-path', circuit: LON, path: 'primary', at: '10:00:30', until: '10:12:30', detection: 'bfd' },
  ],
  expect: [
    { ...taken(AMS), ...OF_EDGE },
    again('10.0.4.6,10.0.4.7', '10.0.4.7', '10:06:36'),
    pathDown(LON, 'primary', '10:00:31', '10:12:42'),
    again('10.0.4.4,10.0.4.5', '10.0.4.5', '10:12:48'),
  ],
  forbid: [{ cause: 'msee_maintenance', subject: LON }],
  pages: 2,
}

export const notices: readonly ScenarioData[] = [late, instance, tooLate, elsewhere]
