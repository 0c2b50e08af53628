import { describe, expect, it } from 'vitest'
import { PlanFileError } from './file/plan-file.ts'
import { readPlan } from './file/read-plan.ts'
import { createPlanRequest } from './plan-report.ts'

const SECRET = 'hunter2-7f3a'
const change = (type: string, before: object, after: object) => ({
  address: `${type}.a`,
  type,
  change: { actions: ['update'], before, after },
})
const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/er-ams'

describe('the request about a plan', () => {
  it('has no variable, output, state or other resource of the file, and no other attribute', () => {
    const connection = { id, name: 'er-ams', authorization_key: SECRET, shared_key: SECRET, tags: { owner: SECRET } }
    const file = {
      format_version: '1.2',
      complete: true,
      variables: { password: { value: SECRET } },
      planned_values: { outputs: { key: { sensitive: true, value: SECRET } }, root_module: {} },
      output_changes: { key: { actions: ['create'], after: SECRET } },
      prior_state: { values: { root_module: { resources: [{ values: { password: SECRET } }] } } },
      configuration: { provider_config: { azurerm: { expressions: { client_secret: { constant_value: SECRET } } } } },
      resource_changes: [
        change(
          'azurerm_virtual_network_gateway_connection',
          { ...connection, routing_weight: 0 },
          { ...connection, shared_key: `${SECRET}2`, tags: {}, routing_weight: 100 },
        ),
        change('azurerm_key_vault_secret', { value: SECRET }, { value: `${SECRET}3` }),
      ],
    }
    const read = readPlan(JSON.stringify(file))
    const sent = createPlanRequest(read)
    expect(sent).toEqual({ terms: [{ kind: 'weight', resource: id, weight: 100 }] })
    expect(JSON.stringify(sent)).not.toContain(SECRET)
    // the parts that stay in the browser name places, and no values
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('is not sent without a change, and is refused with too many', () => {
    expect(createPlanRequest({ format: 'arm', terms: [], unknown: [], without: 3 })).toBeNull()
    const many = Array.from({ length: 201 }, (_, n) => ({ delete: { resource: `er-${n}` } }))
    expect(() => createPlanRequest(readPlan(JSON.stringify(many)))).toThrow(PlanFileError)
  })
})
