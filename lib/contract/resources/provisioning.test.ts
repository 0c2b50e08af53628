import { expect, it } from 'vitest'
import { formatUnappliedConfiguration, isConfigKnownEffective } from './provisioning.ts'

it.each<[string | null, string | null]>([
  ['Succeeded', null],
  ['succeeded', null],
  ['Updating', null],
  ['Failed', 'The last change of it failed, so it is not known to have effect.'],
  ['FAILED', 'The last change of it failed, so it is not known to have effect.'],
  ['Canceled', 'The last change of it was canceled, so it is not known to have effect.'],
  ['Creating', 'Azure reports it as Creating, so it is not known to have effect.'],
  ['Deleting', 'Azure reports it as Deleting, so it is not known to have effect.'],
  ['Provisioning', 'Azure reports it as Provisioning, so it is not known to have effect.'],
  [null, 'Azure states no provisioning state of it, so it is not known to have effect.'],
])('a resource that Azure reports as %s', (provisioningState, expected) => {
  expect(formatUnappliedConfiguration('it', { provisioningState })).toBe(expected)
  expect(isConfigKnownEffective({ provisioningState })).toBe(expected === null)
})
