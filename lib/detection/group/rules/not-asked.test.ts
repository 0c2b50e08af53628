import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, type LastGoodPolls, ensureResourceState } from '../../model/context.ts'
import { formatPollKey } from '../../model/subject.ts'
import { HUB, INSTANCES } from '../../testing/estates.ts'
import { eventOf, LATELY, LONG_AGO, NOW, remember, type Scene, scene, sessionFact } from '../../testing/scene.ts'
import { pollEvaluationStages } from '../stages.ts'
import { LON, PRIMARY, sessionsWith } from './testing/estate-parts.ts'
import { BRANCH, exchange, hubVpn, subjectsIn } from './testing/layer-cases.ts'

/** Returns the last good poll of a source, `minutes` ago. */
const readBefore = (minutes: number, ...key: Parameters<typeof formatPollKey>): LastGoodPolls => ({
  [formatPollKey(...key)]: { at: NOW - minutes * MINUTE, readAt: NOW - minutes * MINUTE, everyMs: MINUTE },
})

/**
 * Returns a poll of a circuit while all gateway sessions of both circuits have recently gone down and were read
 * `minutes` ago.
 */
function lostToGateways(minutes: number): Scene {
  return scene({ kind: 'summary', scope: 'ckt-ams' }, {}, (context) => {
    const down = { level: 'down' as const, since: LATELY }
    const neighbors = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
    ensureResourceState(context, HUB).sessions = Object.assign(
      {},
      ...neighbors.map((neighbor) => sessionsWith(neighbor, down)),
    )
    context.lastGoodPolls = readBefore(minutes, HUB, '', 'peers')
  })
}

/**
 * Returns a scene in which the circuit ckt-lon is lost, and the other circuit was up in its last poll, `minutes` ago.
 */
function lostBeside(minutes: number, severity: 'major' | null = null): Scene {
  return scene({ kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
    const lon = ensureResourceState(context, 'ckt-lon')
    const secondary = 'AzurePrivatePeering/secondary'
    const down = { level: 'down' as const, since: LATELY }
    lon.sessions = {
      primary: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY, ...down }),
      secondary: sessionFact('172.16.0.6', '172.16.0.5', { subresource: secondary, ...down }),
    }
    const provisioned = { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled', since: LONG_AGO }
    lon.intent['AzurePrivatePeering'] = provisioned
    ensureResourceState(context, 'ckt-ams').sessions = {
      own: sessionFact('172.16.1.2', '172.16.1.1', { subresource: PRIMARY }),
    }
    context.lastGoodPolls = readBefore(minutes, 'ckt-ams', PRIMARY, 'summary')
    if (severity) remember(context, eventOf('circuit_down', 'ckt-lon', 'AzurePrivatePeering', { severity }))
  })
}
const severityOf =
  (kind: string) =>
  ({ scopes }: DetectionContext): string | undefined =>
    Object.values(scopes['ckt-lon']?.live ?? {}).find(({ event }) => event.kind === kind)?.event.severity

const cases: { name: string; scene: () => Scene; shows: (context: DetectionContext) => unknown; is: unknown }[] = [
  {
    name: 'an instance that left in a change is not judged by polls of another gateway',
    scene: () => exchange({ over: true, polls: 3, by: 'another' }),
    shows: subjectsIn(HUB),
    is: [],
  },
  {
    name: 'sessions of a gateway that were down when they were read last begin nothing',
    scene: () => lostToGateways(4),
    shows: (context) => [HUB, 'ckt-lon'].flatMap((scope) => subjectsIn(scope)(context)),
    is: [],
  },
  {
    name: 'tunnels that were down when they were read last begin nothing',
    scene: () => {
      const own = hubVpn(BRANCH)
      own.context.lastGoodPolls = readBefore(4, 'vpngw-vhub', '', 'connection')
      return own
    },
    shows: subjectsIn('vpngw-vhub'),
    is: [],
  },
  {
    name: 'a circuit is lost beside another that is up',
    scene: () => lostBeside(1),
    shows: severityOf('circuit_down'),
    is: 'major',
  },
  {
    name: 'a circuit is lost beside another that was up once',
    scene: () => lostBeside(4),
    shows: severityOf('circuit_down'),
    is: 'critical',
  },
  {
    name: 'one that is lost gets no graver while the other is not read',
    scene: () => lostBeside(4, 'major'),
    shows: severityOf('circuit_down'),
    is: 'major',
  },
  {
    name: 'a neighbor is lost beside one that only a silent instance had up',
    scene: () =>
      scene({ kind: 'peers', scope: HUB }, {}, (context) => {
        const state = ensureResourceState(context, HUB)
        state.sessions = {
          lost: sessionFact(INSTANCES[0], LON, { level: 'down', since: LATELY }),
          silent: sessionFact(INSTANCES[1], '10.0.4.5'),
        }
        state.silent[INSTANCES[1]] = LATELY
      }),
    shows: ({ scopes }) =>
      Object.values(scopes[HUB]?.live ?? {}).find(({ event }) => event.kind === 'peer_lost')?.event.severity,
    is: 'major',
  },
]

it.each(cases)('$name', ({ scene: given, shows, is }) => {
  const { context, input } = given()
  pollEvaluationStages.find(({ name }) => name === 'layers')?.run(context, input)
  expect(shows(context)).toEqual(is)
})
