import type { GatewayKind } from './gateway.ts'

/** Properties that distinguish the two gateways of a migration. */
interface Migrating {
  name: string
  kind: GatewayKind
  isStandby: boolean
  isOfMigration: boolean
}

/**
 * Reports whether the tags show that a migration created the gateway.
 * Source: learn.microsoft.com/azure/expressroute/gateway-migration: the new gateway has the tag `CreatedBy:
 * GatewaySKUMigration`.
 */
export const isTaggedByMigration = (tags: unknown): boolean =>
  Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).some(
    ([name, value]) => /^CreatedBy$/i.test(name) && /^GatewaySKUMigration$/i.test(String(value)),
  )

/**
 * Default ending of the new gateway's name. Source: learn.microsoft.com/azure/expressroute/gateway-migration, step
 * Prepare.
 */
const NAMED_BY_MIGRATION = /_migrated?$/i

/**
 * Returns the two ExpressRoute gateways of a virtual network during a migration, in which one replaces the other. The
 * migration creates a second gateway in the GatewaySubnet, and for up to 15 days one of the two is the standby. A VPN
 * gateway is migrated in place, and may exist next to an ExpressRoute gateway without any migration.
 * Source: learn.microsoft.com/azure/expressroute/gateway-migration (ADR 0279).
 * @param gateways all gateways of one network
 * @returns null = no migration, or two gateways without a sign of a migration
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
  // The name of the new gateway is usually the old name with a suffix, so it sorts second. The standby role does not
  // show which gateway is new, because it changes during the migration.
  return first.isStandby === second.isStandby ? null : { from: first, to: second }
}
