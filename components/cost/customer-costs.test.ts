import { expect, it } from 'vitest'
import { listCustomerCosts } from './customer-costs.tsx'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const eur = (amount: string) => ({ amount, currency: 'EUR' })

it('a customer has a row for each currency, also for what is paid at most only, and one where nothing has a price', () => {
  const perCustomer = [
    { customer: 'Contoso', name: null, totals: [usd('10.00')], atMost: [eur('3.00'), usd('12.50')], unpriced: 0 },
    { customer: 'unallocated', name: null, totals: [usd('2.50')], atMost: [usd('2.50')], unpriced: 2 },
    { customer: 'Fabrikam', name: null, totals: [], atMost: [], unpriced: 1 },
  ]
  expect(
    listCustomerCosts({ perCustomer }).map(({ customer, cost, atMost, currency, unpriced }) => [
      customer,
      cost,
      atMost,
      currency,
      unpriced,
    ]),
  ).toEqual([
    ['Contoso', '0.00', '3.00', 'EUR', 0],
    ['Contoso', '10.00', '12.50', 'USD', 0],
    ['unallocated', '2.50', '2.50', 'USD', 2],
    ['Fabrikam', '', '', null, 1],
  ])
})
