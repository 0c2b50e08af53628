import { describe, expect, it } from 'vitest'
import {
  type CustomerRules,
  findCustomer,
  declaredCustomerSchema,
  EMPTY_CUSTOMER_ASSIGNMENT_RULES,
  findOwningResource,
} from './index.ts'

const HUB = '0a000000-0000-4000-8000-000000000001'
const OWN = '0a000000-0000-4000-8000-000000000002'
const TENANT = '0b000000-0000-4000-8000-000000000001'
const customer = (name: string, fields: object = {}) => declaredCustomerSchema.parse({ name, ...fields })
const circuit = (fields: object = {}) => ({ id: 'ckt', subscriptionId: HUB, config: {}, ...fields })
const rules = (fields: Partial<CustomerRules>): CustomerRules => ({ ...EMPTY_CUSTOMER_ASSIGNMENT_RULES, ...fields })
const tagged = (value: string) => ({ config: { tags: { Customer: value } } })
const ofTenant = new Map([[HUB, { tenantId: TENANT.toUpperCase(), tags: { customer: 'By subscription' } }]])

describe('a resource belongs to', () => {
  it('nobody while nothing is declared, whatever its tags say', () => {
    expect(findCustomer(circuit(tagged('Contoso')), EMPTY_CUSTOMER_ASSIGNMENT_RULES)).toBeNull()
  })

  it('the customer that declares it, also in the subscription of another', () => {
    const customers = [customer('Hub', { subscriptions: [HUB] }), customer('Contoso', { circuits: ['ckt'] })]
    expect(findCustomer(circuit(), rules({ customers }))).toBe('Contoso')
    expect(findCustomer(circuit({ id: 'other' }), rules({ customers }))).toBe('Hub')
    expect(findCustomer(circuit({ id: 'other', subscriptionId: OWN }), rules({ customers }))).toBeNull()
  })

  it('the customer that declares its subscription, whatever its tags say', () => {
    const customers = [customer('Hub', { subscriptions: [HUB.toUpperCase()] })]
    expect(findCustomer(circuit(tagged('Contoso')), rules({ customers, tags: ['customer'] }))).toBe('Hub')
  })

  it('the value of its tag, else of its subscription’s, as the customer is declared', () => {
    const found = rules({ tags: ['customer'], subscriptions: ofTenant })
    expect(findCustomer(circuit(tagged(' Contoso ')), found)).toBe('Contoso')
    expect(findCustomer(circuit(tagged('contoso')), { ...found, customers: [customer('Contoso')] })).toBe('Contoso')
    expect(findCustomer(circuit(tagged(' ')), found)).toBe('By subscription')
  })

  it('the customer that declares the tenant of its subscription, last', () => {
    const customers = [customer('Tenant', { tenants: [TENANT] })]
    expect(findCustomer(circuit(), rules({ customers, subscriptions: ofTenant }))).toBe('Tenant')
    expect(findCustomer(circuit(), rules({ customers, tags: ['customer'], subscriptions: ofTenant }))).toBe(
      'By subscription',
    )
    expect(findCustomer(circuit({ subscriptionId: OWN }), rules({ customers, subscriptions: ofTenant }))).toBeNull()
  })
})

describe('a session belongs to', () => {
  const mapping = (confidence: 'certain' | 'inferred' | 'unknown') => ({ circuitId: 'ckt', confidence })
  it.each([
    { whose: 'its mapped circuit', of: mapping('certain'), expected: 'ckt' },
    { whose: 'the circuit that its mapping is inferred to', of: mapping('inferred'), expected: 'ckt' },
    { whose: 'its gateway where the mapping is a guess', of: mapping('unknown'), expected: 'gw' },
    { whose: 'its gateway where it is not mapped', of: null, expected: 'gw' },
  ])('$whose', ({ of, expected }) => {
    expect(findOwningResource({ scope: 'gw', mapping: of })).toBe(expected)
  })
})
