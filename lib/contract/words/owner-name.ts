import { type CauseClass, causeClasses } from '../events/cause-classes.ts'
import type { Cause } from '../events/cause.ts'
import { findOutcomeOwnerName } from './outcome-remedies.ts'

/**
 * Returns the name of a cause's owner if it is more exact than the general name, which `formatCauseOwner` returns. Null =
 * use the general name. The exact names are in the records of cause classes and of poll outcomes, except the names of
 * providers.
 * @param provider name of the circuit's provider; null or undefined = unknown
 */
export function findCauseOwnerName(
  { class: name, owner }: Pick<Cause, 'class' | 'owner'>,
  provider: string | null | undefined,
): string | null {
  if (owner === 'provider') return provider ?? null
  const ofClass = Object.hasOwn(causeClasses, name) ? causeClasses[name as CauseClass] : null
  return ofClass && 'ownerName' in ofClass ? ofClass.ownerName : findOutcomeOwnerName(name, owner)
}
