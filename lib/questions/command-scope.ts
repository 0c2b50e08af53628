import type { CommandDefinition, CommandResult } from '#lib/contract/index.ts'
import type { ApiCommandInput, ApiCommandImplementation } from './capability.ts'
import { getReadingDatabase } from './connection.ts'
import { WholeDeploymentError } from './errors.ts'
import { limitToAccessScope } from './scoped/scoped-reader.ts'
import { maskOtherCustomersNames } from './scoped/other-customers-names.ts'

/**
 * Runs a command with the permissions of its caller. A caller with limited access gets NotFoundError for objects
 * outside of the caller's scope, and cannot change data that all callers share.
 * @throws NotFoundError, WholeDeploymentError, and all errors of `work`
 */
export async function runCommandInAccessScope<Of extends CommandDefinition>(
  scope: ApiCommandImplementation<Of>['scope'],
  ordered: ApiCommandInput<Of>,
  work: ApiCommandImplementation<Of>['work'],
): Promise<CommandResult<Of>> {
  if (ordered.caller.scope === 'everything') return work(ordered)
  if (scope === 'whole') throw new WholeDeploymentError()
  const reader = await limitToAccessScope(getReadingDatabase(), ordered.caller.scope)
  if (scope === 'itself') return maskOtherCustomersNames(reader, await work(ordered))
  await scope.check(reader, ordered)
  const done = await work(ordered)
  return maskOtherCustomersNames(reader, scope.result ? await scope.result(reader, ordered) : done)
}
