import type { GatewayKind } from './gateway.ts'

/** What distinguishes the two gateways of a migration. */
interface Migrating {
  name: string
  kind: GatewayKind
  isStandby: boolean
  isOfMigration: boolean
}

/**
 * Whether tags say that a migration made the gateway.
 * Source: learn.microsoft.com/azure/expressroute/gateway-migration: the new gateway has the tag `CreatedBy: GatewaySKUMigration`.
 */
export const isTaggedByMigration = (tags: unknown): boolean =>
  Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).some(
    ([name, value]) => /^CreatedBy$/i.test(name) && /^GatewaySKUMigration$/i.test(String(value)),
  )

/** As Azure calls the new one unless another name is given. Source: the same page, step Prepare. */
const NAMED_BY_MIGRATION = /_migrated?$/i

/**
 * The two ExpressRoute gateways of one virtual network of which one replaces the other: a migration makes a second one in the GatewaySubnet, and for up
 * to 15 days one of them waits. A VPN gateway is migrated in place, and stands beside an ExpressRoute gateway on its own account.
 * Source: learn.microsoft.com/azure/expressroute/gateway-migration (ADR 0279).
 * @param gateways all of one network
 * @returns null = there is no migration, or two gateways of which nothing says so
 */
export function migrationOf<One extends Migrating>(gateways: readonly One[]): { from: One; to: One } | null {
  const pair = gateways.filter(({ kind }) => kind === 'expressRoute').toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [first, second] = pair
  if (!first || !second || pair.length > 2) return null
  const marks = [(one: One) => one.isOfMigration, (one: One) => NAMED_BY_MIGRATION.test(one.name)].map((isNew) =>
    pair.filter(isNew),
  )
  const [made] = marks.find((some) => some.length === 1) ?? []
  if (made) return { from: made === first ? second : first, to: made }
  // the name that is asked for is as a rule the former one and more; which of them waits changes in the course of it
  return first.isStandby === second.isStandby ? null : { from: first, to: second }
}
