'use client'

import { useCircuits, useGateways } from '../data/index.ts'

export interface Thing {
  id: string
  name: string
}

/** The circuits and gateways that can be declared something of, by name. */
export interface ResourceNames {
  circuits: Thing[]
  gateways: Thing[]
  /** a thing that is gone shows its id */
  nameOf: (id: string) => string
  /** of any word: the name where it is an id, else the word itself */
  labelOf: (word: string) => string
}

export function useResources(): ResourceNames {
  const circuitList = useCircuits().data
  const gatewayList = useGateways().data
  const isComplete = circuitList !== undefined && gatewayList !== undefined
  const circuits = circuitList?.data ?? []
  const gateways = gatewayList?.data ?? []
  const names = new Map([...circuits, ...gateways].map(({ id, name }) => [id, name]))
  return {
    circuits,
    gateways,
    nameOf: (id) => names.get(id) ?? (isComplete ? `${id} (gone)` : id),
    labelOf: (word) => names.get(word) ?? word,
  }
}
