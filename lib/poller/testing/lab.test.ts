import { expect, it } from 'vitest'
import { oneCircuitScenario } from '#lab/simulator/index.ts'
import { createAzureClientForSimulator, startAzure } from './lab.ts'

it('a client reads its own simulator after the simulator of another file was closed before its first read', async () => {
  const closed = await startAzure(oneCircuitScenario)
  const early = createAzureClientForSimulator(closed)
  await closed.close()
  expect(await early.listSubscriptions()).toMatchObject({ isComplete: false, subscriptions: [] })
  early.close()
  const simulator = await startAzure(oneCircuitScenario)
  const azure = createAzureClientForSimulator(simulator)
  try {
    expect((await azure.listSubscriptions()).subscriptions).toHaveLength(1)
  } finally {
    azure.close()
    await simulator.close()
  }
})
