import { type CauseClass, causeClasses } from '../events/cause-classes.ts'
import type { Cause } from '../events/cause.ts'
import { findOutcomeOwnerName } from './outcome-remedies.ts'

/**
 * Returns the name of a cause's owner if the name is more exact than `formatOwner`; null = use the general name. The
 * records of cause classes and of poll outcomes define the names.
 * @param provider name of the circuit's provider; null or undefined = unknown
 */
export function findOwnerName(
  { class: name, owner }: Pick<Cause, 'class' | 'owner'>,
  provider: string | null | undefined,
): string | null {
  if (owner === 'provider') return provider ?? null
  const ofClass = Object.hasOwn(causeClasses, name) ? causeClasses[name as CauseClass] : null
  return ofClass && 'ownerName' in ofClass ? ofClass.ownerName : findOutcomeOwnerName(name, owner)
}
