import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getLifecycle } from './lifecycle.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import {
  ALPHA_TEST_CUSTOMER,
  BRAVO_TEST_CUSTOMER,
  feedSharedHub,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'

const db = withTestDatabase()
const now = Date.now()

it('fills in from what was recorded, and says what is not', async () => {
  await feedSharedHub(db, now)
  const { data } = allApiEndpoints.lifecycle.response.parse(
    await getLifecycle(db, computeShortId(ALPHA_TEST_CUSTOMER.circuit), now),
  )
  const steps = Object.fromEntries(data.commissioning.map(({ step, state }) => [step, state]))
  expect(steps).toMatchObject({
    service_key_requested: 'done',
    provider_provisioned: 'done',
    peering_configured: 'done',
    bgp_established: 'done',
    gateway_connected: 'done',
  })
  const requested = data.commissioning.find(({ step }) => step === 'service_key_requested')
  expect(requested?.between).toEqual([new Date(now).toISOString(), new Date(now).toISOString()])
  // the provider had provisioned it before the first poll
  expect(data.commissioning.find(({ step }) => step === 'provider_provisioned')?.between?.[0]).toBe(
    '1970-01-01T00:00:00.000Z',
  )
  expect(data.decommissioning.find(({ step }) => step === 'connections_deleted')).toMatchObject({ state: 'open' })
  expect(data.decommissioning.find(({ step }) => step === 'circuit_deleted')).toMatchObject({ state: 'open' })
})

it('names no gateway that others share, whoever asks, and to whom they are hidden none at all', async () => {
  const everything: (typeof ACCESS_SCOPES_WITH_TEXTS_TO_HIDE)[number] = {
    name: 'all',
    scope: 'everything',
    hidden: [],
    foreign: [],
  }
  for (const { name, scope, foreign } of [everything, ...ACCESS_SCOPES_WITH_TEXTS_TO_HIDE])
    for (const own of [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].filter((party) => !foreign.includes(party.circuit))) {
      const { data } = await getLifecycle(await limitToAccessScope(db, scope, now), computeShortId(own.circuit), now)
      const state = name === 'all' ? 'done' : 'unknown'
      expect(data.decommissioning.find(({ step }) => step === 'gateways_deleted')).toMatchObject({ state, left: [] })
    }
})

it('names what stands for it alone until that is gone, in whatever order it goes', async () => {
  const peered = (name: string, to: string, flag: string): ResourceRow => {
    const row = createNetworkRow(name, [], { [to]: [] })
    return { ...row, config: JSON.parse(JSON.stringify(row.config).replace('"peeringState"', `"${flag}":true,$&`)) }
  }
  const rows = [
    createCircuitRow('erc'),
    peered('spoke', 'hub', 'useRemoteGateways'),
    peered('hub', 'spoke', 'allowGatewayTransit'),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createConnectionRow('cxn', 'ergw', 'erc', 0),
  ]
  const peerings = 'hub-to-spoke of hub,spoke-to-hub of spoke'
  const left = [
    [peerings, 'ergw', 'hub'],
    [peerings, 'ergw', 'hub'],
    [peerings, '', 'hub'],
    ['', '', ''],
  ]
  for (const [step, expected] of left.entries()) {
    const at = now + step * 10 * MS_PER_MINUTE
    // a large part of a resource type is deleted only after a second list without it
    for (const ago of [5 * MS_PER_MINUTE, 0])
      await createTestPollRecorder(db).inventory(at - ago, rows.slice(0, rows.length - step))
    const { decommissioning } = (await getLifecycle(db, computeShortId(circuitId('erc')), at + MS_PER_MINUTE)).data
    const asked = ['network_peerings_deleted', 'gateways_deleted', 'networks_deleted']
    expect(decommissioning.flatMap((one) => (asked.includes(one.step) ? [one.left.join()] : []))).toEqual(expected)
  }
})

it('of a circuit that is not there is not found', async () => {
  await expect(getLifecycle(db, 'none', now)).rejects.toMatchObject({ name: 'NotFoundError' })
})
