'use client'

import { useCostTco } from '../data/index.ts'

/** A customer's name, or its id while the name is unknown. */
export function useCustomerName(): (customer: string) => string {
  const known = useCostTco(1).data?.data.perCustomer ?? []
  return (customer) => known.find((one) => one.customer === customer)?.name ?? customer
}
