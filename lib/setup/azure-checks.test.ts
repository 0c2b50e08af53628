import { expect, it } from 'vitest'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { armTypes, edgeResourceTypes, type SetupCheckId } from '#lib/contract/index.ts'
import { runAzureSetupChecks } from './azure-checks.ts'
import type { AzureSetupResults, SetupPollResult } from './azure-findings.ts'
import type { TimedPoll } from './interval-check.ts'

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
const GATEWAY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/edge/providers/Microsoft.Network/virtualNetworkGateways/gw`
const one = { subscriptionId: SUBSCRIPTION, displayName: 'Edge', state: 'Enabled' }

const healthy: AzureSetupResults = {
  listing: { outcome: 'ok', error: null, subscriptions: [one] },
  clock: { sentAt: 0, receivedAt: 100, theirs: 0, resolutionMs: 1_000 },
  apiVersion: null,
  principalIds: new Map(),
  found: new Map([['microsoft.network/virtualnetworkgateways', 1]]),
  polls: [{ resourceId: GATEWAY, kind: 'peers', outcome: 'ok', error: null, seconds: 2 }],
  at: 0,
}
const poll = (over: Partial<SetupPollResult>): SetupPollResult => ({
  resourceId: GATEWAY,
  kind: 'peers',
  outcome: 'ok',
  error: null,
  seconds: 2,
  ...over,
})
const planned = (over: Partial<TimedPoll> = {}): TimedPoll => ({
  resourceId: GATEWAY,
  kind: 'peers',
  everySeconds: 60,
  seconds: 12,
  region: 'westeurope',
  ...over,
})
const resultOf = (id: SetupCheckId, over: Partial<AzureSetupResults>, plan: TimedPoll[] = []) => {
  const found = runAzureSetupChecks({ ...healthy, ...over }, plan).find((result) => result.id === id)
  if (!found) throw new Error(`there is no check ${id}`)
  return found
}

it('without a token sign-in fails, and what follows it is not blamed', () => {
  const listing = {
    outcome: 'unauthorized' as const,
    error: { code: 'NO_TOKEN', detail: 'no token for Azure: x' },
    subscriptions: [],
  }
  const states = runAzureSetupChecks({ ...healthy, listing, clock: null, found: null, polls: [] }, [])
  expect(states.map(({ id, state }) => [id, state])).toEqual([
    ['login', 'fail'],
    ['arm', 'skip'],
    ['clockAzure', 'skip'],
    ['apiVersion', 'skip'],
    ['subscriptions', 'skip'],
    ['found', 'skip'],
    ['rights', 'skip'],
    ['metrics', 'skip'],
    ['intervals', 'skip'],
  ])
})

it('an endpoint that does not answer fails alone', () => {
  const listing = { outcome: 'unavailable' as const, error: { code: 'ENOTFOUND', detail: 'no DNS' }, subscriptions: [] }
  expect(resultOf('arm', { listing })).toMatchObject({ state: 'fail', detail: 'no DNS' })
  expect(resultOf('login', { listing }).state).toBe('skip')
})

it('a configured subscription that the identity does not see fails by its id', () => {
  const unseen = { subscriptionId: 'other', displayName: null, state: null }
  const result = resultOf('subscriptions', {
    listing: { outcome: 'ok', error: null, subscriptions: [one, unseen] },
  })
  expect(result).toMatchObject({ state: 'fail', detail: '1 of 2 are not seen by the identity.' })
  expect(result.lines).toContain('other, not seen')
})

it('a missing action is named with the commands that grant it, to whom Azure says that it refused', () => {
  const error = { code: 'AuthorizationFailed', detail: '', missingAction: 'microsoft.network/x/action' }
  const result = resultOf('rights', {
    polls: [poll({ outcome: 'forbidden', error }), poll({ kind: 'learned', outcome: 'forbidden' })],
    principalIds: new Map([['default', '99999999-0000-0000-0000-000000000001']]),
  })
  expect(result.state).toBe('fail')
  expect(result.lines).toEqual([
    `subscription ${SUBSCRIPTION}, refused: BGP peers, Learned`,
    // if Azure names no action, the actions that the kind needs
    ...pollKindDefinitions.learned.actions.toSorted().map((action) => `  ${action}`),
    '  microsoft.network/x/action',
  ])
  expect(result.commands.at(-1)).toBe(
    `az role assignment create --assignee 99999999-0000-0000-0000-000000000001 --role "Peerwatch" --scope /subscriptions/${SUBSCRIPTION}`,
  )
})

it('a resource that another operation holds proves the right', () => {
  expect(resultOf('rights', { polls: [poll({ outcome: 'locked' })] }).state).toBe('pass')
})

it('nothing to poll is a warning, not a failure', () => {
  expect(resultOf('found', { found: new Map() }).state).toBe('warn')
  expect(resultOf('found', { found: new Map([[armTypes.virtualNetwork, 3]]) }).state).toBe('warn')
})

it.each(edgeResourceTypes)('a subscription in which only %s was found is part of the edge', (type) => {
  const result = resultOf('found', { found: new Map([[type, 2]]) })
  expect(result).toMatchObject({ state: 'pass', detail: 'Resources of the network edge: 2.' })
})

it('the floor is the interval and the time of the call', () => {
  expect(resultOf('intervals', {}, [planned()])).toMatchObject({
    state: 'pass',
    lines: expect.arrayContaining(['BGP peers: every 60 s, 1 poll, detection floor 72 s']),
    intervals: [
      { kind: 'peers', polls: 1, configuredSeconds: 60, everySeconds: 60, floorSeconds: 72, countedSeconds: null },
    ],
  })
})

it('operations of one resource that take longer than their intervals lengthen the tables first', () => {
  const tables = ['learned', 'advertised'].map((kind) => planned({ kind: kind as 'learned', everySeconds: 20 }))
  const result = resultOf('intervals', {}, [planned({ everySeconds: 20, seconds: 8 }), ...tables])
  expect(result).toMatchObject({ state: 'warn', detail: expect.stringContaining('one diagnostic operation at a time') })
  expect(result.lines[0]).toBe('BGP peers: every 20 s, 1 poll, detection floor 28 s')
  expect(result.lines[1]).toMatch(/^Learned: every [\d.]+ s, configured 20 s, 1 poll/)
})

it('more operations than the budget of actions lengthen intervals, and the budget is named', () => {
  const many = Array.from({ length: 700 }, (_, i) => planned({ resourceId: `${GATEWAY}${i}` }))
  expect(resultOf('intervals', {}, many)).toMatchObject({ state: 'warn', detail: expect.stringContaining('budget') })
})

it('what is no action takes nothing of that budget, and metrics that are read together nothing of any', () => {
  const read = { kind: 'connection', everySeconds: 60, seconds: 0.1 } as const
  const many = (over: Partial<TimedPoll>) =>
    Array.from({ length: 1_000 }, (_, i) => planned({ ...over, resourceId: `${GATEWAY}${i}` }))
  expect(resultOf('intervals', {}, many(read)).state).toBe('pass')
  const metrics = [planned({ kind: 'stats', seconds: 1 }), ...many({ kind: 'metrics', everySeconds: 5, seconds: 1 })]
  expect(resultOf('intervals', {}, metrics).state).toBe('pass')
  expect(resultOf('intervals', {}, many({ ...read, everySeconds: 10 })).detail).toMatch(
    /Resource Manager’s budget of reads/,
  )
})

it('the network provider’s budget counts where it is known to, by region, and is foretold where it may', () => {
  // 5 per second: half of ARM's limit, and more than the network provider's limit of 3.3
  const many = (region: (i: number) => string) =>
    Array.from({ length: 300 }, (_, i) => planned({ resourceId: `${GATEWAY}${i}`, region: region(i), seconds: 0.2 }))
  const one = many(() => 'westeurope')
  const may = resultOf('intervals', {}, one)
  expect(may.state).toBe('pass')
  expect(may.lines.at(-2)).toMatch(/^Where Microsoft\.Network counts diagnostic POSTs/)
  expect(may.lines.at(-1)).toMatch(/^ {2}BGP peers: every \d+ s, configured 60 s/)
  expect(may.intervals?.[0]?.countedSeconds).toBeGreaterThan(60)
  const counted = (polls: TimedPoll[]) =>
    runAzureSetupChecks(healthy, polls, 'yes').find(({ id }) => id === 'intervals')
  expect(counted(one)).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/Microsoft\.Network’s budget of actions/),
  })
  expect(counted(many((i) => (i % 2 === 0 ? 'westeurope' : 'uksouth')))).toMatchObject({ state: 'pass' })
})

it('a second identity has a budget of ARM’s of its own', () => {
  const many = Array.from({ length: 700 }, (_, i) => planned({ resourceId: `${GATEWAY}${i}`, seconds: 0.2 }))
  expect(resultOf('intervals', {}, many).state).toBe('warn')
  expect(resultOf('intervals', { listing: several }, many).state).toBe('pass')
})

const LISTED = { tenantId: null, clientId: null, outcome: 'ok' as const, error: null, subscriptionIds: [SUBSCRIPTION] }
const CLIENT = '22222222-0000-0000-0000-000000000002'
const several: AzureSetupResults['listing'] = {
  ...healthy.listing,
  identities: [
    { ...LISTED, identity: 'default' },
    { ...LISTED, identity: 'second', tenantId: 'contoso.com', clientId: CLIENT },
  ],
}

it('each of several identities is listed, with what it sees', () => {
  const login = resultOf('login', { listing: several })
  expect(login).toMatchObject({ state: 'pass', detail: '2 identities have tokens that Azure takes.' })
  expect(login.lines).toEqual([
    `default (the environment’s own): sees ${SUBSCRIPTION}`,
    `second (tenant contoso.com, client ${CLIENT}): sees ${SUBSCRIPTION}`,
  ])
  expect(resultOf('subscriptions', { listing: several }).lines[0]).toMatch(/, asked by default and second$/)
})

it('of several identities the one without a token is named, though others work', () => {
  const [own, second] = several.identities ?? []
  if (!own || !second) throw new Error('there are two')
  const refused = {
    ...second,
    outcome: 'unauthorized' as const,
    error: { code: 'NO_TOKEN', detail: 'no token for Azure: x' } as never,
  }
  const login = resultOf('login', { listing: { ...several, identities: [own, refused] } })
  expect(login).toMatchObject({ state: 'fail', detail: '1 of 2 identities has no token that Azure takes.' })
  expect(login.lines[1]).toMatch(/^second .*: no token for Azure: x$/)
  expect(login.remedy).not.toMatch(/AZURE_SUBSCRIPTION_IDS/)
})

it('rights are granted to the identity that lacks them, by its own id', () => {
  const action = 'Microsoft.Network/virtualNetworkGateways/getbgppeerstatus/action'
  const error = { code: 'AuthorizationFailed', detail: '', missingAction: action }
  const polls = [
    poll({ identity: 'default' }),
    poll({ identity: 'second', outcome: 'forbidden', error }),
    poll({ identity: 'default', kind: 'learned', outcome: 'forbidden', error }),
  ]
  const principalIds = new Map([['default', '99999999-0000-0000-0000-000000000001']])
  const rights = resultOf('rights', { listing: several, polls, principalIds })
  expect(rights.detail).toBe('One action is missing in one subscription.')
  expect(rights.lines.filter((line) => line.startsWith('identity'))).toEqual([
    expect.stringContaining(`identity second, subscription ${SUBSCRIPTION}`),
    expect.stringContaining(`identity default, subscription ${SUBSCRIPTION}`),
  ])
  const grants = rights.commands.filter((command) => command.startsWith('az role assignment'))
  expect(grants[0]).toContain(`--assignee ${CLIENT} `)
  expect(grants[1]).toContain('--assignee 99999999-0000-0000-0000-000000000001 ')
})

it('of hundreds of subscriptions the first are listed, those that are not seen before all others', () => {
  const seen = Array.from({ length: 499 }, (_, n) => ({ ...one, subscriptionId: `seen-${n}`, displayName: null }))
  const unseen = { subscriptionId: 'other', displayName: null, state: null }
  const { lines } = resultOf('subscriptions', {
    listing: { outcome: 'ok', error: null, subscriptions: [...seen, unseen] },
  })
  expect(lines).toHaveLength(12)
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['other, not seen', 'seen-0, Enabled', 'and 489 more seen'])
})

it('the same right that is missing in hundreds of subscriptions is one entry, and one command assigns the role in all', () => {
  const ids = Array.from({ length: 500 }, (_, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`)
  const error = { code: 'AuthorizationFailed', detail: '', missingAction: 'Microsoft.Network/virtualNetworks/read' }
  const own = ids
    .toReversed()
    .map((id) => poll({ resourceId: `/subscriptions/${id}`, kind: 'inventory', outcome: 'forbidden', error }))
  const gateway = poll({ outcome: 'forbidden', error: { ...error, missingAction: 'microsoft.network/x/action' } })
  const { detail, lines, commands, remedy } = resultOf('rights', { polls: [...own, gateway] })
  expect(detail).toBe('2 actions are missing in 501 subscriptions.')
  expect(lines).toEqual([
    `500 subscriptions (${ids.slice(0, 3).join(', ')} and 497 more), refused: Inventory`,
    '  Microsoft.Network/virtualNetworks/read',
    `subscription ${SUBSCRIPTION}, refused: BGP peers`,
    '  microsoft.network/x/action',
  ])
  expect(remedy).toMatch(/management group/)
  expect(commands).toHaveLength(3)
  for (const id of [...ids, SUBSCRIPTION]) expect(commands[2]).toContain(` ${id}`)
  expect(commands[2]).toMatch(/^for id in .*; do az role assignment create .*--scope \/subscriptions\/\$id; done$/)
})

it('what was asked of some subscriptions says how many it leaves out', () => {
  const polls = [poll({})]
  for (const id of ['rights', 'intervals'] as const)
    expect(resultOf(id, { left: 480, polls }, [planned()]).lines.at(-1)).toBe('480 more subscriptions were not asked.')
  const nothing = resultOf('found', { left: 480, found: new Map() })
  expect(nothing).toMatchObject({ state: 'warn', detail: expect.stringContaining('480 were not') })
  expect(nothing.remedy).toMatch(/AZURE_SUBSCRIPTION_IDS/)
})

it('a subscription that is disabled warns, with what its owner does', () => {
  const { listing } = healthy
  const subscriptions = listing.subscriptions.map((one) => ({ ...one, state: 'Disabled' }))
  const result = resultOf('subscriptions', { listing: { ...listing, subscriptions } })
  expect(result).toMatchObject({ state: 'warn', remedy: expect.stringContaining('read-only') })
})
