'use client'

import { useCostTco } from '../data/index.ts'

/** What a customer is called; one whose name is not known stands by its id. */
export function useCustomerName(): (customer: string) => string {
  const known = useCostTco(1).data?.data.perCustomer ?? []
  return (customer) => known.find((one) => one.customer === customer)?.name ?? customer
}
