import { expect, it } from 'vitest'
import { endpoints } from '#lib/api/index.ts'
import { shortIdOf } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getLifecycle } from './lifecycle.ts'
import { ALPHA, feedSharedHub } from '#lib/questions/testing/shared-hub.ts'

const db = withTestDatabase()
const now = Date.now()

it('fills in from what was recorded, and says what is not', async () => {
  await feedSharedHub(db, now)
  const { data } = endpoints.lifecycle.response.parse(await getLifecycle(db, shortIdOf(ALPHA.circuit), now))
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
  // it was so when it was first read
  expect(data.commissioning.find(({ step }) => step === 'provider_provisioned')?.between?.[0]).toBe(
    '1970-01-01T00:00:00.000Z',
  )
  expect(data.decommissioning.find(({ step }) => step === 'connections_deleted')).toMatchObject({ state: 'open' })
  expect(data.decommissioning.at(-1)).toMatchObject({ step: 'circuit_deleted', state: 'open' })
})

it('of a circuit that is not there is not found', async () => {
  await expect(getLifecycle(db, 'none', now)).rejects.toMatchObject({ name: 'NotFoundError' })
})
