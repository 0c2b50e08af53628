/** Checks what configuration happenings set against the words of the object that they change. */
import type { z } from 'zod'
import type { Happening } from './happening.ts'
import { circuit, connection, gateway, peering, routeFilter, type Scenario, vnet, vnetPeering } from './schema.ts'

type Configuration = Extract<Happening, { op: 'configuration' }>

function target(s: Scenario, h: Configuration): { base: object | undefined; schema: z.ZodObject } {
  const named = <T extends { name: string }>(list: readonly T[], name = h.name): T | undefined =>
    list.find((x) => x.name === name)
  switch (h.kind) {
    case 'circuit':
      return { base: named(s.circuits), schema: circuit }
    case 'peering':
      return { base: named(s.circuits)?.peerings.find((p) => p.type === h.child), schema: peering }
    case 'connection':
      return { base: named(s.connections), schema: connection }
    case 'gateway':
      return { base: named(s.gateways), schema: gateway }
    case 'vnet':
      return { base: named(s.vnets), schema: vnet }
    case 'vnet-peering':
      return { base: named(named(s.vnets)?.peerings ?? [], h.child), schema: vnetPeering }
    case 'route-filter':
      return { base: named(s.routeFilters), schema: routeFilter }
  }
}

/** One line for each fault of a configuration happening. */
export function changeFaults(scenario: Scenario, h: Configuration): string[] {
  const { base, schema } = target(scenario, h)
  if (!base) return [`name: there is no ${h.kind} "${[h.name, h.child].filter(Boolean).join('/')}"`]
  const parsed = schema.safeParse({ ...base, ...h.set })
  return parsed.success ? [] : parsed.error.issues.map((i) => `${['set', ...i.path].join('.')}: ${i.message}`)
}
