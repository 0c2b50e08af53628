import { A, B, HUB, t2, tv } from '../estates.ts'
import { armIdOf } from '../world.ts'
import { endsPeer, type Scenario, startsPeer } from './scenario.ts'
import { clock } from '../play.ts'

const ALL = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']

const flaps = ['10:00:41', '10:05:11', '10:09:51', '10:14:31', '10:19:01']

export const gateways: Scenario[] = [
  {
    id: 'S06',
    title: 'sub-poll flap of one session',
    world: t2,
    from: '9:50',
    to: '10:40',
    truth: [{ at: '10:00:41', do: (world, at) => startsPeer(world, '10.0.4.4', at, ['10.0.4.12']) }],
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.4',
        started: ['10:00:00', '10:00:42'],
        ended: ['10:00:40', '10:00:42'],
        lasted: [0, 42],
        severity: 'minor',
        detected: '10:01:02',
      },
    ],
    incidents: ['session_flap'],
  },
  {
    id: 'S08',
    title: 'flap provable by message counters only',
    world: () => {
      const world = t2()
      const session = world.neighbor('10.0.4.6').sessions['10.0.4.13']
      if (session) session.mute = true
      return world
    },
    from: '9:50',
    to: '10:40',
    truth: [{ at: '10:00:41', do: (world, at) => startsPeer(world, '10.0.4.6', at, ['10.0.4.13']) }],
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.13~10.0.4.6',
        started: ['10:00:00', '10:01:02'],
        ended: ['10:00:00', '10:01:02'],
        detected: '10:01:02',
      },
    ],
    incidents: ['session_flap'],
  },
  {
    id: 'S09',
    title: 'flapping session',
    world: t2,
    from: '9:50',
    to: '11:10',
    truth: flaps.map((at) => ({ at, do: (world, time) => startsPeer(world, '10.0.4.4', time, ['10.0.4.12']) })),
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.4',
        started: ['10:00:00', '10:00:42'],
        ended: ['10:00:40', '10:00:42'],
      },
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.4',
        started: ['10:05:00', '10:05:12'],
        ended: ['10:05:10', '10:05:12'],
      },
      {
        kind: 'session_flapping',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.4',
        started: ['10:00:40', '10:00:42'],
        ended: ['10:51:00', '10:52:02'],
        severity: 'major',
        detected: '10:10:02',
      },
    ],
    incidents: ['session_flapping'],
  },
  {
    id: 'S10',
    title: 'rolling gateway upgrade',
    world: t2,
    from: '1:50',
    to: '3:00',
    truth: [
      {
        at: '2:00:10',
        do: (world) => {
          for (const neighbor of ALL) endsPeer(world, neighbor, ['10.0.4.12'])
          world.gateway(HUB).silent.add('10.0.4.12')
        },
      },
      { at: '2:04:00', do: (world) => void world.gateway(HUB).silent.delete('10.0.4.12') },
      {
        at: '2:04:05',
        do: (world, at) => {
          for (const neighbor of ALL) startsPeer(world, neighbor, at, ['10.0.4.12'])
        },
      },
      {
        at: '2:20:30',
        do: (world) => {
          for (const neighbor of ALL) endsPeer(world, neighbor, ['10.0.4.13'])
          world.gateway(HUB).silent.add('10.0.4.13')
        },
      },
      {
        at: '2:24:40',
        do: (world, at) => {
          for (const neighbor of ALL) startsPeer(world, neighbor, at, ['10.0.4.13'])
          world.gateway(HUB).silent.delete('10.0.4.13')
        },
      },
    ],
    expect: [
      {
        kind: 'gateway_instance_lost',
        scope: HUB,
        subject: '10.0.4.12',
        started: ['02:00:00', '02:01:02'],
        ended: ['02:04:04', '02:04:06'],
        severity: 'minor',
        detected: '02:03:02',
        cause: ['gateway_instance_maintenance', 0.6],
      },
      {
        kind: 'gateway_instance_lost',
        scope: HUB,
        subject: '10.0.4.13',
        started: ['02:20:00', '02:21:02'],
        ended: ['02:24:39', '02:24:41'],
        severity: 'minor',
        detected: '02:23:02',
        cause: ['gateway_instance_maintenance', 0.9],
      },
    ],
    incidents: ['gateway_instance_lost', 'gateway_instance_lost'],
  },
  {
    id: 'S30',
    title: 'VPN active-standby switchover',
    world: tv,
    from: '2:50',
    to: '3:40',
    truth: [{ at: '3:00:32', do: (world, at) => startsPeer(world, '10.200.0.1', at) }],
    expect: [
      {
        kind: 'session_flap',
        scope: 'vpngw',
        subject: '10.0.5.4~10.200.0.1',
        started: ['03:00:00', '03:00:33'],
        ended: ['03:00:31', '03:00:33'],
        lasted: [0, 33],
      },
    ],
    incidents: ['session_flap'],
  },
  {
    id: 'S32',
    title: 'too many prefixes advertised from Azure',
    world: () => {
      const world = t2()
      world.sites.push({ name: 'DC-A', prefixes: A, home: 'ckt-lon' }, { name: 'DC-B', prefixes: B, home: 'ckt-ams' })
      return world
    },
    from: '11:45',
    to: '13:10',
    truth: [
      {
        at: '12:00:40',
        do: (world) => {
          for (const neighbor of ALL) endsPeer(world, neighbor)
        },
      },
      {
        at: '12:30:30',
        do: (world, at) => {
          for (const neighbor of ALL) startsPeer(world, neighbor, at)
        },
      },
    ],
    expect: [
      {
        kind: 'gateway_isolated',
        scope: HUB,
        subject: HUB,
        started: ['12:00:00', '12:01:02'],
        ended: ['12:30:29', '12:30:31'],
        lasted: [1767, 1831],
        severity: 'critical',
      },
    ],
    incidents: ['gateway_isolated'],
  },
  {
    id: 'S60',
    title: 'a logged tag update explains nothing',
    world: () => {
      const world = t2()
      const resourceId = armIdOf('expressRouteCircuits', 'ckt-ams')
      world.activity.push({
        eventDataId: 'e1',
        correlationId: null,
        at: clock('10:00:00'),
        submittedAt: null,
        operation: 'Microsoft.Network/expressRouteCircuits/write',
        status: 'Succeeded',
        resourceId,
        caller: 'pipeline',
        category: 'Administrative',
      })
      return world
    },
    from: '9:50',
    to: '10:50',
    truth: [
      {
        at: '10:00:00',
        do: (world) => {
          const circuit = world.circuits.get('ckt-ams')
          if (circuit) circuit.tags = { owner: 'netops' }
        },
      },
      { at: '10:01:35', do: (world, at) => startsPeer(world, '10.0.4.7', at, ['10.0.4.13']) },
    ],
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.13~10.0.4.7',
        started: ['10:01:00', '10:01:36'],
        ended: ['10:01:34', '10:01:36'],
        lasted: [0, 36],
        cause: ['unknown_cause', 0],
      },
    ],
    incidents: ['session_flap'],
  },
  {
    id: 'S34',
    title: 'outage hidden inside a poll gap',
    world: t2,
    from: '9:50',
    to: '10:50',
    collector: [{ kind: 'peers', from: '10:01:00', until: '10:07:00', outcome: 'unavailable' }],
    truth: [
      { at: '10:02:10', do: (world) => endsPeer(world, '10.0.4.4', ['10.0.4.12']) },
      { at: '10:04:40', do: (world, at) => startsPeer(world, '10.0.4.4', at, ['10.0.4.12']) },
    ],
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.4',
        started: ['10:00:00', '10:04:41'],
        ended: ['10:04:39', '10:04:41'],
        lasted: [0, 281],
        detected: '10:07:02',
      },
    ],
    incidents: ['session_flap'],
  },
]
