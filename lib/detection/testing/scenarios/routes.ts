import { A, B, t2 } from '../estates.ts'
import { announces, PRIMARY, type Scenario, SECONDARY, withdraws } from './scenario.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
/** The tables hold a hundredth of the prefixes that the sessions count: the rules are about shares. */
const further = Array.from({ length: 100 }, (_, i) => `10.64.${i}.0/24`)
const added = Array.from({ length: 60 }, (_, i) => `10.128.${i}.0/24`)
const tooMany = Array.from({ length: 3 }, (_, i) => `10.160.${i}.0/24`)

export const routes: Scenario[] = [
  {
    id: 'S16',
    title: 'prefix limit exceeded',
    world: () => {
      const world = t2()
      announces(world, AMS, further, [65001])
      for (const path of ['primary', 'secondary'] as const) world.path('ckt-ams', path).prefixes = () => 2_806
      return world
    },
    from: '13:50',
    to: '15:05',
    truth: [
      {
        at: '14:00:20',
        do: (world) => {
          announces(world, AMS, added, [65001])
          for (const path of ['primary', 'secondary'] as const) world.path('ckt-ams', path).prefixes = () => 3_816
        },
      },
      {
        at: '14:10:15',
        do: (world) => {
          announces(world, AMS, tooMany, [65001])
          for (const path of ['primary', 'secondary'] as const) {
            const own = world.path('ckt-ams', path)
            own.ce.up = false
            own.heldBy = 'prefixLimit'
            own.ce.azureWord = 'Idle (PfxCt)'
          }
        },
      },
      { at: '14:10:18', do: (world) => withdraws(world, AMS, [...A, ...B, ...further, ...added, ...tooMany]) },
      {
        at: '14:30:40',
        do: (world, at) => {
          for (const path of ['primary', 'secondary'] as const) {
            const own = world.path('ckt-ams', path)
            own.ce.up = true
            own.ce.upSince = at
            own.heldBy = null
            own.prefixes = () => 2_806
          }
        },
      },
      {
        at: '14:30:50',
        do: (world) => {
          announces(world, AMS, A, [65001, 65001, 65001])
          announces(world, AMS, [...B, ...further], [65001])
        },
      },
    ],
    expect: [
      { kind: 'mass_announce', scope: 'ckt-ams', subject: '10.0.4.6,10.0.4.7', started: ['14:00:05', '14:01:07'] },
      ...[PRIMARY, SECONDARY].map((subject) => ({
        kind: 'prefix_headroom' as const,
        scope: 'ckt-ams',
        subject,
        started: ['14:00:10', '14:01:12'] as [string, string],
        ended: ['14:30:10', '14:31:12'] as [string, string],
        severity: 'major',
      })),
      {
        kind: 'prefix_limit_exceeded',
        scope: 'ckt-ams',
        subject: 'AzurePrivatePeering',
        started: ['14:10:10', '14:11:12'],
        ended: ['14:30:38', '14:30:41'],
        severity: 'critical',
        lasted: [1166, 1231],
        cause: ['prefix_limit_exceeded', 1],
      },
      {
        kind: 'failover',
        scope: 'ckt-ams',
        subject: 'ckt-ams > ckt-lon',
        started: ['14:10:05', '14:11:07'],
        ended: ['14:30:05', '14:31:07'],
      },
      { kind: 'failback', scope: 'ckt-ams', subject: 'ckt-ams > ckt-lon', started: ['14:30:05', '14:31:07'] },
    ],
    incidents: ['mass_announce', 'prefix_limit_exceeded'],
  },
  {
    id: 'S17',
    title: 'headroom around the threshold',
    world: () => {
      const world = t2()
      for (const path of ['primary', 'secondary'] as const) world.path('ckt-ams', path).prefixes = () => 3_190
      return world
    },
    from: '14:50',
    to: '15:55',
    truth: (
      [
        ['15:00:20', 3_210],
        ['15:04:20', 3_195],
        ['15:07:20', 3_205],
        ['15:20:20', 2_990],
      ] as const
    ).map(([at, count]) => ({
      at,
      do: (world) => {
        for (const path of ['primary', 'secondary'] as const) world.path('ckt-ams', path).prefixes = () => count
      },
    })),
    expect: [PRIMARY, SECONDARY].map((subject) => ({
      kind: 'prefix_headroom' as const,
      scope: 'ckt-ams',
      subject,
      started: ['15:00:10', '15:01:12'] as [string, string],
      ended: ['15:20:10', '15:21:12'] as [string, string],
      severity: 'warning',
    })),
    incidents: ['prefix_headroom'],
  },
  {
    id: 'S18',
    title: 'default route appears',
    world: t2,
    from: '15:50',
    to: '17:00',
    truth: [
      { at: '16:00:28', do: (world) => announces(world, LON, ['0.0.0.0/0'], [65001]) },
      { at: '16:25:08', do: (world) => withdraws(world, LON, ['0.0.0.0/0']) },
    ],
    expect: [
      {
        kind: 'default_route_appeared',
        scope: 'ckt-lon',
        subject: '0.0.0.0/0',
        started: ['16:00:05', '16:01:07'],
        ended: ['16:25:05', '16:26:07'],
        severity: 'major',
        detected: '16:01:07',
      },
      {
        kind: 'default_route_disappeared',
        scope: 'ckt-lon',
        subject: '0.0.0.0/0',
        started: ['16:25:05', '16:26:07'],
        severity: 'major',
      },
    ],
    incidents: ['default_route_appeared', 'default_route_disappeared'],
  },
  {
    id: 'S20',
    title: 'mass withdrawal with sessions up',
    world: t2,
    from: '9:50',
    to: '10:45',
    truth: [
      { at: '10:00:33', do: (world) => withdraws(world, LON, A) },
      { at: '10:06:13', do: (world) => announces(world, LON, A, [65001]) },
    ],
    expect: [
      {
        kind: 'mass_withdraw',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:06:05', '10:07:07'],
        lasted: [298, 422],
        severity: 'major',
        cause: ['onprem_policy_change', 0.7],
      },
      {
        kind: 'best_path_shift',
        scope: 'ckt-lon',
        subject: 'ckt-lon > ckt-ams',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:06:05', '10:07:07'],
        cause: ['onprem_policy_change', 0.7],
      },
    ],
    incidents: ['mass_withdraw'],
  },
  {
    id: 'S24',
    title: 'prefix missing on one path',
    world: t2,
    from: '9:50',
    to: '11:05',
    truth: [
      { at: '10:00:30', do: (world) => withdraws(world, ['10.0.4.5'], A.slice(2)) },
      { at: '10:30:20', do: (world) => announces(world, ['10.0.4.5'], A.slice(2), [65001]) },
    ],
    expect: [
      {
        kind: 'ecmp_reduced',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:30:05', '10:31:07'],
      },
      {
        kind: 'ecmp_restored',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
        started: ['10:30:05', '10:31:07'],
      },
    ],
    incidents: [],
  },
  {
    id: 'S33',
    title: "on-premises announces a virtual network's range",
    world: t2,
    from: '9:50',
    to: '10:50',
    truth: [
      { at: '10:00:33', do: (world) => announces(world, LON, ['10.100.8.0/22'], [65001]) },
      { at: '10:12:03', do: (world) => withdraws(world, LON, ['10.100.8.0/22']) },
    ],
    expect: [
      {
        kind: 'own_space_heard',
        scope: 'ckt-lon',
        subject: '10.100.8.0/22',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:11:05', '10:12:07'],
        severity: 'major',
      },
    ],
    incidents: ['own_space_heard'],
  },
]
